import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, PAGE, pageOf, test, visit, WITHOUT_WEBGL } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';
import { drawn, opened, openPage, withViewer } from './viewer-page.ts';

/** Passed through, rendered, described, refused. */
const PATHS = [
  'nuthatch/512,512,512,512/512,512/0/default.jpg',
  'nuthatch/100,100,900,700/300,/90/gray.png',
  'nuthatch/info.json',
  'nuthatch/full/9999999,/0/default.jpg',
  'no-such-image/info.json',
];

/** As service worker and page alike answer: status, what a viewer reads of the headers, and the digest of the body. */
async function answers(page: Page, from: 'worker' | 'page'): Promise<unknown> {
  return page.evaluate(
    async ({ paths, from }) => {
      const server = from === 'page' ? await window.potto.serveInPage() : undefined;
      const prefix = server?.prefix ?? new URL('iiif/', document.baseURI).href;
      const told = await Promise.all(
        paths.map(async (path) => {
          const url = `${prefix}3/${path}`;
          const response = await (server ? server.fetch(url) : fetch(url));
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
          const headers = ['Content-Type', 'ETag', 'Link', 'Content-Disposition'].map((name) =>
            response.headers.get(name),
          );
          return { url, status: response.status, headers, digest: [...digest].join() };
        }),
      );
      server?.close();
      return told;
    },
    { paths: PATHS, from },
  );
}

test('without a service worker the page has the same addresses, the same answers, and nothing is stored', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite({
    files: {
      'index.html': PAGE.replace('window.registered = potto.register()', "window.registered = Promise.resolve('')"),
      'worker.html': PAGE,
      'viewer.html': withViewer('src="nuthatch"'),
    },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await visit(context, site.url);
  const fromPage = await answers(page, 'page');
  const stored = await page.evaluate(async () => [await caches.keys(), await indexedDB.databases()]);
  expect(stored).toEqual([[], []]);
  await visit(context, `${site.url}worker.html`);
  expect(await answers(page, 'worker')).toEqual(fromPage);

  // As private windows of some browsers are.
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  await openPage(context, `${site.url}viewer.html`);
  expect(await opened(page)).toMatchObject(['potto-open', { server: 'in-page' }]);
  expect(door.requests.length).toBeGreaterThan(0);
});

test('in a sandboxed frame and in a page from a disk the image is there too, where its site lets them read', async ({
  openBrowser,
  openWorkerSite,
  folder,
  door,
}) => {
  const site = await openWorkerSite({
    options: `{ sources: '${door.url}/${SCANS}/{id}.tif' }`,
    headers: { 'Access-Control-Allow-Origin': '*' },
    files: {
      'index.html':
        '<!doctype html><title>Around</title><iframe sandbox="allow-scripts" src="framed.html" title="Image" width="600" height="400"></iframe>',
      'framed.html': withViewer('src="nuthatch"'),
    },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await pageOf(context);
  await page.goto(site.url);
  const framed = page.frameLocator('iframe').locator('potto-viewer');
  await expect(framed).toHaveAttribute('page', '1');
  await expect(framed.locator('.bar')).toBeHidden();
  await expect(framed.getByRole('alert')).toBeHidden();

  const html = withViewer(`src="nuthatch" worker="${site.url}sw.js"`).replace(
    '"potto-viewer.js"',
    `"${site.url}potto-viewer.js"`,
  );
  const file = join(folder, 'page.html');
  await writeFile(file, html);
  await page.goto(`file://${file}`);
  expect(await opened(page)).toMatchObject(['potto-open', { server: 'in-page' }]);
  await drawn(page);
  await writeFile(file, html.replace(/ worker="[^"]*"/, ''));
  await page.goto(`file://${file}`);
  expect(await opened(page)).toMatchObject(['potto-error', { message: expect.stringContaining('opened from a disk') }]);
});
