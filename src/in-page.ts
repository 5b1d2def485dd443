/**
 * Messages between a page and the dedicated worker that answers for it where there is no service worker. The worker is
 * started by the same scripts, and its name tells it what it is for.
 */

import type { SourcesConfig } from './source/resolver.ts';

/** What a page may say of the server itself, where no script says it: plain data, so no functions. */
export interface InPageServe {
  readonly sources: Exclude<SourcesConfig, (...asked: never) => unknown>;
  readonly prefix?: string;
}

/** Told by the name of the worker. */
export interface InPagePlace {
  /** Absolute URL of the script that would have been the service worker: everything is relative to it. */
  readonly script: string;
  /** Undefined where the script itself calls `serve`. */
  readonly serve?: InPageServe | undefined;
}

const MARK = 'potto-in-page ';

export function inPageName(place: InPagePlace): string {
  return MARK + JSON.stringify(place);
}

/** What this name tells; undefined for a worker of another kind. */
export function inPagePlace(name: string): InPagePlace | undefined {
  return name.startsWith(MARK) ? JSON.parse(name.slice(MARK.length)) : undefined;
}

/** Page → worker. */
export type InPageTask =
  /** Answered by `InPageAnswer`. */
  | {
      readonly id: number;
      readonly url: string;
      readonly method: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  /** The answer isn't wanted any more. */
  | { readonly id: number; readonly cancelled: true }
  /** A file of the user, from now on `local/NAME`. */
  | { readonly name: string; readonly file: File };

export interface InPageAnswer {
  readonly id: number;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer | null;
}

/** Worker → page, once it is there. */
export interface InPageReady {
  /** Absolute URL under which it answers. */
  readonly prefix: string;
}

/** Worker → page, where the options can't work. */
export interface InPageRefusal {
  readonly refused: string;
}

export type InPageNews = InPageAnswer | InPageReady | InPageRefusal;
