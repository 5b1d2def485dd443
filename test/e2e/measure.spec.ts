import { ask } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';

test('measuring tells sizes and what fits, and keeps nothing', async ({ openBrowser, openWorkerSite, door }) => {
  const options = `{ sources: '${door.url}/scans/{id}', packBudget: 5000000 }`;
  const site = await openWorkerSite({ options });
  const page = await visit(await openBrowser(), site.url);
  const all = await page.evaluate(() => window.potto.measure(['world-1689.tif', 'dandelions.avif']));
  expect(all).toMatchObject({ held: 0, free: 5_000_000, fits: false });
  expect(all.images.map(({ isWhole }) => isWhole)).toEqual([true, true]);
  const some = await page.evaluate(() =>
    window.potto.measure(['world-1689.tif', 'dandelions.avif'], { what: { width: 600 } }),
  );
  expect(some).toMatchObject({ fits: true });
  expect(some.images.map(({ isWhole }) => isWhole)).toEqual([false, true]);
  expect(await page.evaluate(() => window.potto.packs())).toEqual([]);
});

test('what is in the cache gives way to a pack that would not fit beside it', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  for (let x = 0; x < 2048; x += 256) {
    await ask(page, `iiif/3/world-1689/${x},0,256,256/256,256/0/default.png`);
  }
  const stats = () => page.evaluate(() => window.potto.cacheStats());
  await expect.poll(async () => (await stats()).entries).toBe(8);
  const before = await stats();
  const outcome = await page.evaluate(async (cached) => {
    // A disk on which the pack fits only without half of what is cached.
    const { bytes } = await window.potto.measure('dandelions');
    const quota = bytes + Math.floor(cached / 2);
    navigator.storage.estimate = async () => ({ usage: (await window.potto.cacheStats()).bytes, quota });
    const { fits } = await window.potto.measure('dandelions');
    const pack = await (await window.potto.pin('dandelions')).done;
    return { fits, isComplete: pack.isComplete, after: await window.potto.cacheStats() };
  }, before.bytes);
  expect(outcome).toMatchObject({ fits: true, isComplete: true });
  expect(outcome.after.bytes).toBeLessThanOrEqual(before.bytes / 2);
  expect(outcome.after.entries).toBeGreaterThan(0);
});

test('a storage that is full all the same takes a pack in place of what is cached', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  await ask(page, 'iiif/3/world-1689/full/1800,/0/default.png');
  const cached = () => page.evaluate(async () => (await window.potto.cacheStats()).bytes);
  await expect.poll(cached).toBeGreaterThan(3_000_000);
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const { bytes } = await page.evaluate(() => window.potto.measure('dandelions'));
  const devtools = await context.newCDPSession(page);
  // The browser's estimate doesn't tell of this.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: usage + bytes - 1_000_000 });
  const pack = await page.evaluate(async () => (await window.potto.pin('dandelions')).done);
  expect(pack.isComplete).toBe(true);
  expect(await cached()).toBe(0);
});
