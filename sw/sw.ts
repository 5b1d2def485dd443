/// <reference lib="webworker" />
import { cacheNames, clientsClaim, setCacheNameDetails } from 'workbox-core';
import { DeferredIndex } from '../src/cache/deferred-index.ts';
import { DeferredWrites } from '../src/cache/deferred-writes.ts';
import { CacheStorageDerivatives } from '../src/cache/derivatives.ts';
import { IndexedDbIndexStore } from '../src/cache/index-store.ts';
import { RecentAnswers } from '../src/cache/recent-answers.ts';
import type { ImageStructure } from '../src/image/open.ts';
import type { ImageServerOptions } from '../src/options.ts';
import { createImageServer } from '../src/server.ts';
import { createCancellation } from './cancellation.ts';
import { canvasText } from './canvas-text.ts';
import { answerMessages } from './messages.ts';
import { createPrefetch } from './prefetch.ts';
import { createStatistics } from './statistics.ts';
import { LentThreads } from './threads.ts';
import { createWasmStore } from './wasm-store.ts';

declare const self: ServiceWorkerGlobalScope;

export interface ServeOptions
  extends Omit<ImageServerOptions, 'base' | 'wasm' | 'rasterizeText' | 'cache' | 'index' | 'pool'> {
  /** Where `potto-sw.js` and its wasm files are, relative to the worker's script; by default beside it. */
  readonly assets?: string;
  /** Reads the tiles of the next finer level into the cache while nobody asks for anything. Off by default. */
  readonly prefetch?: boolean;
}

/**
 * Makes this service worker answer IIIF Image API URLs under `prefix`, relative to its scope (default `iiif/`).
 * Every other request leaves its hands unchanged. Call it once, while the script is first evaluated.
 */
export function serve(options: ServeOptions): void {
  setCacheNameDetails({ prefix: 'potto' });
  const scope = new URL(self.registration.scope);
  const prefix = new URL(options.prefix ?? 'iiif/', scope).pathname;
  const assets = new URL(options.assets ?? './', self.location.href);
  const wasm = createWasmStore(assets);
  const threads = new LentThreads(new URL('potto-sw.js', assets).href);
  const statistics = createStatistics();
  const derivatives = new CacheStorageDerivatives(caches, cacheNames.runtime);
  const index = new IndexedDbIndexStore<ImageStructure>(`potto-${scope.pathname}`);
  const cancellation = createCancellation();
  const server = createImageServer({
    ...options,
    prefix,
    base: self.location.href,
    wasm: wasm.load,
    rasterizeText: canvasText,
    cache: new RecentAnswers(new DeferredWrites(derivatives)),
    pool: threads,
    index: new DeferredIndex(index),
    onAnswer(answer) {
      statistics.count(answer);
      options.onAnswer?.(answer);
    },
  });

  const prefetch = options.prefetch
    ? createPrefetch((url, signal) => server.fetch(new Request(url), { signal, priority: 'low' }))
    : undefined;

  self.addEventListener('install', (event) => {
    event.waitUntil(wasm.precache());
    // Pages keep working across an update: a URL means the same to every version, and caches are keyed by it.
    void self.skipWaiting();
  });
  self.addEventListener('activate', (event) => event.waitUntil(wasm.dropOld()));
  clientsClaim();
  self.addEventListener('message', answerMessages(statistics, threads, cancellation));
  self.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);
    if (url.origin !== scope.origin || !url.pathname.startsWith(prefix)) return;
    const asked = { clientId: event.clientId, url: url.href };
    const waitUntil = (work: Promise<unknown>) => event.waitUntil(work);
    derivatives.warm();
    prefetch?.interrupt();
    const answer = cancellation.run(asked, (signal) => server.fetch(event.request, { waitUntil, signal }));
    event.respondWith(answer);
    if (prefetch) event.waitUntil(answer.then(() => prefetch.after(url.href)));
  });
}
