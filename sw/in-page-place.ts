/// <reference lib="webworker" />
import { type InPagePlace, inPagePlace } from '../src/in-page.ts';

declare const self: WorkerGlobalScope & { readonly name?: string };

/** Where this script is, and what it is told, when it runs in a page's own worker in the place of a service worker. */
export function placeInPage(): InPagePlace | undefined {
  return 'DedicatedWorkerGlobalScope' in self ? inPagePlace(self.name ?? '') : undefined;
}
