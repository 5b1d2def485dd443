import { setTimeout as delay } from 'node:timers/promises';
import { answersOf } from './expected.ts';
import { watchMemory } from './memory.ts';
import { questionOf } from './questions.ts';
import { pick, randomOf } from './random.ts';
import { type Reading, read } from './reader.ts';
import type { Sample } from './slope.ts';
import { DEADLINE, startStand } from './stand.ts';
import { faultOf, type Injected } from './verdict.ts';
import { stormOf } from './weather.ts';

export interface SoakOptions {
  readonly milliseconds: number;
  readonly seed: number;
}

export interface SoakReport {
  readonly answers: number;
  readonly degraded: number;
  /** Errors that the faults account for. */
  readonly refused: number;
  readonly storms: number;
  /** Requests that the source let down. */
  readonly misbehaved: number;
  readonly kills: number;
  /** Errors and wrong bytes that nothing that was done accounts for. */
  readonly wrong: number;
  /** The first of them, in words. */
  readonly words: readonly string[];
  /** Bytes of the processes that pages and workers run in, where the system tells. */
  readonly memory: readonly Sample[];
}

const PAGES = 4;
const PARALLEL = 3;
/** Requests of a page between two looks. */
const ERRAND = 24;
/** Different requests in all: some are asked again and again, as by readers. */
const QUESTIONS = 400;
/** Milliseconds. */
const BETWEEN_KILLS = 12_000;
const CALM = 30_000;
const STORM = 8000;
const BETWEEN_SAMPLES = 3000;
const MOST_WORDS = 20;

/**
 * Four pages read at random, over a slow line to a source that misbehaves at times, while their worker is ended at
 * random; every answer is compared with that of the same server in this process, over a folder.
 */
export async function soak({ milliseconds, seed }: SoakOptions): Promise<SoakReport> {
  const random = randomOf(seed);
  const { source, site, browser, subjects, close } = await startStand();
  const questions = Array.from({ length: QUESTIONS }, () => questionOf(random, pick(random, subjects)));
  const expectedOf = await answersOf(site.url);
  const injected = { storms: [] as Injected['storms'][number][], kills: [] as number[] };
  const words: string[] = [];
  const tally = { answers: 0, degraded: 0, refused: 0, wrong: 0, misbehaved: 0 };
  const memory: Sample[] = [];
  const ended = new AbortController();
  const until = Date.now() + milliseconds;

  const judge = async (reading: Reading) => {
    const expected = reading.status === 200 ? await expectedOf(reading.path) : undefined;
    const fault = faultOf(reading, expected, injected);
    tally.answers += 1;
    if (reading.state === 'degraded') tally.degraded += 1;
    if (fault !== undefined) tally.wrong += 1;
    else if (reading.status !== 200) tally.refused += 1;
    if (fault !== undefined && words.length < MOST_WORDS) words.push(`${reading.path}: ${fault}`);
  };
  const reader = async () => {
    const page = await browser.newPage();
    await page.goto(site.url);
    const problem = await page.evaluate('window.registered');
    if (problem !== '') throw new Error(String(problem));
    while (Date.now() < until) {
      const paths = Array.from({ length: ERRAND }, () => pick(random, questions));
      for (const reading of await page.evaluate(read, { paths, parallel: PARALLEL, until })) await judge(reading);
    }
  };
  const every = async (pause: () => number, act: () => Promise<void>) => {
    const { signal } = ended;
    const rest = () =>
      delay(pause(), undefined, { signal }).then(
        () => !signal.aborted,
        () => false,
      );
    while (await rest()) await act();
  };
  const killer = async () => {
    const [page = await browser.newPage()] = await browser.pages();
    const cdp = await page.createCDPSession();
    await cdp.send('ServiceWorker.enable');
    await every(
      () => random() * 2 * BETWEEN_KILLS,
      async () => {
        injected.kills.push(Date.now());
        await cdp.send('ServiceWorker.stopAllWorkers');
      },
    );
  };
  const weather = () =>
    every(
      () => CALM,
      async () => {
        const spell = { from: Date.now(), to: Number.POSITIVE_INFINITY };
        injected.storms.push(spell);
        source.misbehave(stormOf(random, () => (tally.misbehaved += 1)));
        await delay(STORM, undefined, { signal: ended.signal }).catch(() => undefined);
        source.misbehave(undefined);
        // What is stalled stays so until the deadline.
        spell.to = Date.now() + DEADLINE;
      },
    );
  const sampler = async () => {
    const look = await watchMemory(browser);
    await every(
      () => BETWEEN_SAMPLES,
      async () => {
        const bytes = await look();
        if (bytes !== undefined) memory.push([Date.now(), bytes]);
      },
    );
  };

  try {
    const beside = [killer(), weather(), sampler()];
    await Promise.all(Array.from({ length: PAGES }, reader));
    ended.abort();
    await Promise.all(beside);
  } finally {
    ended.abort();
    await close();
  }
  return { ...tally, storms: injected.storms.length, kills: injected.kills.length, words, memory };
}
