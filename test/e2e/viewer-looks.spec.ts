import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test, WITHOUT_WEBGL } from './fixtures.ts';
import { PROJECT } from './paths.ts';
import { keepScreenshot } from './picture.ts';
import { watch } from './traffic.ts';
import { complaintsOfAxe, drawn, opened, openPage, opens, viewOf, withViewer } from './viewer-page.ts';

/** What the page about embedding names, between these words. */
async function documented(from: string, to: string): Promise<readonly string[]> {
  const guide = await readFile(join(PROJECT, 'demo/docs/embed/index.html'), 'utf8');
  const start = guide.indexOf(from);
  const text = guide.slice(start, guide.indexOf(to, start));
  return [...text.matchAll(/<code>([\w-]+)<\/code>/g)].map(([, name = '']) => name).sort();
}

test('in high contrast, without motion, small and flat, it can be seen and used; its parts are those of its page', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite({
    files: { 'index.html': withViewer('src="iiif/3/nuthatch/manifest.json"') },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL, viewport: { width: 320, height: 560 } });
  const traffic = watch(context);
  const page = await openPage(context, 'about:blank');
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  await openPage(context, site.url);
  await opened(page);
  await drawn(page);
  const viewer = page.locator('potto-viewer');
  const button = (name: string) => viewer.getByRole('button', { name });

  await button('Brightness and contrast').press('Enter');
  await keepScreenshot(page, 'viewer-forced-colours');
  expect(await complaintsOfAxe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(button('Brightness and contrast')).toBeFocused();

  await page.emulateMedia({ forcedColors: 'none' });
  const before = await viewOf(page);
  await button('Zoom in').press('Enter');
  await expect.poll(async () => (await viewOf(page)).width).toBeLessThan(before.width);
  await drawn(page);
  await viewer.getByRole('application').focus();
  await page.keyboard.press('r');
  await expect(viewer).toHaveAttribute('rotation', '90');
  await page.keyboard.press('Shift+R');
  await expect(viewer).toHaveAttribute('rotation', '0');
  await button('Show the whole image').press('Enter');
  await expect.poll(async () => (await viewOf(page)).width).toBe(before.width);
  const { outlineStyle, outlineWidth } = await button('Show the whole image').evaluate((focused) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    return { outlineStyle, outlineWidth };
  });
  expect([outlineStyle, outlineWidth]).toEqual(['solid', '3px']);

  await button('Full screen').click();
  await expect(button('Leave full screen')).toBeVisible();
  expect(await page.evaluate(() => document.fullscreenElement?.localName)).toBe('potto-viewer');
  await button('Leave full screen').click();
  await expect(button('Full screen')).toBeVisible();

  await button('Zoom in').press('Enter');
  await expect.poll(async () => (await viewOf(page)).width).toBeLessThan(before.width);
  await drawn(page);
  const { x, y, width, height } = await viewOf(page);
  const download = page.waitForEvent('download');
  await button('Download this view').click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^nuthatch-.*\.jpg$/);
  const asked = traffic.images.find(({ region }) => String(region) === [x, y, width, height].join());
  const { width: savedWidth = 0, height: savedHeight = 0 } = await sharp(await saved.path()).metadata();
  expect([savedWidth, savedHeight]).toEqual(asked?.size);
  expect(Math.max(savedWidth, savedHeight)).toBe(Math.min(4096, Math.max(width, height)));

  const brightness = async () => {
    // Below the panel, beside the tools.
    const { channels } = await sharp(await page.screenshot({ clip: { x: 0, y: 310, width: 260, height: 60 } })).stats();
    return channels[0]?.mean ?? Number.NaN;
  };
  await button('Brightness and contrast').press('Enter');
  const slider = viewer.getByRole('slider', { name: 'Brightness' });
  await expect(slider).toBeFocused();
  const bright = await brightness();
  await page.keyboard.press('Home');
  await expect(slider).toHaveValue('0');
  expect(await brightness()).toBeLessThan(bright / 2);
  await button('Reset').press('Enter');
  await expect(slider).toHaveValue('100');
  expect(Math.abs((await brightness()) - bright)).toBeLessThan(2);
  await page.keyboard.press('Escape');

  const parts = await page.evaluate(() => [
    ...new Set(
      [...(document.querySelector('potto-viewer')?.shadowRoot?.querySelectorAll('[part]') ?? [])].flatMap((part) => [
        ...part.part,
      ]),
    ),
  ]);
  const ofBooks = ['thumbnail'];
  expect([...new Set([...parts, ...ofBooks])].sort()).toEqual(await documented('Parts: ', 'potto-viewer::part'));
  const css = await readFile(join(PROJECT, 'src/viewer/styles.ts'), 'utf8');
  const variables = [...new Set(css.match(/--potto-[\w-]+/g))].sort();
  expect(variables).toEqual(await documented('CSS variables: ', 'Parts: '));

  await page.setViewportSize({ width: 900, height: 240 });
  await opens(page, { src: 'moon', page: '1', lang: 'fr' });
  await drawn(page);
  await expect(button('Plein écran')).toBeVisible();
  await keepScreenshot(page, 'viewer-flat');
  expect(traffic.complaints).toEqual([]);
});

test('each thing that goes wrong is said in words inside the frame, and the reader can go on', async ({
  openBrowser,
  openWorkerSite,
  openSite,
  folder,
}) => {
  const manifest = (id: string) => ({
    type: 'Manifest',
    items: [{ items: [{ items: [{ body: { id, type: 'Image', service: [{ id, type: 'ImageService3' }] } }] }] }],
  });
  const elsewhere = await openSite({ folder, files: { 'book.json': JSON.stringify(manifest('x')) } });
  const site = await openWorkerSite({
    files: {
      'index.html': withViewer('src="moon"'),
      'broken.json': '{ "type": "Manif',
      'package.json': '{ "name": "a package" }',
      'collection.json': JSON.stringify({ type: 'Collection', items: [] }),
      'empty.json': JSON.stringify({ type: 'Manifest', items: [] }),
      'gone.json': JSON.stringify(manifest('iiif/3/no-such-page')),
      'notes.txt': 'These are notes.',
      'notes/info.json': '<!doctype html><title>Not Found</title>',
    },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await openPage(context, site.url);
  await opened(page);
  const viewer = page.locator('potto-viewer');
  const message = viewer.getByRole('alert');
  for (const [src, words] of [
    ['no-such-image', 'missing at its source'],
    [`${elsewhere.url}book.json`, 'Access-Control-Allow-Origin'],
    ['./no-such-book.json', 'not on this site'],
    ['./broken.json', 'is no JSON'],
    ['./package.json', 'neither an IIIF manifest nor an info.json'],
    ['./collection.json', 'collection'],
    ['./empty.json', 'no canvas with an image'],
    ['./gone.json', 'missing at its source'],
    ['./notes/info.json', 'no info.json'],
    ['./notes.txt', 'not a'],
  ] as const) {
    const told = await opens(page, { src });
    expect(told, src).toMatchObject(['potto-error', { message: expect.stringContaining(words) }]);
    await expect(message).toContainText('This image can’t be shown.');
    await expect(message).toContainText(words);
    await expect(viewer.getByRole('group', { name: 'Image viewer' })).toBeHidden();
  }
  await keepScreenshot(page, 'viewer-error-of-a-file');

  const again = viewer.getByRole('button', { name: 'Try again' });
  await again.press('Enter');
  await expect(message).toBeVisible();
  await expect(viewer).toBeFocused();
  await opens(page, { src: 'nuthatch' });
  await expect(message).toBeHidden();
  await expect(viewer.getByRole('application')).toBeFocused();
  await expect(viewer.getByRole('group', { name: 'Image viewer' })).toBeVisible();
});

test('a bar tells how far it is, for as long as there is something to wait for', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite({ files: { 'index.html': withViewer('src="./slow.json"') } });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  let answer = () => {};
  const isWanted = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await context.route('**/slow.json', async (route) => {
    await isWanted;
    await route.fulfill({ json: { id: `${site.url}iiif/3/nuthatch`, width: 1, height: 1 } });
  });
  const page = await openPage(context, site.url);
  const bar = page.locator('potto-viewer').getByRole('progressbar', { name: 'Loading the image' });
  await expect(bar).toBeVisible();
  answer();
  await opened(page);
  await expect(bar).toBeHidden();
});
