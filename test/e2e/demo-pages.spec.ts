import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { startStaticHost } from '../publish/static-host.ts';
import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';
import { keepScreenshot } from './picture.ts';
import { SCANS, WITHOUT_CORS } from './store/buckets.ts';
import { watch } from './traffic.ts';

/** What a server must say for pages of other sites to read ranges. */
const EXPOSED = { 'access-control-expose-headers': 'Content-Range, Content-Length, ETag, Accept-Ranges' };

const PAGES = ['', 'search/', 'work/#moon&xywh=1536,512,512,512', 'open/', 'compare/', 'curator/', 'status/', 'kiosk/'];
/** One of each kind: prose with a drawing, files to copy, wide tables. */
const DOCUMENTATION = ['docs/', 'docs/recipes/', 'docs/troubleshooting/'];
/** They have no script that registers the worker: a page that has one is opened first. */
const REGISTERING = 'kiosk/';

test('a search leads to a work, and the work to its zoom, also without a network', async ({
  openBrowser,
  openDemo,
  door,
}) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const site = await openDemo();
  const page = await pageOf(context);
  await page.goto(`${site.url}search/`);
  await expect(page.locator('#count')).toHaveText(/^2\d\d pictures$/);
  await page.waitForFunction(() => [...document.images].filter(({ naturalWidth }) => naturalWidth > 0).length > 20);
  await traffic.settled(page);
  const asked = traffic.images.length;
  // What is far below the window waits until it comes near.
  expect(asked).toBeLessThan(150);
  expect(traffic.images.filter(({ status }) => status !== 200)).toEqual([]);
  const passed = traffic.images.filter(({ timing }) => timing.includes('passthrough'));
  expect(passed.length / asked).toBeGreaterThan(0.5);
  expect(await layoutShift(page)).toBeLessThan(0.02);
  await keepScreenshot(page, 'search');

  await page.keyboard.press('/');
  await page.keyboard.type('tycho');
  await expect(page.locator('#count')).toHaveText('1 picture');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: /Tycho/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#title')).toHaveText(/Tycho/);
  await expect(page.locator('#picture')).toHaveJSProperty('complete', true);
  await traffic.settled(page);
  await expect.poll(() => widthOf(page.locator('#picture'))).toBeGreaterThan(0);
  await expect(page.locator('#citation')).toContainText(`${site.url}work/#moon&xywh=`);
  await keepScreenshot(page, 'work');
  for (const row of await page.locator('#sizes a').all()) {
    expect(await row.getAttribute('href')).toContain(`${site.url}iiif/3/moon/`);
  }

  const detail = page.url();
  await page.getByRole('link', { name: 'Zoom in', exact: true }).click();
  await expect(page.locator('#view-url')).toHaveValue(/\/moon\/\d+,\d+,\d+,\d+\//);
  await traffic.settled(page);
  await door.close();
  await site.close();
  await page.goto(detail);
  await expect(page.locator('#title')).toHaveText(/Tycho/);
  await traffic.settled(page);
  await expect.poll(() => widthOf(page.locator('#picture'))).toBeGreaterThan(0);
  await expect(page.locator('#problem')).toBeHidden();
});

test('a file of one’s own opens by choice and by address, and what can’t be read is explained', async ({
  openBrowser,
  openDemo,
  door,
}) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await pageOf(context);
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showOpenFilePicker'));
  await page.goto(`${(await openDemo()).url}open/`);
  const buffer = await readFile(join(PYRAMIDS, 'dandelions.tif'));
  await page.locator('#file').setInputFiles({ name: 'mine.tif', mimeType: 'image/tiff', buffer });
  await expect(page.locator('#size')).toHaveText(/5312 × 2988/);
  await expect(page.locator('#time')).toHaveText(/\d/);
  await keepScreenshot(page, 'open');

  const openAddress = async (address: string) => {
    await page.locator('#address').fill(address);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
  };
  const problem = page.locator('#problem');
  await openAddress(`${door.url}/${WITHOUT_CORS}/behaim-globe.tif`);
  await expect(problem).toContainText('Access-Control-Allow-Origin');
  await openAddress(`${door.url}/${SCANS}/moon.tif`);
  await expect(page.locator('#size')).toHaveText(/4096 × 2048/);
  // Read where it is, not downloaded.
  const whole = door.requests.filter(({ path, range }) => path.endsWith('moon.tif') && range === undefined);
  expect(whole).toEqual([]);
  await openAddress(`${door.url}/${SCANS}/text.tif`);
  await expect(problem).toBeVisible();

  // Outside what the site's worker was told of: the page's own server reads it, as far as it is looked at.
  const elsewhere = await startStaticHost(PYRAMIDS, '/', { 'access-control-allow-origin': '*', ...EXPOSED });
  try {
    await openAddress(`${elsewhere.url}nuthatch.tif`);
    await expect(page.locator('#size')).toHaveText(/3000 × 3000|\d+ × \d+/);
    await expect(page.locator('#time')).toHaveText(/\d/);
    await expect(page.locator('#info')).toHaveText('within this page only');
    await expect(problem).toBeHidden();
    expect(elsewhere.requests.length).toBeGreaterThan(1);
    expect(elsewhere.requests.filter((asked) => !asked.includes('bytes='))).toEqual([]);
  } finally {
    await elsewhere.close();
  }
});

test('both sides of the comparison tell what they took', async ({ openBrowser, openDemo }) => {
  const page = await pageOf(await openBrowser({ flags: WITHOUT_WEBGL }));
  await page.goto(`${(await openDemo()).url}compare/`);
  await page.locator('#work').selectOption('nuthatch');
  // Twice: what the first one has read must not help the second.
  for (let turn = 0; turn < 2; turn++) {
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect(page.locator('#verdict')).toBeVisible();
    await expect(page.locator('#first-bytes')).toHaveText(/^[1-9]\d*(\.\d)? KB$/);
    await expect(page.locator('#plain-size')).toHaveText('2.8 MB');
    await expect(page.locator('#plain-picture')).toBeVisible();
  }
  await expect(page.locator('#problem')).toBeHidden();
  await keepScreenshot(page, 'compare');
});

for (const [name, paths] of [
  ['page', PAGES],
  ['kind of page of the documentation', [REGISTERING, ...DOCUMENTATION]],
] as const) {
  test(`every ${name} is accessible, light and dark, and fits a phone`, async ({ openBrowser, openDemo }) => {
    const page = await pageOf(await openBrowser({ flags: WITHOUT_WEBGL, viewport: { width: 375, height: 720 } }));
    const site = await openDemo();
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const found: string[] = [];
    for (const path of paths) {
      await page.goto('about:blank');
      await page.goto(site.url + path);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      await expect(page.locator('main')).toBeVisible();
      // The kiosk's comes with its works.
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(375);
      // By the driver, not as a script of the page, whose policy allows none.
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const violations = await page.evaluate<readonly string[]>(AXE_VIOLATIONS);
        found.push(...violations.map((one) => `${path || 'start'} ${colorScheme}: ${one}`));
      }
    }
    expect(found).toEqual([]);
  });
}

/** In the page: rules that are broken, and where. */
const AXE_VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`;

/** Pixels of a picture, once it has been loaded; 0 before. */
function widthOf(picture: Locator): Promise<number> {
  return picture.evaluate((one: HTMLImageElement) => one.naturalWidth);
}

/** Sum of the shifts without a reader's doing, since the page was opened (Layout Instability, section 3). */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const values = list.getEntries().map((entry) => ('value' in entry ? Number(entry.value) : 0));
          resolve(values.reduce((sum, value) => sum + value, 0));
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(0), 500);
      }),
  );
}
