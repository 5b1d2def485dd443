/// <reference lib="webworker" />
import * as errors from '../src/errors.ts';
import { lazyParts } from './lazy-parts.ts';
import { loadLater } from './load-later.ts';
import { assetsOf, type ServeOptions, serveOf } from './serve.ts';

declare const self: ServiceWorkerGlobalScope;

// The worker as classic scripts: `importScripts('potto-sw.js'); potto.serve({ … });`. What a stored tile doesn't need
// is in a second script, because a worker is started for nearly every visit, and the time that takes grows with its
// script. Pages start the same script as threads that render for it.

function serve(options: ServeOptions): void {
  const later = () => loadLater(assetsOf(options));
  serveOf(
    lazyParts(() => later().PARTS),
    options,
  );
  self.addEventListener('install', (event) => event.waitUntil(Promise.resolve().then(later)));
}

// The second script takes its errors from here: they are told apart by their class.
Object.assign(self, { potto: { serve, errors } });
if ('DedicatedWorkerGlobalScope' in self) loadLater(new URL('./', self.location.href)).serveAsThread();
