import { ask, words } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { laterScript } from './later-script.ts';
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
