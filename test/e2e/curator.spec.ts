import type { Page } from 'playwright/test';
import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { keepScreenshot } from './picture.ts';
import { watch } from './traffic.ts';

/** Choices whose size is known. */
const SIZES = '.choices .size:not(:empty)';

async function openCurator(page: Page, site: string): Promise<void> {
  await page.goto(`${site}curator/`);
  await expect(page.locator(SIZES)).toHaveCount(10);
}

const pack = (page: Page, name: string | RegExp) => page.locator('.packs > li').filter({ hasText: name });

async function choose(page: Page, title: string): Promise<void> {
  await page.locator('.choices').getByRole('checkbox', { name: title }).first().check();
}

/** The words of all elements that stick out of the page at its side. */
async function expectNothingSticksOut(page: Page): Promise<void> {
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(widths[0]).toBe(widths[1]);
}

test('a curator sees sizes, keeps works, verifies, exports, removes and imports them', async ({
  openBrowser,
  openDemo,
  door,
}) => {
  test.setTimeout(180_000);
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const site = await openDemo();
  const page = await pageOf(context);
  // Headless browsers show no dialogs of the system: what is saved is downloaded then, as where there are none.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await openCurator(page, site.url);
  await expect(page.locator('#no-packs')).toBeVisible();
  await expect(page.locator('#free')).toHaveText(/\d/);
  await keepScreenshot(page, 'curator-start');

  await page.locator('#keep').click();
  await expect(page.locator('#keep-problem')).toContainText('Choose at least one work');
  await choose(page, 'World map');
  await choose(page, 'Dandelions');
  await expect(page.locator('#sum')).toContainText('2 works');
  await page.locator('#keep').click();
  const entry = pack(page, 'World map, 1689 and 1 more');
  await expect(entry.locator('.progress span')).toContainText(' of ');
  await entry.getByRole('button', { name: 'Pause' }).click();
  await expect(entry.locator('.progress span')).toContainText('paused');
  await keepScreenshot(page, 'curator-pinning');
  await entry.getByRole('button', { name: 'Resume' }).click();
  await expect(entry).toContainText('Complete: 2 images', { timeout: 60_000 });
  await expect(page.locator('#announcement')).toContainText('Complete');
  await expect(page.locator('#pinned')).not.toHaveText('0 bytes');

  await entry.getByRole('button', { name: 'Verify' }).click();
  await expect(entry).toContainText('Verified: every byte is as it came.', { timeout: 30_000 });
  await keepScreenshot(page, 'curator-finished');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreenshot(page, 'curator-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  const downloading = page.waitForEvent('download');
  await entry.getByRole('button', { name: 'Export' }).click();
  const file = await (await downloading).path();
  await expect(entry).toContainText('Exported');

  await entry.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('dialog')).toContainText('World map');
  await page.keyboard.press('Escape');
  await expect(entry).toBeVisible();
  await entry.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(entry).toHaveCount(0);
  await expect(page.locator('#no-packs')).toBeVisible();

  await door.close();
  await page.locator('#import-file').setInputFiles(file);
  await expect(entry).toContainText('Complete: 2 images', { timeout: 60_000 });
  expect(traffic.complaints.filter((words) => !words.includes('ERR_CONNECTION'))).toEqual([]);
});

test('a download goes on when the page is opened again, and the keyboard does it all', async ({
  openBrowser,
  openDemo,
}) => {
  test.setTimeout(120_000);
  const context = await openBrowser({ viewport: { width: 390, height: 800 }, flags: WITHOUT_WEBGL });
  const site = await openDemo();
  const page = await pageOf(context);
  await openCurator(page, site.url);
  await page.locator('.choices').getByRole('checkbox', { name: 'World map' }).first().focus();
  await page.keyboard.press('Space');
  await page.locator('#keep').focus();
  await page.keyboard.press('Enter');
  const entry = pack(page, 'World map');
  await expect(entry.locator('.progress span')).toContainText(' of ');
  await expectNothingSticksOut(page);
  await keepScreenshot(page, 'curator-phone');
  await page.reload();
  await expect(entry).toContainText('Complete: 1 image', { timeout: 60_000 });
});

test('what does not fit is said with both numbers, where it was asked for', async ({ openBrowser, openDemo, door }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const bucket = `${door.url}/scans/`;
  const worker = `importScripts('potto-sw.js');
potto.serve({ sources: { '': '${bucket}{id}.tif', files: '${bucket}{id}' }, packBudget: 5000000 });
`;
  const site = await openDemo({ files: { 'sw.js': worker, 'bucket.json': JSON.stringify({ url: bucket }) } });
  const page = await pageOf(context);
  await openCurator(page, site.url);
  await choose(page, 'World map');
  await expect(page.locator('#sum')).toContainText(/too much\. \d+(\.\d)? MB more are needed, and 5 MB are free/);
  await page.locator('#keep').click();
  await expect(page.locator('#keep-problem')).toContainText(/needs \d+(\.\d)? MB more, and there are 5 MB left/);
  await keepScreenshot(page, 'curator-too-much');
  await page.locator('#width').fill('600');
  await page.locator('#width').blur();
  await expect(page.locator('#sum')).toContainText('are free.');
});

test('a manifest is added by its address, and a wrong one is said beside it', async ({ openBrowser, openDemo }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const site = await openDemo();
  const page = await pageOf(context);
  await openCurator(page, site.url);
  const address = page.locator('#address');
  await address.fill(`${site.url}manifest.webmanifest`);
  await address.press('Enter');
  await expect(page.locator('#address-problem')).toContainText('no IIIF manifest');
  await address.fill(`${site.url}iiif/3/nuthatch/manifest.json`);
  await address.press('Enter');
  await expect(page.locator('.choices li')).toHaveCount(11);
  await expect(page.locator('#sum')).toContainText('1 work,');
  await page.locator('#keep').click();
  await expect(pack(page, 'nuthatch')).toContainText('Complete', { timeout: 60_000 });
});

test('a file of the curator is shown at once, and a copy is kept', async ({ openBrowser, openDemo, door }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const site = await openDemo();
  const page = await pageOf(context);
  await openCurator(page, site.url);
  const buffer = Buffer.from(await (await fetch(`${door.url}/scans/dandelions.tif`)).arrayBuffer());
  await page.locator('#own-file').setInputFiles({ name: 'mine.tif', mimeType: 'image/tiff', buffer });
  await expect(page.locator('#own-images button').first()).toHaveText('mine.tif');
  await expect(page.locator('#stage')).toBeVisible();
  await expect(page.locator('#own-problem')).toBeHidden();
  await page.getByRole('button', { name: 'Keep a copy' }).click();
  await expect(pack(page, 'mine.tif')).toContainText('Complete: 1 image', { timeout: 30_000 });
  await keepScreenshot(page, 'curator-own');
});
