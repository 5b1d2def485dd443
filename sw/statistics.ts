import { CANCELLED } from '../src/monitoring/counters.ts';
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
    count({ status, timing, priority }) {
      const { requests, bytes } = timing.read;
      const answers = Number(priority === 'high');
      // What was begun and failed is marked as well.
      const made = (way: string) => answers * Number(status < 400 && timing.has(way));
      stats = {
        answers: stats.answers + answers,
        passthrough: stats.passthrough + made('passthrough'),
        rendered: stats.rendered + made('rendered'),
        hits: stats.hits + made('hit'),
        errors: stats.errors + answers * Number(status >= 400 && status !== CANCELLED),
        sourceRequests: stats.sourceRequests + requests,
        sourceBytes: stats.sourceBytes + bytes,
      };
    },
    current: () => stats,
  };
}
