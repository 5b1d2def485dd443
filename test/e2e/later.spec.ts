import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, words } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { laterScript } from './later-script.ts';
import { DIST } from './paths.ts';
import { SCANS } from './store/buckets.ts';

const TILE = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';
/** An answer that has to be rendered, and is too small for a thread: another one for each number. */
const rendered = (number: number) => `iiif/3/nuthatch/full/${200 + number},/0/gray.jpg`;
/** An image whose structure has to be read. */
const UNOPENED = 'iiif/3/moon/info.json';

test('a worker that was stopped renders and opens images without asking the site for its second script again', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  const name = await laterScript();
  expect(site.requests.filter((request) => request.includes(name))).toHaveLength(1);
  for (const url of [TILE, rendered(0)]) expect((await ask(page, url)).status, url).toBe(200);
  await stopWorker(page);
  expect((await ask(page, rendered(1))).status).toBe(200);
  await stopWorker(page);
  expect((await ask(page, UNOPENED)).status).toBe(200);
  expect(site.requests.filter((request) => request.includes(name))).toHaveLength(1);
});

test('after a restart of the browser with the site stopped, what was never seen is rendered', async ({
  openBrowser,
  openDemo,
}) => {
  const site = await openDemo();
  const context = await openBrowser();
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(site.url);
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await context.close();
  await site.close();

  const again = await openBrowser();
  const offline = again.pages()[0] ?? (await again.newPage());
  await offline.goto(site.url);
  expect((await ask(offline, rendered(0))).status).toBe(200);
});

/** A worker that can't import the second script when it first tries to after its installation. */
const FORGETFUL = (options: string) => `
const load = self.importScripts;
let tries = 0;
self.importScripts = (...urls) => {
  if (registration.active && urls[0].includes('potto-later') && tries++ === 0) throw new DOMException('', 'NetworkError');
  load.call(self, ...urls);
};
importScripts('potto-sw.js');
potto.serve(${options});
`;

test('where the second script can not be loaded, stored tiles pass, others get 503 in words, and the next try succeeds', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const worker = FORGETFUL(`{ sources: '${door.url}/${SCANS}/{id}.tif' }`);
  const site = await openWorkerSite({ files: { 'sw.js': worker } });
  const page = await visit(await openBrowser(), site.url);
  for (const url of [TILE, rendered(0)]) expect((await ask(page, url)).status, url).toBe(200);
  await stopWorker(page);
  expect((await ask(page, TILE.replace('512,512,', '1024,512,'))).status).toBe(200);
  const refused = await ask(page, rendered(1));
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBeDefined();
  expect(words(refused)).toMatch(/potto-later-.*\.js.*could not be loaded.*beside potto-sw\.js/);
  expect((await ask(page, rendered(1))).status).toBe(200);
});

/** A worker that has no second script once it is installed. */
const BARREN = (options: string) => `
const load = self.importScripts;
self.importScripts = (...urls) => {
  if (registration.active && urls[0].includes('potto-later')) throw new DOMException('', 'NetworkError');
  load.call(self, ...urls);
};
importScripts('potto-sw.js');
potto.serve(${options});
`;

test('a worker started anew passes tiles of a known image on, answers from its cache and counts without the second script; the rest is refused in words', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const worker = BARREN(`{ sources: '${door.url}/${SCANS}/{id}.tif' }`);
  const site = await openWorkerSite({ files: { 'sw.js': worker, 'list.json': '[]' } });
  const page = await visit(await openBrowser(), site.url);
  for (const url of [TILE, rendered(0)]) expect((await ask(page, url)).status, url).toBe(200);
  await stopWorker(page);
  const quick = [TILE, TILE.replace('512,512,', '1024,512,'), 'iiif/3/nuthatch/info.json', 'list.json'];
  for (const url of quick) expect((await ask(page, url)).status, url).toBe(200);
  expect((await page.evaluate(() => window.potto.stats())).passthrough).toBeGreaterThan(0);
  const refused = ['iiif/3/nuthatch/manifest.json', 'iiif/_status', 'iiif/3/local%2Fphoto.jpg/info.json', rendered(1)];
  for (const url of refused) expect(words(await ask(page, url)), url).toContain('could not be loaded');
  for (const call of ['status', 'cacheStats', 'packs'] as const) {
    const told = await page.evaluate((call) => window.potto[call]().then(String, (error) => error.message), call);
    expect(told, call).toContain('could not be loaded');
  }
});

test('the script that every start of the worker evaluates has at most 150 KB', async () => {
  expect((await stat(join(DIST, 'potto-sw.js'))).size).toBeLessThanOrEqual(150_000);
});
