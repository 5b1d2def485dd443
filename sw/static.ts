/// <reference lib="webworker" />
import * as errors from '../src/errors.ts';
import * as sourceErrors from '../src/source/source.ts';
import { placeInPage } from './in-page-place.ts';
import { lazyParts } from './lazy-parts.ts';
import { loadLater } from './load-later.ts';
import { assetsOf, type ServeOptions, serveOf } from './serve.ts';

declare const self: ServiceWorkerGlobalScope;

// The worker as classic scripts: `importScripts('potto-sw.js'); potto.serve({ … });`. What a stored tile doesn't need
// is in a second script, because a worker is started for nearly every visit, and the time that takes grows with its
// script. Pages start the same script as threads that render for it, and where there are no service workers, in the place
// of one.

const place = placeInPage();

function serve(options: ServeOptions): void {
  if (place) {
    loadLater(new URL(options.assets ?? './', place.script)).serveInPage(options, place);
    return;
  }
  const later = () => loadLater(assetsOf(options));
  serveOf(
    lazyParts(() => later().WORKER_PARTS),
    options,
  );
  self.addEventListener('install', (event) => event.waitUntil(Promise.resolve().then(later)));
}

// The second script takes its errors from here: they are told apart by their class.
Object.assign(self, { potto: { serve, errors, sourceErrors } });
if (place) {
  if (place.serve) serve(place.serve);
} else if ('DedicatedWorkerGlobalScope' in self) {
  loadLater(new URL('./', self.location.href)).serveAsThread();
}
