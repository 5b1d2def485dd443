import type { Page } from 'playwright/test';
import { ask } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';

const INFO = 'iiif/3/local%2Fmine.tif/info.json';
const TILE = 'iiif/3/local%2Fmine.tif/0,0,512,512/512,512/0/default.jpg';
const UNSEEN = 'iiif/3/local%2Fmine.tif/512,512,512,512/512,512/0/default.jpg';

/** Gives the page a file as a user does, and opens it as it is or by a handle. */
function openMine(page: Page, store: string, how: 'file' | 'handle'): Promise<string> {
  return page.evaluate(
    async ([url, how]) => {
      const bytes = await (await fetch(url)).blob();
      if (how === 'file') return window.potto.openLocal(new File([bytes], 'mine.tif'));
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle('mine.tif', { create: true });
      await bytes.stream().pipeTo(await handle.createWritable());
      return window.potto.openLocal(handle);
    },
    [`${store}/scans/nuthatch.tif`, how] as const,
  );
}

test('a file of the user is an image at once, also after the worker was killed', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  expect((await ask(page, INFO)).status).toBe(404);
  expect(await openMine(page, door.url, 'file')).toBe('local/mine.tif');
  const requests = door.requests.length;
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status, url).toBe(200);
  const devtools = await context.newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  const unseen = await ask(page, UNSEEN);
  expect(unseen.status).toBe(200);
  const atTheSource = await ask(page, UNSEEN.replace('local%2Fmine.tif', 'nuthatch'));
  expect(unseen.bytes.equals(atTheSource.bytes)).toBe(true);
  expect(door.requests.slice(requests).filter(({ path }) => !path.includes('nuthatch'))).toEqual([]);
});

test('a file of which the browser keeps a handle is there again after a restart', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const first = await openBrowser();
  await openMine(await visit(first, site.url), door.url, 'handle');
  await first.close();
  const page = await visit(await openBrowser(), site.url);
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status, url).toBe(200);
});

test('a file that was pinned stays without the file', async ({ openBrowser, openWorkerSite, door }) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  await openMine(page, door.url, 'file');
  const pack = await page.evaluate(async () => (await window.potto.pin('local/mine.tif')).done);
  expect(pack.isComplete).toBe(true);
  await page.reload();
  expect(await page.evaluate(() => window.registered)).toBe('');
  const devtools = await context.newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  for (const url of [INFO, TILE, UNSEEN]) expect((await ask(page, url)).status, url).toBe(200);
});
