import type { ImageServerError } from '../errors.ts';
import type { Sleep } from './abort.ts';

/** A third try still helps against a hiccup; more would only keep the page waiting. */
export const READ_ATTEMPTS = 3;
/** Milliseconds; doubled with each attempt. */
export const BACKOFF_BASE = 200;
/** Milliseconds. */
export const BACKOFF_LIMIT = 2000;
/** Seconds. A source that asks for more patience gets it from the page: the answer carries its `Retry-After`. */
export const RETRY_AFTER_LIMIT = 10;

/** How one attempt ended; what isn't worth another attempt is thrown instead. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: ImageServerError };

export interface RetryOptions {
  readonly sleep: Sleep;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Tries up to READ_ATTEMPTS times, with exponential backoff and full jitter, so that a page's many reads don't come
 * back all at once to a source that is in trouble.
 * @throws the error of the last attempt.
 */
export async function withRetries<T>(attempt: () => Promise<Attempt<T>>, options: RetryOptions): Promise<T> {
  for (let made = 1; ; made++) {
    const result = await attempt();
    if (result.kind === 'done') return result.value;
    const { retryAfter = 0 } = result.error;
    if (made === READ_ATTEMPTS || retryAfter > RETRY_AFTER_LIMIT) throw result.error;
    const backoff = options.random() * Math.min(BACKOFF_LIMIT, BACKOFF_BASE * 2 ** (made - 1));
    await options.sleep(Math.max(backoff, retryAfter * 1000), options.signal);
  }
}
