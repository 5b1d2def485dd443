import type { Timing } from '../timing.ts';
import { firstOf } from './abort.ts';
import { tooLate } from './failures.ts';
import type { ByteRange, ReadOptions } from './source.ts';

const limits = new WeakMap<Timing, AbortSignal>();

/**
 * Gives one answer, the one of which `timing` keeps account, so many milliseconds to read its source. Unlike the signal
 * of a request, the limit doesn't end the work on what was read. Gives what lifts it.
 */
export function limitReading(timing: Timing, milliseconds: number): () => void {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(tooLate(milliseconds)), milliseconds);
  limits.set(timing, stop.signal);
  return () => clearTimeout(timer);
}

/** Aborted with a SourceUnreachableError when the time for reading is over. */
export function readingLimit(timing: Timing | undefined): AbortSignal | undefined {
  return timing && limits.get(timing);
}

type Read = (range: ByteRange, options?: ReadOptions) => Promise<Uint8Array>;

/** Reads that end when the time of the answer they are for is over. */
export function withinReadingLimit(read: Read): Read {
  return (range, options = {}) => {
    const limit = readingLimit(options.timing);
    if (!limit) return read(range, options);
    const { signal, release } = firstOf([options.signal, limit]);
    return read(range, { ...options, signal }).finally(release);
  };
}
