import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';

const MAP = 'world-1689';
/** Times that the worker is killed while the map comes. */
const KILLS = 5;
/** Bytes: some of the map, not all of it. */
const SOME = 2_000_000;

test('a download goes on though the worker is killed again and again, and fetches next to nothing twice', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  test.setTimeout(180_000);
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  const { size } = await stat(join(PYRAMIDS, `${MAP}.tif`));
  // The store has the download wait, else it might be complete before the worker is killed.
  const share = () => (size * 0.9 * (1 + Math.random())) / (2 * KILLS);
  let held = door.holdAfter(share());
  const download = await page.evaluateHandle((id) => window.potto.pin(id), MAP);
  for (let kills = 1; kills <= KILLS; kills++) {
    await held;
    await stopWorker(page);
    if (kills < KILLS) held = door.holdAfter(share());
    else door.letPass();
  }
  const pack = await download.evaluate((download) => download.done);
  const fetched = door.requests.reduce((sum, { path, bytes }) => sum + (path.includes(MAP) ? bytes : 0), 0);
  expect(pack.isComplete).toBe(true);
  expect(fetched).toBeLessThan(1.02 * pack.bytes);
  expect(await page.evaluate((id) => window.potto.verify(id), MAP)).toMatchObject({ damaged: 0 });
});

test('a download goes on after the network was gone, and after the store was', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  test.setTimeout(120_000);
  const context = await openBrowser();
  const page = await visit(context, (await openWorkerSite()).url);
  let held = door.holdAfter(SOME);
  const download = await page.evaluateHandle((id) => window.potto.pin(id), MAP);
  const stalled = () =>
    download.evaluate(async (download) => {
      for await (const { state } of download) if (state === 'waiting') break;
    });
  await held;
  await context.setOffline(true);
  held = door.holdAfter(SOME);
  await stalled();
  await context.setOffline(false);
  await held;
  await door.close();
  door.letPass();
  await stalled();
  await door.reopen();
  expect(await download.evaluate((download) => download.done)).toMatchObject({ isComplete: true });
});

test('what the browser has no room for is refused with both numbers, though no estimate shows it, and harms no pack', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  const devtools = await context.newCDPSession(page);
  const limit = (quotaSize: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize });
  await page.evaluate(async () => (await window.potto.pin('nuthatch')).done);
  const bytes = () => door.requests.reduce((sum, request) => sum + request.bytes, 0);
  const before = bytes();
  await limit(8_000_000);
  const refused = await page.evaluate((id) => window.potto.pin(id).then(String, String), MAP);
  expect(refused).toMatch(/needs \d{8} bytes more, and there are \d{6,7} left/);
  expect(bytes() - before).toBe(1);
  await limit(2_000_000_000);
  const held = door.holdAfter(SOME);
  const download = await page.evaluateHandle((id) => window.potto.pin(id), MAP);
  await held;
  await limit(8_000_000);
  door.letPass();
  expect(await download.evaluate((download) => download.done.then(String, String))).toMatch(/storage|left for packs/);
  expect(await page.evaluate(() => window.potto.verify('nuthatch'))).toMatchObject({ damaged: 0 });
  await limit(2_000_000_000);
  const pack = await page.evaluate(async () => (await window.potto.resumePacks())[0]?.done);
  expect(pack?.isComplete).toBe(true);
  expect(await page.evaluate((id) => window.potto.verify(id), MAP)).toMatchObject({ damaged: 0 });
});

test('a download that ended with its page goes on in the next one', async ({ openBrowser, openWorkerSite, door }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  const held = door.holdAfter(SOME);
  await page.evaluate((id) => window.potto.pin(id).then(() => undefined), MAP);
  await held;
  await page.reload();
  door.letPass();
  expect(await page.evaluate(() => window.registered)).toBe('');
  const pack = await page.evaluate(async () => (await window.potto.resumePacks())[0]?.done);
  expect(pack?.isComplete).toBe(true);
  const fetched = door.requests.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(fetched).toBeLessThan(1.05 * (pack?.bytes ?? 0));
});

test('what does not fit is refused with both numbers, before anything is fetched', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const options = `{ sources: '${door.url}/scans/{id}.tif', packBudget: 5000000 }`;
  const site = await openWorkerSite({ options });
  const page = await visit(await openBrowser(), site.url);
  const refused = await page.evaluate((id) => window.potto.pin(id).then(String, String), MAP);
  expect(refused).toContain('and there are 5000000 left');
  expect(refused).toMatch(/needs \d{8} bytes/);
  expect(await page.evaluate(() => window.potto.packs())).toEqual([]);
  expect(door.requests.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(1);
});
