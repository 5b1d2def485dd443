/** Messages between a page and its service worker. Both sides may be of different versions: unknown ones are ignored. */

import type { AccessMessage } from './access/protocol.ts';
import type { PackMessage } from './packs/protocol.ts';
import type { ThreadLent } from './threads.ts';

/** What the worker has done since it started. */
export interface Stats {
  /** How many were given. */
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

/** What the cache holds, of one image or in all, and how often it was asked. */
export interface CacheStats {
  /** Answers that are kept. */
  readonly entries: number;
  /** Of the storage, as nearly as can be told. */
  readonly bytes: number;
  /** Answers that were found in the cache, and those that weren't, since the image came into it. */
  readonly hits: number;
  /** Questions that the cache had no answer to. */
  readonly misses: number;
  /** Of all that was asked; 0 where nothing was. */
  readonly hitRate: number;
  /** Bytes that the cache may hold in all. */
  readonly budget: number;
  /** Since the worker started. */
  readonly eviction: EvictionStats;
}

/** How making room went, which is done in slices between the answers. */
export interface EvictionStats {
  readonly slices: number;
  /** Those that took more than 50 ms. */
  readonly slow: number;
  /** Milliseconds of the longest. */
  readonly longest: number;
  /** The same without the time in which the worker's thread had no turn: other work had it, or other programs. */
  readonly ownSlow: number;
  readonly ownLongest: number;
}

/** How the worker answers a question that can fail. */
export type Outcome<T> = { readonly value: T } | { readonly error: string };

/** Page → worker. Answered on the message's port where there is one. */
export type PageMessage =
  /** Take control of pages that were loaded without the worker (after a hard reload). No answer. */
  | { readonly potto: 'claim' }
  /** Answered by `Stats`. */
  | { readonly potto: 'stats' }
  /** Answered by `Outcome<Status>`. */
  | { readonly potto: 'status' }
  /** Answered by `Outcome<Health>`, within a few seconds. */
  | { readonly potto: 'health' }
  /** Answered by `Outcome<CacheStats>`: of one image, or of all. */
  | { readonly potto: 'cache-stats'; readonly identifier?: string | undefined }
  /** Drop what is cached and known of one image, or everything. Answered by `Outcome<null>` when it is gone. */
  | { readonly potto: 'purge'; readonly identifier?: string | undefined }
  /** Give up what runs for these absolute URLs, as far as this page asked for it. No answer. */
  | { readonly potto: 'cancel'; readonly urls: readonly string[] }
  | PackMessage
  | AccessMessage
  /** Files of the user, from now on found by these names. Answered by null when they are. */
  | { readonly potto: 'local-files'; readonly files: ReadonlyMap<string, File> }
  /** A file or a folder, by a handle that the worker keeps. Answered by whether it could. */
  | { readonly potto: 'local-handle'; readonly handle: LocalHandle }
  /** Answered by `LocalHandle[]`: those that are kept. */
  | { readonly potto: 'local-kept' }
  /** Forget what is kept by this name. Answered by null. */
  | { readonly potto: 'local-forget'; readonly name: string }
  | ThreadLent;

/** A file or a folder of the user, which the browser finds again. */
export type LocalHandle = FileSystemFileHandle | FileSystemDirectoryHandle;

/** Worker → page, with a port: hand over the file of this name, if this page has it. Answered by a File or null. */
export interface LocalWanted {
  readonly potto: 'local-wanted';
  readonly name: string;
}

export function isLocalWanted(data: unknown): data is LocalWanted {
  return typeof data === 'object' && data !== null && 'potto' in data && data.potto === 'local-wanted';
}

export function isPageMessage(data: unknown): data is PageMessage {
  return typeof data === 'object' && data !== null && 'potto' in data;
}
