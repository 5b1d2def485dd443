import { join } from 'node:path';
import sharp from 'sharp';
import { largestDifference } from './ask.ts';
import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';
import { keepScreenshot, meanColours } from './picture.ts';
import { storedTiles } from './stored-tiles.ts';
import { watch } from './traffic.ts';

const FILE = join(PYRAMIDS, 'nuthatch.tif');
/** From the whole image to more than one pixel of the screen per pixel of the image, by 1.6 a click. */
const CLICKS = 5;

test('a session of zooming costs the tiles it shows, passed through as stored', async ({
  openBrowser,
  openDemo,
  door,
}) => {
  // Room for the stage, beside the navigation.
  const context = await openBrowser({ flags: WITHOUT_WEBGL, viewport: { width: 1280, height: 900 } });
  const traffic = watch(context);
  const page = await pageOf(context);
  const site = await openDemo();
  await page.goto(site.url);
  // Before the worker answers there are quiet moments too.
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  const ofImage = () => door.requests.filter(({ path }) => path.endsWith('/nuthatch.tif'));
  const opening = ofImage();
  const shownBefore = traffic.images.length;

  await page.locator('#strip a[href="#nuthatch"]').click();
  await traffic.settled(page);
  const view = page.locator('#view-url');
  await expect(view).toHaveValue(/nuthatch/);
  for (let click = 0; click < CLICKS; click++) {
    const before = await view.inputValue();
    await page.locator('#zoom-in').click();
    await expect(view).not.toHaveValue(before);
    await traffic.settled(page);
  }

  const tiles = await storedTiles(FILE);
  // What opens the image was read for its thumbnail: at most one request per level and two more, and one for its tile.
  expect(opening.length).toBeLessThanOrEqual(tiles.levels + 2);
  const shown = traffic.images.slice(shownBefore).filter(({ identifier }) => identifier === 'nuthatch');
  expect(shown.filter(({ status }) => status !== 200)).toEqual([]);
  const interior = shown.filter((answer) => tiles.isInterior(answer));
  expect(interior.length).toBeGreaterThan(10);
  expect(interior.filter(({ timing }) => !/passthrough/.test(timing))).toEqual([]);
  // The last level was reached.
  expect(shown.some(({ region, size }) => region !== 'full' && region[2] === size?.[0])).toBe(true);

  const tileBytes = await tiles.totalBytes(shown);
  const session = ofImage().slice(opening.length);
  expect(session.length).toBeLessThanOrEqual(shown.length + tiles.levels);
  expect(session.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(1.05 * tileBytes);

  await keepScreenshot(page, 'zoomed');
  await page.locator('.toolbar').evaluate((toolbar: HTMLElement) => {
    toolbar.style.visibility = 'hidden';
  });
  const stage = await page.locator('#canvas').screenshot();
  const [, x, y, width, height] = (/\/(\d+),(\d+),(\d+),(\d+)\//.exec(await view.inputValue()) ?? []).map(Number);
  const part = { left: x ?? 0, top: y ?? 0, width: width ?? 0, height: height ?? 0 };
  const stored = await meanColours(sharp(FILE).extract(part), 12, 8);
  expect(largestDifference(await meanColours(sharp(stage), 12, 8), stored)).toBeLessThan(8);
});
