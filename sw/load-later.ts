/// <reference lib="webworker" />
import { ImageServerError } from '../src/errors.ts';
import type * as exported from './later.ts';

export type Later = typeof exported;

declare const self: WorkerGlobalScope & { readonly pottoLater?: Later };

/**
 * What `sw/later.ts` exports; at the first call its script is fetched from among the worker's files and evaluated.
 * A service worker has it only if it was called before the end of the worker's installation: what is imported until then
 * is kept with the worker, and later on nothing else can be had.
 * @throws {ImageServerError} 503 when it can't be loaded; the next call tries again.
 */
export function loadLater(assets: URL): Later {
  if (!self.pottoLater) load(new URL(__LATER_SCRIPT__, assets));
  if (self.pottoLater) return self.pottoLater;
  throw notLoaded();
}

function load(script: URL): void {
  try {
    importScripts(script.href);
  } catch (cause) {
    throw notLoaded(cause);
  }
}

function notLoaded(cause?: unknown): ImageServerError {
  return new ImageServerError(
    503,
    `The script ${__LATER_SCRIPT__} is needed for this answer and could not be loaded. Check that it stands beside potto-sw.js, both of one version, and ask again.`,
    { cause, retryAfter: 5 },
  );
}
