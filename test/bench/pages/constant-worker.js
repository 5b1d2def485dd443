// The least a worker can do, and the least that can read a range: what waking one costs.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { pathname, searchParams } = new URL(event.request.url);
  if (pathname.endsWith('/answer')) event.respondWith(new Response('constant'));
  if (pathname.endsWith('/range')) event.respondWith(read(searchParams.get('url'), searchParams.get('range')));
});

async function read(url, range) {
  const response = await fetch(url, { cache: 'no-store', headers: { Range: range } });
  return new Response(await response.arrayBuffer());
}
