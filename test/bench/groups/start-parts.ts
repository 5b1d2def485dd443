import { potto, timeOf } from '../browser.ts';
import { compared, type Figure } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { untilKept } from '../in-page.ts';
import { median, sum } from '../statistics.ts';
import { interiorTiles } from '../tiles.ts';
import { type TraceEvent, traced } from '../trace.ts';

const ROUNDS = 9;
const CATEGORIES = ['ServiceWorker', 'devtools.timeline', 'toplevel'];

/** Milliseconds. */
interface Parts {
  readonly thread: number;
  readonly scripts: number;
  readonly evaluation: number;
  readonly event: number;
  readonly answer: number;
  readonly cpu: number;
}

const NAMES: Readonly<Record<keyof Parts, string>> = {
  thread: 'until its thread runs',
  scripts: 'until V8 is there, and the scripts',
  evaluation: 'evaluating them',
  event: 'until the request arrives',
  answer: 'from the request to the answer',
  cpu: 'CPU time of its thread in all this',
};

/** By the browser's own trace, which takes time as well: the shares count. */
export const startParts: Group = {
  name: 'Where the time of a start goes, by trace',
  async measure({ browser, photo, nextCopy }) {
    const own = await browser.install('start-parts');
    const { near } = browser;
    const id = copyOf(PHOTO, nextCopy());
    const tiles = interiorTiles(photo.image, 0);
    const url = (round: number) => potto(own, `${id}/${tiles[round]?.path}`);
    await timeOf(own.page, { url: url(ROUNDS) });
    await own.page.evaluate(untilKept, id);
    const starts = async (ask: (round: number) => Promise<unknown>) =>
      partsOf(
        await traced(own.page, CATEGORIES, async () => {
          for (let round = 0; round < ROUNDS; round++) {
            await browser.stopWorkers();
            await ask(round);
          }
        }),
      );
    const ours = await starts((round) => timeOf(own.page, { url: url(round) }));
    const constant = await starts(() => timeOf(near.constant, { url: '/constant/answer' }));
    await own.page.close();
    return (Object.keys(NAMES) as (keyof Parts)[]).map(
      (part): Figure =>
        compared({
          name: NAMES[part],
          potto: median(ours.map((parts) => parts[part])),
          peer: median(constant.map((parts) => parts[part])),
          against: 'a constant, from the smallest worker',
          unit: 'ms',
        }),
    );
  },
};

/** Of each start in the trace, in which nothing else starts. */
function partsOf(events: readonly TraceEvent[]): readonly Parts[] {
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'ServiceWorker thread');
  return threads.flatMap(({ pid, tid }) => {
    const own = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
    const [first] = own;
    const evaluation = own.find(({ name }) => name === 'EvaluateScript');
    const request = own.find(({ name }) => name.startsWith('ServiceWorkerGlobalScope::DispatchFetchEvent'));
    const answer = own.find(({ name }) => name.startsWith('ServiceWorkerGlobalScope::RespondToFetchEvent'));
    if (!first || !evaluation || !request || !answer) return [];
    const asked = events.findLast(
      ({ name, ts }) => ts < first.ts && name === 'ServiceWorkerVersion::StartWorkerRequested',
    );
    if (!asked) return [];
    const evaluated = evaluation.ts + (evaluation.dur ?? 0);
    const between = (from: number, to: number) => (to - from) / 1000;
    return [
      {
        thread: between(asked.ts, first.ts),
        scripts: between(first.ts, evaluation.ts),
        evaluation: between(evaluation.ts, evaluated),
        event: between(evaluated, request.ts),
        answer: between(request.ts, answer.ts),
        cpu: sum(outermost(own, answer.ts).map(({ tdur = 0 }) => tdur)) / 1000,
      },
    ];
  });
}

/** Events of a thread that begin before `end`, and don't lie within others. */
function outermost(events: readonly TraceEvent[], end: number): readonly TraceEvent[] {
  let covered = 0;
  return events.filter(({ ts, dur = 0 }) => {
    if (ts >= end || ts < covered) return false;
    covered = ts + dur;
    return true;
  });
}
