import type { AnswerReport } from '../src/options.ts';
import type { Stats } from '../src/protocol.ts';
import { CANCELLED } from './cancellation.ts';

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
      // What was begun and failed is marked as well.
      const made = (way: string) => Number(status < 400 && timing.has(way));
      stats = {
        answers: stats.answers + 1,
        passthrough: stats.passthrough + made('passthrough'),
        rendered: stats.rendered + made('rendered'),
        hits: stats.hits + made('hit'),
        errors: stats.errors + Number(status >= 400 && status !== CANCELLED),
        sourceRequests: stats.sourceRequests + requests,
        sourceBytes: stats.sourceBytes + bytes,
      };
    },
    current: () => stats,
  };
}
