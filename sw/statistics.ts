import type { AnswerReport } from '../src/options.ts';
import type { Stats } from '../src/protocol.ts';

/** Counts what the worker has done since it started. */
export interface Statistics {
  count(answer: AnswerReport): void;
  current(): Stats;
}

export function createStatistics(): Statistics {
  let stats: Stats = {
    answers: 0,
    passthrough: 0,
    rendered: 0,
    hits: 0,
    errors: 0,
    sourceRequests: 0,
    sourceBytes: 0,
  };
  return {
    count({ status, timing }) {
      const { requests, bytes } = timing.read;
      stats = {
        answers: stats.answers + 1,
        passthrough: stats.passthrough + Number(timing.has('passthrough')),
        rendered: stats.rendered + Number(timing.has('rendered')),
        hits: stats.hits + Number(timing.has('hit')),
        errors: stats.errors + Number(status >= 400),
        sourceRequests: stats.sourceRequests + requests,
        sourceBytes: stats.sourceBytes + bytes,
      };
    },
    current: () => stats,
  };
}
