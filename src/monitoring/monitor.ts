import { attempt } from '../cache/attempt.ts';
import type { AnswerReport } from '../options.ts';
import type { SourceFinder } from '../source/finder.ts';
import { SourceUnreachableError } from '../source/source.ts';
import { type AlarmOptions, NO_ALARMS } from './alarm-book.ts';
import { CANCELLED, Counters, type SourceOutcome } from './counters.ts';
import type { CreateMonitorDesk, FailedAnswer, MonitorDesk } from './desk.ts';
import { ERRORS_REMEMBERED, type ErrorNote } from './error-note.ts';
import type { Health } from './health.ts';
import { merged } from './merge.ts';
import type { Service } from './routes.ts';
import { type NamedSource, nameOfSource } from './source-names.ts';
import type { Status } from './status.ts';
import { type MonitorState, type MonitorStore, memoryStore } from './store.ts';
import { NOTHING_COUNTED } from './tally.ts';

/** Milliseconds without an answer under way before anything is written: a burst of tiles comes first. */
export const QUIET = 250;
/** Milliseconds between two writes at the least. */
export const WRITE_EVERY = 5000;
/** Milliseconds after which a write doesn't wait for a quiet moment any more. */
const WAIT_AT_MOST = 10_000;
/** Identifiers whose source is remembered: more than images are kept open. */
const IDENTIFIERS = 512;

/** What watches over a server: counts its answers, remembers what went wrong, tells of it. */
export interface Monitor {
  /** Finds the same, and learns which source an identifier belongs to. */
  watched(finder: SourceFinder): SourceFinder;
  /** Name of the source of an identifier that was found lately. */
  sourceOf(identifier: string): string | undefined;
  /** Runs an answer: nothing is written while one is under way. */
  during<T>(work: () => Promise<T>): Promise<T>;
  count(answer: AnswerReport): void;
  /**
   * Resolves when what was counted has been kept, and alarms have been sent or wait for another time. Undefined where
   * nothing is to be kept. Never rejects.
   */
  settled(): Promise<void> | undefined;
  /** Sends the alarms that wait, when there is a network again. Never rejects. */
  attend(): Promise<void>;
  /**
   * Forgets the errors of sources that aren't public, and the identifiers of their images: someone signed out. Rejects
   * where the store fails.
   */
  forgetPrivate(): Promise<void>;
  status(): Promise<Status>;
  health(): Promise<Health>;
  /** The answer to a URL of `serviceOf`. */
  answer(service: Service, request: Request): Promise<Response>;
}

export interface MonitorOptions {
  readonly createDesk: CreateMonitorDesk;
  /** Finds the images at their sources, and not pinned or otherwise kept. */
  readonly finder: SourceFinder;
  readonly sources: readonly NamedSource[];
  readonly store?: MonitorStore | undefined;
  readonly alarms?: AlarmOptions | undefined;
  /** Identifiers by which sources are checked, by the sources' names; one for all where it is a string. */
  readonly health?: string | Readonly<Record<string, string>> | undefined;
  /** What messages call the site. */
  readonly site?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

export function createMonitor(options: MonitorOptions): Monitor {
  const { createDesk, store = memoryStore(), sources, alarms, now = Date.now } = options;
  const counters = new Counters(now());
  const sourceNames = new Map<string, string>();
  let failed: FailedAnswer[] = [];
  let running = 0;
  /** As it was last kept. */
  let kept: MonitorState | undefined;
  let written = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;
  let made: MonitorDesk | undefined;
  /** Changes of what is kept, one after the other. */
  let changing: Promise<unknown> = Promise.resolve();

  function desk(): MonitorDesk {
    made ??= createDesk({
      ...options,
      store,
      now,
      note: (source: string, outcome: 'delivered' | 'failed') => counters.note(source, outcome, now()),
    });
    return made;
  }

  function inTurn(change: () => Promise<void>): Promise<void> {
    const changed = changing.then(change);
    changing = changed.catch(() => undefined);
    return changed;
  }

  /** Puts what was counted to what is kept; what can't be kept is counted on. */
  async function keep(): Promise<void> {
    const time = now();
    written = time;
    const answers = failed;
    failed = [];
    const notes = await notesOf(answers);
    const added = counters.take(time);
    try {
      kept = await store.update((before) => ({
        totals: merged(before?.totals, added, time),
        errors: latest([...(before?.errors ?? []), ...notes]),
        alarms: before?.alarms ?? NO_ALARMS,
      }));
    } catch {
      counters.giveBack(added, time);
      failed = latest([...answers, ...failed]);
    }
  }

  /** What describes errors is loaded for them. */
  async function notesOf(answers: readonly FailedAnswer[]): Promise<readonly ErrorNote[]> {
    return answers.length === 0 ? [] : ((await attempt(async () => desk().notes(answers))) ?? []);
  }

  async function write(): Promise<void> {
    const begun = now();
    do await pause(Math.max(QUIET, written + WRITE_EVERY - now()));
    while (running > 0 && now() - begun < WAIT_AT_MOST);
    // What is counted from now on waits for the next time.
    writing = undefined;
    await inTurn(keep);
    if (kept && hasTrouble(kept)) await attend();
  }

  async function forgetPrivate(): Promise<void> {
    const known = new Set(sources.filter(({ isPublic }) => isPublic).map(({ name }) => name));
    const isPrivate = (source: string) => !known.has(source);
    failed = failed.filter(({ source }) => source !== undefined && !isPrivate(source));
    counters.forgetLatest(isPrivate);
    sourceNames.clear();
    const nothing = { totals: NOTHING_COUNTED, errors: [], alarms: NO_ALARMS };
    kept = await store.update((before) => desk().without(before ?? nothing, isPrivate));
  }

  async function attend(): Promise<void> {
    if (alarms) kept = (await attempt(() => desk().attend())) ?? kept;
  }

  /** What was kept, by this life of the worker or another, and what was counted since. */
  async function current(): Promise<MonitorState> {
    if (!kept || now() - written > WRITE_EVERY) await inTurn(keep);
    // Who asks is reason enough to look after alarms.
    if (kept && hasTrouble(kept)) writing ??= write();
    return {
      totals: merged(kept?.totals, counters.totals, now()),
      errors: latest([...(kept?.errors ?? []), ...desk().notes(failed)]),
      alarms: kept?.alarms ?? NO_ALARMS,
    };
  }

  return {
    watched: (finder) => ({
      breakers: finder.breakers,
      async find(identifier) {
        const found = await finder.find(identifier);
        if (found) remember(identifier, nameOfSource(found.url, sources));
        return found;
      },
    }),
    sourceOf(identifier) {
      const name = sourceNames.get(identifier);
      if (name !== undefined) remember(identifier, name);
      return name;
    },
    async during(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
    count(answer) {
      counters.count(answer, outcomeOf(answer), now());
      if (answer.status >= 400 && answer.status !== CANCELLED) {
        failed.push({ ...answer, time: now() });
        if (failed.length > ERRORS_REMEMBERED) failed.shift();
      }
      writing ??= write();
    },
    settled: () => writing,
    attend,
    forgetPrivate: () => inTurn(forgetPrivate),
    status: async () => desk().status(await current()),
    health: async () => desk().health(await current()),
    async answer(service, request) {
      if (service === 'status') return desk().statusAnswer(request, await this.status());
      return desk().healthAnswer(await this.health());
    },
  };

  function remember(identifier: string, name: string): void {
    sourceNames.delete(identifier);
    sourceNames.set(identifier, name);
    if (sourceNames.size <= IDENTIFIERS) return;
    const [oldest] = sourceNames.keys();
    if (oldest !== undefined) sourceNames.delete(oldest);
  }
}

const latest = <T>(notes: readonly T[]): T[] => notes.slice(-ERRORS_REMEMBERED);

function outcomeOf({ status, timing, error }: AnswerReport): SourceOutcome {
  if (timing.has('degraded') || error instanceof SourceUnreachableError) return 'failed';
  return status < 400 && timing.read.requests > 0 && !timing.has('offline') ? 'delivered' : undefined;
}

/** Whether there may be an alarm to raise or to deliver: what looks closer is loaded for it. */
function hasTrouble({ totals, alarms }: MonitorState): boolean {
  if (alarms.waiting.length > 0 || alarms.down.length > 0) return true;
  const { states, slots } = totals;
  if (Object.values(states).some(({ failures }) => failures > 0)) return true;
  return Object.values(slots).some(({ failed }) => Object.keys(failed).length > 0);
}

/** Doesn't keep a process alive that has nothing else to do. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, milliseconds);
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
      timer.unref();
    }
  });
}
