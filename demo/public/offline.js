// The page itself without a network, from what demo/keep-page.ts keeps. Loaded after Potto, it sees only those requests
// that Potto leaves alone.
addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET' || !event.request.url.startsWith(registration.scope)) return;
  event.respondWith(fromNetworkOrKept(event.request));
});

async function fromNetworkOrKept(request) {
  try {
    return await fetch(request);
  } catch (reason) {
    const kept = await caches.match(request, { cacheName: 'potto-demo-page', ignoreVary: true });
    if (kept) return kept;
    throw reason;
  }
}
