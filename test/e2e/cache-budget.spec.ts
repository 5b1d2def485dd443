import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { askAll, driftOf, killBrowser } from './cache-storage.ts';
import { expect, test, visit } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';

const BUDGET = 1_500_000;

/** Small answers from all over the image, all different. */
function answers(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [((from + i) % 50) * 20, Math.floor((from + i) / 50) * 12];
    return `iiif/3/nuthatch/${x},${y},64,64/64,64/0/default.jpg`;
  });
}

const figures = (page: Page, identifier?: string) => page.evaluate((id) => window.potto.cacheStats(id), identifier);

/** Until everything that waits was written: the figures don't change any more. */
async function settled(page: Page): Promise<void> {
  await figures(page);
  await expect.poll(async () => (await driftOf(page)).unsettled, { message: 'unsettled answers' }).toBe(0);
}

const inconsistencies = async (page: Page) => {
  const { unaccounted, phantoms, unsettled } = await driftOf(page);
  return { unaccounted, phantoms, unsettled };
};
const NONE = { unaccounted: 0, phantoms: 0, unsettled: 0 };

test.describe('a small budget', () => {
  test('is kept while 2,000 answers are made, the latest are found, and the ledger is right', async ({
    openBrowser,
    openWorkerSite,
    door,
  }) => {
    const options = `{ sources: '${door.url}/${SCANS}/{id}.tif', cache: { bytes: ${BUDGET} } }`;
    const page = await visit(await openBrowser(), (await openWorkerSite({ options })).url);
    const all = answers(2000);
    let largest = 0;
    for (let first = 0; first < all.length; first += 100) {
      expect(await askAll(page, all.slice(first, first + 100))).toEqual({ 200: 100 });
      const { bytes, budget } = await figures(page);
      expect(budget).toBe(BUDGET);
      largest = Math.max(largest, bytes);
    }
    await settled(page);
    expect(largest).toBeGreaterThan(0.8 * BUDGET);
    expect(largest).toBeLessThanOrEqual(1.05 * BUDGET);
    expect(await inconsistencies(page)).toEqual(NONE);
    const { entries, bytes, misses, hits } = await figures(page);
    expect(entries).toBe((await driftOf(page)).stored);
    expect(bytes).toBeGreaterThan(0.5 * BUDGET);
    expect(misses).toBe(2000);
    expect(hits).toBe(0);

    const again = page.evaluate(async (url) => (await fetch(url)).headers.get('server-timing'), all.at(-1) ?? '');
    expect(await again).toContain('hit');
    expect(await figures(page, 'nuthatch')).toMatchObject({ hits: 1, misses: 2000, entries });
    expect(await figures(page, 'unknown')).toMatchObject({ hits: 0, entries: 0, bytes: 0 });
  });

  test('purge drops one image, or everything, and the next answer is made anew', async ({
    openBrowser,
    openWorkerSite,
  }) => {
    const page = await visit(await openBrowser(), (await openWorkerSite()).url);
    const [one = '', ...others] = answers(120);
    await askAll(page, [one, ...others]);
    const other = one.replace('nuthatch', 'other-image-that-is-missing');
    expect(Object.keys(await askAll(page, [other]))).toEqual(['404']);
    await settled(page);
    expect((await figures(page)).entries).toBe(120);
    await page.evaluate(() => window.potto.purge('unknown'));
    expect((await figures(page)).entries).toBe(120);
    await page.evaluate(() => window.potto.purge('nuthatch'));
    expect(await figures(page)).toMatchObject({ entries: 0, bytes: 0 });
    expect((await driftOf(page)).stored).toBe(0);
    const timing = await page.evaluate(async (url) => (await fetch(url)).headers.get('server-timing'), one);
    expect(timing).not.toContain('hit');
    await expect.poll(async () => (await figures(page)).entries).toBe(1);
    await page.evaluate(() => window.potto.purge());
    expect((await driftOf(page)).stored).toBe(0);
    expect(await figures(page)).toMatchObject({ entries: 0, bytes: 0, hits: 0, misses: 0 });
  });
});

test('a storage that is full costs no answer: the oldest go, and the ledger stays right', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const context = await openBrowser();
  const site = await openWorkerSite();
  const page = await visit(context, site.url);
  /** Of some 100 KB each. */
  const large = (from: number) =>
    Array.from({ length: 10 }, (_, i) => `iiif/3/nuthatch/${from + i},0,500,500/500,500/0/default.png`);
  expect(await askAll(page, large(0))).toEqual({ 200: 10 });
  await settled(page);
  const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
  const { bytes: ten } = await figures(page);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: usage + 2 * ten });
  let last = '';
  for (let from = 10; from < 100; from += 10) {
    const asked = large(from);
    expect(await askAll(page, asked)).toEqual({ 200: 10 });
    await settled(page);
    last = asked.at(-1) ?? '';
  }
  expect(await inconsistencies(page)).toEqual(NONE);
  const { bytes, budget } = await figures(page);
  expect(bytes).toBeGreaterThan(0.5 * ten);
  expect(bytes).toBeLessThan(4 * ten);
  expect(budget).toBeLessThan(5 * ten);
  expect(await page.evaluate(async (url) => (await fetch(url)).headers.get('server-timing'), last)).toContain('hit');
});

test.describe('after a kill at any moment', () => {
  test('of the worker, the next life makes ledger and storage tell the same', async ({
    openBrowser,
    openWorkerSite,
    door,
  }) => {
    const options = `{ sources: '${door.url}/${SCANS}/{id}.tif', cache: { bytes: 400_000 } }`;
    const context = await openBrowser();
    const page = await visit(context, (await openWorkerSite({ options })).url);
    const devtools = await context.newCDPSession(page);
    await devtools.send('ServiceWorker.enable');
    let asked = 0;
    for (let time = 0; time < 12; time++) {
      await askAll(page, answers(60, asked));
      asked += 60;
      // Writing begins 30 ms after the last answer; it and eviction take some 100.
      await page.waitForTimeout(time * 14);
      await devtools.send('ServiceWorker.stopAllWorkers');
    }
    await figures(page);
    await settled(page);
    expect(await inconsistencies(page)).toEqual(NONE);
    const { entries, bytes } = await figures(page);
    expect(entries).toBe((await driftOf(page)).stored);
    expect(bytes).toBeLessThanOrEqual(1.05 * 400_000);
  });

  test('of the browser, the next start does', async ({ openBrowser, openWorkerSite, door, folder }) => {
    const options = `{ sources: '${door.url}/${SCANS}/{id}.tif', cache: { bytes: 400_000 } }`;
    const site = await openWorkerSite({ options });
    let asked = 0;
    for (let time = 0; time < 4; time++) {
      const context = await openBrowser();
      const page = await visit(context, site.url);
      const closed = context.waitForEvent('close');
      await askAll(page, answers(100, asked));
      asked += 100;
      await page.waitForTimeout(20 + time * 35);
      await killBrowser(join(folder, 'profile'));
      await closed;
    }
    const page = await visit(await openBrowser(), site.url);
    const { entries } = await figures(page);
    expect(entries).toBeGreaterThan(0);
    await settled(page);
    expect(await inconsistencies(page)).toEqual(NONE);
    expect(entries).toBe((await driftOf(page)).stored);
  });
});
