import { ask, words } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';

const BOOK = 'books/book.json';
/** Headers of a document that doesn't come from its server: browsers don't guess its type. */
const JSON_OF_OURS = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };

const manifestOf = (site: string) =>
  JSON.stringify({
    id: `${site}${BOOK}`,
    type: 'Manifest',
    label: { en: ['A book'] },
    items: [
      {
        id: 'c',
        type: 'Canvas',
        thumbnail: [{ id: 't', service: [{ id: `${site}iiif/3/dandelions`, type: 'ImageService3' }] }],
      },
    ],
  });

test('a pinned manifest is answered where it is when its server is gone, also by a worker that just started', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite();
  site.set(BOOK, manifestOf(site.url));
  const page = await visit(await openBrowser(), site.url);
  const pack = await page.evaluate(async (url) => (await window.potto.pin(new URL(url, location.href))).done, BOOK);
  expect(pack).toMatchObject({ label: 'A book', isComplete: true, works: [{ identifier: 'dandelions' }] });
  // While its server answers, it is the server's.
  site.set(BOOK, manifestOf(site.url).replace('A book', 'A newer book'));
  expect(words(await ask(page, BOOK))).toContain('A newer book');

  await site.close();
  const known = await ask(page, BOOK);
  expect(known.status).toBe(200);
  expect(known.headers).toMatchObject({ ...JSON_OF_OURS, 'x-potto': 'offline' });
  expect(JSON.parse(words(known)).label).toEqual({ en: ['A book'] });
  await stopWorker(page);
  expect(words(await ask(page, BOOK))).toContain('A book');
  const elsewhere = await ask(page, `iiif/_documents/?url=${encodeURIComponent(site.url + BOOK)}`);
  expect(JSON.parse(words(elsewhere)).label).toEqual({ en: ['A book'] });
  expect(elsewhere.headers).toMatchObject(JSON_OF_OURS);
  expect((await ask(page, 'iiif/_documents/?url=https%3A%2F%2Fother.example%2F')).status).toBe(404);
});

test('requests for what is not pinned fail as they would without the worker, and other listeners get theirs', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const sw = `importScripts('potto-sw.js');
potto.serve({ sources: '${door.url}/scans/{id}.tif' });
addEventListener('fetch', (event) => {
  if (event.request.url.endsWith('/mine.json')) event.respondWith(new Response('mine'));
});`;
  const site = await openWorkerSite({ files: { 'sw.js': sw, 'some.json': '{"is":"there"}' } });
  const page = await visit(await openBrowser(), site.url);
  expect(words(await ask(page, 'some.json'))).toContain('there');
  // As soon as the worker knows what is pinned.
  await expect.poll(async () => words(await ask(page, 'mine.json'))).toBe('mine');
  expect((await ask(page, 'none.json')).status).toBe(404);
  await stopWorker(page);
  expect(words(await ask(page, 'some.json'))).toContain('there');
  await site.close();
  expect(await page.evaluate(() => fetch('some.json').then(String, String))).toContain('TypeError');
  await stopWorker(page);
  expect(await page.evaluate(() => fetch('some.json').then(String, String))).toContain('TypeError');
});
