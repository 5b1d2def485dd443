/**
 * Messages by which pages lend threads to the service worker, which can't start any itself.
 * Service worker → page: `ThreadsWanted`; page → thread: a port; page → service worker: `ThreadLent` with the other port;
 * from then on service worker and thread talk directly, without the page's main thread.
 */

/** Service worker → page: start threads from this script and lend them. */
export interface ThreadsWanted {
  readonly potto: 'threads-wanted';
  readonly script: string;
}

/** Page → service worker, with a port to the thread. */
export interface ThreadLent {
  readonly potto: 'thread-lent';
  /** Name of a Web Lock that the thread holds as long as it lives: nothing else tells when a page was closed. */
  readonly lock: string;
}

/** Thread → page, once it holds its lock. */
export interface ThreadReady {
  readonly lock: string;
}

/** Page → thread, with a port to the service worker. */
export interface ThreadPort {
  readonly potto: 'thread-port';
}

/** Service worker → thread. */
export type ThreadTask<Job, Tile> =
  /** First of all: bytes that its work may take. */
  | { readonly memory: number }
  /** Some of a job's tiles, with the job itself where they are the first ones. */
  | { readonly id: number; readonly job: Job | undefined; readonly tiles: readonly Tile[] }
  /** A job that is taken back. */
  | { readonly id: number; readonly cancelled: true };

/** Thread → service worker: what came of a job that wasn't taken back. */
export type ThreadResult =
  | { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly costs: readonly ThreadCost[] }
  /** An error with words for the reader. */
  | { readonly id: number; readonly status: number; readonly message: string }
  /** Something unexpected: the job is worth doing again elsewhere. */
  | { readonly id: number; readonly failed: true };

/** A part of the work and how long it took, in milliseconds. */
export interface ThreadCost {
  readonly name: string;
  readonly milliseconds: number;
}

export function isThreadsWanted(data: unknown): data is ThreadsWanted {
  return typeof data === 'object' && data !== null && 'potto' in data && data.potto === 'threads-wanted';
}
