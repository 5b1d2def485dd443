/** Messages between a page and its service worker. Both sides may be of different versions: unknown ones are ignored. */

import type { ThreadLent } from './threads.ts';

/** What the worker has done since it started. */
export interface Stats {
  readonly answers: number;
  /** Tiles answered as they are stored. */
  readonly passthrough: number;
  /** Answers that were decoded, scaled and encoded. */
  readonly rendered: number;
  /** Answers from the cache. */
  readonly hits: number;
  /** Answers of status 400 and above, but for requests that their page cancelled. */
  readonly errors: number;
  /** Requests sent to the sources. */
  readonly sourceRequests: number;
  /** Bytes read from the sources. */
  readonly sourceBytes: number;
}

/** Page → worker. Answered on the message's port where there is one. */
export type PageMessage =
  /** Take control of pages that were loaded without the worker (after a hard reload). No answer. */
  | { readonly potto: 'claim' }
  /** Answered by `Stats`. */
  | { readonly potto: 'stats' }
  /** Give up what runs for these absolute URLs, as far as this page asked for it. No answer. */
  | { readonly potto: 'cancel'; readonly urls: readonly string[] }
  | ThreadLent;

export function isPageMessage(data: unknown): data is PageMessage {
  return typeof data === 'object' && data !== null && 'potto' in data;
}
