// The site itself without a network: its files, which the build lists in site-files.js, are kept when the worker is
// installed. Loaded after Potto, this sees only those requests that Potto leaves alone.
const KEPT_IN = 'potto-demo-site-';
const keptIn = `${KEPT_IN}${siteFiles.build}`;
// Never another content under the same name: what is kept is as good as what the network would bring.
const UNCHANGING = /\/assets\/|\/potto-later-/;
// A kiosk doesn't wait for a network that comes and goes; a new version shows when the worker has fetched all of it.
const KEPT_FIRST = /\/kiosk\//;

addEventListener('install', (event) => {
  event.waitUntil(keepSite());
  // Else Chromium asks the network, too, for a page whose worker it has to start.
  event.addRoutes?.({ condition: { urlPattern: new URLPattern({ pathname: '*/kiosk/' }) }, source: 'fetch-event' });
});
addEventListener('activate', (event) => event.waitUntil(dropOld()));
addEventListener('fetch', (event) => {
  const { method, url, referrer } = event.request;
  if (method !== 'GET' || !url.startsWith(registration.scope)) return;
  const isKeptFirst = UNCHANGING.test(url) || KEPT_FIRST.test(url) || KEPT_FIRST.test(referrer);
  event.respondWith(isKeptFirst ? keptOrFromNetwork(event.request) : fromNetworkOrKept(event.request));
});

async function keepSite() {
  const cache = await caches.open(keptIn);
  await cache.addAll(siteFiles.files.map((file) => new Request(new URL(file, location), { cache: 'no-cache' })));
}

async function dropOld() {
  const old = (await caches.keys()).filter((name) => name.startsWith(KEPT_IN) && name !== keptIn);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function keptOrFromNetwork(request) {
  return (await kept(request)) ?? fetch(request);
}

async function fromNetworkOrKept(request) {
  try {
    return await fetch(request);
  } catch (reason) {
    const found = await kept(request);
    if (found) return found;
    throw reason;
  }
}

async function kept(request) {
  const url = new URL(request.url);
  url.search = '';
  url.pathname = url.pathname.replace(/\/index\.html$/, '/');
  return caches.match(url, { cacheName: keptIn, ignoreVary: true });
}
