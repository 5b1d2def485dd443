/// <reference lib="webworker" />
import { cacheNames, clientsClaim, setCacheNameDetails } from 'workbox-core';
import { type CacheBudget, checkBudget } from '../src/cache/budget.ts';
import { DeferredIndex } from '../src/cache/deferred-index.ts';
import { CacheStorageDerivatives } from '../src/cache/derivatives.ts';
import { IndexedDbIndexStore } from '../src/cache/index-store.ts';
import { IndexedDbLedger } from '../src/cache/indexed-db-ledger.ts';
import { KeptDerivatives } from '../src/cache/kept-derivatives.ts';
import type { ImageStructure } from '../src/image/open.ts';
import { indexedDbMonitorStore } from '../src/monitoring/indexed-db-store.ts';
import { namedSources } from '../src/monitoring/source-names.ts';
import { accessOf, finderOf, type ImageServerOptions } from '../src/options.ts';
import { createImageServerOf } from '../src/server.ts';
import { createCancellation } from './cancellation.ts';
import { answerMessages } from './messages.ts';
import { createWorkerPacks } from './packs.ts';
import type { WorkerParts } from './parts.ts';
import { createPrefetch } from './prefetch.ts';
import { createStatistics } from './statistics.ts';
import { LentThreads } from './threads.ts';
import { createWasmStore } from './wasm-store.ts';

declare const self: ServiceWorkerGlobalScope;

/** What `serve` takes: the options of every server, and those of a service worker. */
export interface ServeOptions
  extends Omit<ImageServerOptions, 'base' | 'wasm' | 'rasterizeText' | 'cache' | 'index' | 'pool'> {
  /** Where the files of `potto init` are, relative to the worker's script; by default beside it. */
  readonly assets?: string;
  /** Reads the tiles of the next finer level into the cache while nobody asks for anything. Off by default. */
  readonly prefetch?: boolean;
  /**
   * How much of the browser's storage answers may take; by default 1 GB or a fifth of what the browser grants, whichever
   * is less. What was not used for longest goes first.
   */
  readonly cache?: CacheBudget;
  /** Bytes that may be pinned in all packs together; by default as many as the browser gives. */
  readonly packBudget?: number;
}

/** Where the worker's files are. */
export function assetsOf({ assets = './' }: ServeOptions): URL {
  return new URL(assets, self.location.href);
}

/** As `serve` of `sw.ts`, with parts that may be loaded when they are first needed. */
export function serveOf(parts: WorkerParts, options: ServeOptions): void {
  const { cache: budget = {} } = options;
  checkBudget(budget);
  setCacheNameDetails({ prefix: 'potto' });
  const scope = new URL(self.registration.scope);
  const prefix = new URL(options.prefix ?? 'iiif/', scope).pathname;
  const assets = assetsOf(options);
  const wasm = createWasmStore(assets);
  const threads = new LentThreads(new URL('potto-sw.js', assets).href, options.memory);
  const statistics = createStatistics();
  const store = new CacheStorageDerivatives(caches, cacheNames.runtime);
  const ledger = new IndexedDbLedger(`potto-cache-${scope.pathname}`);
  const cache = new KeptDerivatives({ store, ledger, budget, storage: navigator.storage });
  const index = new IndexedDbIndexStore<ImageStructure>(`potto-${scope.pathname}`);
  const cancellation = createCancellation();
  const base = self.location.href;
  const locals = parts.createLocalFiles(`potto-local-${scope.pathname}`);
  const signedIn = parts.createWorkerAccess({
    provider: options.credentials,
    onSignInNeeded: options.onSignInNeeded,
    access: () => access,
    finder: () => sources,
    async drop(meant) {
      // First of all, so that no answer that is being made is kept.
      await server.forget(meant);
      await Promise.all([cache.drop(meant), monitor.forgetPrivate()]);
    },
  });
  const access = accessOf(
    { ...options, credentials: signedIn.provider, onSignInNeeded: signedIn.signInNeeded },
    parts.createAccess,
  );
  const sources = finderOf({ ...options, base }, access);
  const packs = createWorkerPacks(parts, {
    name: `potto-packs-${scope.pathname}`,
    finder: parts.localFinder(sources, locals.find),
    prefix,
    budget: options.packBudget,
    equip: wasm.keepDecoders,
    cache,
  });
  const server = createImageServerOf(parts, {
    ...options,
    sources: packs.finder,
    prefix,
    base,
    wasm: wasm.load,
    rasterizeText: parts.rasterizeText,
    cache,
    pool: threads,
    index: new DeferredIndex(index),
    monitor: {
      store: indexedDbMonitorStore(`potto-monitor-${scope.pathname}`),
      sources: namedSources(options.sources, { ...options, base }),
      finder: sources,
      site: scope.host + scope.pathname,
    },
    onAnswer(answer) {
      statistics.count(answer);
      options.onAnswer?.(answer);
    },
  });

  const { monitor, forget } = server;

  const prefetch = options.prefetch
    ? createPrefetch((url, signal) => server.fetch(new Request(url), { signal, priority: 'low' }))
    : undefined;

  self.addEventListener('install', (event) => {
    event.waitUntil(wasm.precache());
    // Pages keep working across an update: a URL means the same to every version, and caches are keyed by it.
    void self.skipWaiting();
  });
  self.addEventListener('activate', (event) => event.waitUntil(wasm.dropOld()));
  self.addEventListener('online', () => void monitor.attend());
  clientsClaim();
  const answerPage = parts.createPageAnswers({ monitor, cache, forget, packs, locals, access: signedIn });
  self.addEventListener('message', answerMessages({ statistics, threads, cancellation, answerPage }));
  self.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);
    const document = packs.documents.answer(event.request, url, scope.origin);
    if (document) event.respondWith(document);
    if (document || url.origin !== scope.origin || !url.pathname.startsWith(prefix)) return;
    const asked = { clientId: event.clientId, url: url.href };
    const waitUntil = (work: Promise<unknown>) => event.waitUntil(work);
    store.warm();
    packs.warm();
    prefetch?.interrupt();
    const answer = cache.during(
      cancellation.run(asked, (signal) => server.fetch(event.request, { waitUntil, signal, isNear: true })),
    );
    event.respondWith(answer);
    event.waitUntil(answer.then(monitor.settled));
    if (prefetch) event.waitUntil(answer.then(() => prefetch.after(url.href)));
  });
}
