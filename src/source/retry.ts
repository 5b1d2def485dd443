import type { ImageServerError } from '../errors.ts';
import type { Sleep } from './abort.ts';
import { LeftAloneError } from './failures.ts';

/** A third try still helps against a hiccup; more would only keep the page waiting. */
export const READ_ATTEMPTS = 3;
/** Milliseconds; doubled with each attempt. */
export const BACKOFF_BASE = 200;
/** Milliseconds. */
export const BACKOFF_LIMIT = 2000;
/** Seconds. A source that asks for more patience gets it from the page: the answer carries its `Retry-After`. */
export const RETRY_AFTER_LIMIT = 10;

/**
 * What a failure tells of the origin: it is `up` and has reasons of its own, it is `down`, it was `silent` for as long
 * as anybody waited, or that is `unclear`.
 */
export type OriginSign = 'up' | 'down' | 'silent' | 'unclear';

/** How one attempt ended; what isn't worth another attempt is thrown instead. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: ImageServerError; readonly origin: OriginSign };

export interface RetryOptions {
  readonly sleep: Sleep;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** By `performance.now()`: a pause that lasts longer isn't begun. */
  readonly until: number;
}

/**
 * Tries up to READ_ATTEMPTS times, with exponential backoff and full jitter, so that a page's many reads don't come
 * back all at once to a source that is in trouble.
 * @throws the error of the last attempt.
 */
export async function withRetries<T>(attempt: () => Promise<Attempt<T>>, options: RetryOptions): Promise<T> {
  let latest: ImageServerError | undefined;
  for (let made = 1; ; made++) {
    const result = await attempt().catch((cause: unknown) => {
      // The failure itself says more than that there were too many of them.
      throw cause instanceof LeftAloneError && latest ? latest : cause;
    });
    if (result.kind === 'done') return result.value;
    latest = result.error;
    const { retryAfter = 0 } = latest;
    if (made === READ_ATTEMPTS || retryAfter > RETRY_AFTER_LIMIT) throw latest;
    const backoff = options.random() * Math.min(BACKOFF_LIMIT, BACKOFF_BASE * 2 ** (made - 1));
    const pause = Math.max(backoff, retryAfter * 1000);
    // What is known now is told now: that the source is overloaded, and how long, rather than that it took too long.
    if (performance.now() + pause > options.until) throw latest;
    await options.sleep(pause, options.signal);
  }
}
