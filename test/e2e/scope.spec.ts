import sharp from 'sharp';
import { ask, words } from './ask.ts';
import { expect, pageOf, test, visit, WITHOUT_WEBGL } from './fixtures.ts';
import { SITE_MARK } from './site.ts';
import { SCANS } from './store/buckets.ts';

test('under a sub-path the worker answers what is below it', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite({ at: '/repo/' });
  const page = await visit(await openBrowser(), site.url);
  const info = await ask(page, 'iiif/3/nuthatch/info.json');
  expect(info.status).toBe(200);
  expect(JSON.parse(words(info))).toMatchObject({ id: `${site.origin}/repo/iiif/3/nuthatch`, width: 6028 });
  expect(info.headers[SITE_MARK]).toBeUndefined();
  expect((await ask(page, 'iiif/2/nuthatch/full/90,/0/default.jpg')).status).toBe(200);
});

test('the demo works under a sub-path', async ({ openBrowser, openDemo }) => {
  const page = await pageOf(await openBrowser({ flags: WITHOUT_WEBGL }));
  await page.goto((await openDemo({ at: '/repo/' })).url);
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await expect(page.locator('#notice')).toBeHidden();
});

test('what is not under iiif/ passes unchanged', async ({ openBrowser, openWorkerSite, door }) => {
  const site = await openWorkerSite({ at: '/repo/', files: { 'notes.txt': 'a file of the site' } });
  const page = await visit(await openBrowser(), site.url);
  const isAnsweredByWorker = async (url: string) => {
    const response = page.waitForResponse((response) => response.url() === new URL(url, site.url).href);
    await ask(page, url);
    return (await response).fromServiceWorker();
  };
  // Until a worker knows which documents are pinned, it looks after what may be one.
  await expect.poll(() => isAnsweredByWorker('any.json')).toBe(false);
  for (const [url, content] of [
    ['notes.txt', 'a file of the site'],
    ['missing/iiif/3/nuthatch/info.json', 'not on this site'],
    // Beside the worker's scope, not below it.
    ['/iiif/3/nuthatch/info.json', 'not on this site'],
    ['/notes.txt', 'not on this site'],
  ] as const) {
    const response = page.waitForResponse((response) => response.url() === new URL(url, site.url).href);
    const answer = await ask(page, url);
    expect(words(answer), url).toBe(content);
    // The browser may look for a newer worker at the same time.
    expect(site.requests[Number(answer.headers[SITE_MARK]) - 1]).toBe(`GET ${new URL(url, site.url).pathname}`);
    expect((await response).fromServiceWorker(), url).toBe(false);
  }
  const posted = await ask(page, 'notes.txt', { method: 'POST', body: 'what was sent' });
  expect(words(posted)).toBe('what was sent');
  const range = { headers: { Range: 'bytes=4-7' } };
  const elsewhere = await ask(page, `${door.url}/${SCANS}/nuthatch.tif`, range);
  expect(elsewhere.status).toBe(206);
  expect(elsewhere.bytes).toHaveLength(4);
});

test('images on the page’s own site are found by an address relative to the worker', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } });
  const image = await picture.tiff({ tile: true, pyramid: true, compression: 'deflate' }).toBuffer();
  const options = `{ sources: 'scans/{id}.tif' }`;
  const site = await openWorkerSite({ at: '/repo/', options, files: { 'scans/teal.tif': image } });
  const page = await visit(await openBrowser(), site.url);
  expect((await ask(page, 'iiif/3/teal/full/max/0/default.png')).status).toBe(200);
});

test('a bucket is read at its own host name as well', async ({ openBrowser, openWorkerSite, door }) => {
  const options = `{ sources: 'http://${SCANS}.localhost:${door.port}/{id}.tif' }`;
  const page = await visit(await openBrowser(), (await openWorkerSite({ options })).url);
  expect((await ask(page, 'iiif/3/nuthatch/info.json')).status).toBe(200);
  expect(door.requests.every(({ path }) => path === '/nuthatch.tif')).toBe(true);
});
