/** When one tile was asked for and when its last byte came: milliseconds, both on the same clock. */
export interface Sample {
  readonly start: number;
  readonly end: number;
}

export interface Times {
  /** Tiles answered per second of waiting: moments in which none was being waited for don't count. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  /** Milliseconds within which 95 of 100 tiles were there. */
  readonly p95: number;
}

/** What the worker counted, as far as the panel shows it. */
export interface Counts {
  readonly answers: number;
  readonly passthrough: number;
  readonly hits: number;
  readonly rendered: number;
  readonly errors: number;
  readonly sourceRequests: number;
  readonly sourceBytes: number;
}

/** What an image cost on average; whole images, such as thumbnails, count as well as tiles. */
export interface Costs {
  /** Requests to the bucket. */
  readonly requests: number;
  /** Read from the bucket. */
  readonly bytes: number;
}

/** Undefined without samples. */
export function timesOf(samples: readonly Sample[]): Times | undefined {
  const durations = samples.map(({ start, end }) => end - start).sort((a, b) => a - b);
  const median = quantile(durations, 0.5);
  const p95 = quantile(durations, 0.95);
  if (median === undefined || p95 === undefined) return undefined;
  // What the clock is too coarse to see counts as a millisecond.
  return { perSecond: samples.length / (Math.max(1, waitedFor(samples)) / 1000), median, p95 };
}

/** Undefined before the first image. */
export function costsOf(counts: Counts): Costs | undefined {
  const images = counts.passthrough + counts.hits + counts.rendered;
  if (images === 0) return undefined;
  return { requests: counts.sourceRequests / images, bytes: counts.sourceBytes / images };
}

/** Part of the images not from the cache that were answered as they are stored, 0 to 1; undefined before the first. */
export function passthroughShare({ passthrough, rendered }: Counts): number | undefined {
  return passthrough + rendered === 0 ? undefined : passthrough / (passthrough + rendered);
}

/** The smallest value that so great a part (0 to 1) of the values doesn't exceed. */
function quantile(sorted: readonly number[], part: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}

/** Milliseconds in which at least one of the samples was under way. */
function waitedFor(samples: readonly Sample[]): number {
  let waited = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { start, end } of samples.toSorted((a, b) => a.start - b.start)) {
    waited += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return waited;
}
