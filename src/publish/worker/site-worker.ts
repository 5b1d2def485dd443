import { SITE_PLACEHOLDER } from '../placeholder.ts';

declare const self: ServiceWorkerGlobalScope & { keepSite: (files: readonly string[]) => void };

/** Documents that hold the site's own address. */
const DOCUMENTS = /^(?:manifests\/.+|collection)\.json$/;
/** Milliseconds after which a server that says nothing is taken for out of reach. */
const ANSWERED_WITHIN = 4000;

const scope = new URL(self.registration.scope);
const cacheName = `site-${scope.pathname}`;
const kept = new Set<string>();

/**
 * Keeps the pages of the site, so that it opens without a network, and puts its own address into manifests that were
 * published without one: so a published folder works wherever it is put.
 */
self.keepSite = (files) => {
  for (const file of files) kept.add(new URL(file, scope).href);
};

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(cacheName).then((cache) => cache.addAll([...kept].map((url) => new Request(url, { cache: 'reload' })))),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const [address = ''] = request.url.split(/[?#]/, 1);
  const name = address.startsWith(scope.href) ? address.slice(scope.href.length) : undefined;
  if (request.method !== 'GET' || name === undefined) return;
  const isDocument = DOCUMENTS.test(name);
  if (!isDocument && !kept.has(address)) return;
  const answer = newestOf(request, address);
  event.respondWith(isDocument ? answer.then(withOwnAddress) : answer);
  // The image server's worker listens as well, and may answer a request once only.
  event.stopImmediatePropagation();
});

/** From the site, and from what was kept of it while it is out of reach. */
async function newestOf(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), ANSWERED_WITHIN);
  try {
    const response = await fetch(request.url, { signal: limit.signal });
    if (response.status >= 500) return (await cache.match(address)) ?? response;
    if (response.ok) await cache.put(address, response.clone());
    return response;
  } catch {
    return (await cache.match(address)) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function withOwnAddress(response: Response): Promise<Response> {
  if (!response.ok) return response;
  const text = (await response.text()).replaceAll(SITE_PLACEHOLDER, scope.href);
  return new Response(text, { headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' } });
}
