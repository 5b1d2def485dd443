import type { Counts } from './figures.ts';

const NOTHING: Counts = {
  answers: 0,
  passthrough: 0,
  hits: 0,
  rendered: 0,
  errors: 0,
  sourceRequests: 0,
  sourceBytes: 0,
};

/**
 * Sums for the life of this page, from the counters of a worker that loses them whenever the browser stops it.
 * `before`: the counters as they stood when the page began. The function takes them as they stand now and gives the
 * sums, which never fall.
 */
export function createTally(before: Counts = NOTHING): (now: Counts) => Counts {
  let last = before;
  let sums = NOTHING;
  return (now) => {
    const restarted = now.answers < last.answers || now.sourceRequests < last.sourceRequests;
    sums = combine(sums, now, (sum, value) => sum + value);
    if (!restarted) sums = combine(sums, last, (sum, value) => sum - value);
    last = now;
    return sums;
  };
}

function combine(a: Counts, b: Counts, operation: (a: number, b: number) => number): Counts {
  return {
    answers: operation(a.answers, b.answers),
    passthrough: operation(a.passthrough, b.passthrough),
    hits: operation(a.hits, b.hits),
    rendered: operation(a.rendered, b.rendered),
    errors: operation(a.errors, b.errors),
    sourceRequests: operation(a.sourceRequests, b.sourceRequests),
    sourceBytes: operation(a.sourceBytes, b.sourceBytes),
  };
}
