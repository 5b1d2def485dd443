import { expect, test, WITHOUT_WEBGL } from './fixtures.ts';
import { keepScreenshot } from './picture.ts';
import { SCANS } from './store/buckets.ts';
import { watch } from './traffic.ts';
import { complaintsOfAxe, drawn, opened, openPage, sourcesAt, withViewer } from './viewer-page.ts';

const BOOK = 'iiif/3/files%3Atwo-worlds.tif/manifest.json';

test('one tag shows a book through the worker that it registers: pages, keys, rotation, download; axe finds nothing', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite({
    options: sourcesAt(`${door.url}/${SCANS}/`),
    files: { 'index.html': withViewer(`src="${BOOK}"`) },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const page = await openPage(context, site.url);
  expect(await opened(page)).toEqual([
    'potto-open',
    { label: 'files:two-worlds.tif', pages: 2, server: 'service-worker' },
  ]);
  const viewer = page.locator('potto-viewer');
  await expect(viewer.locator('.strip img')).toHaveCount(2);
  await drawn(page);
  await keepScreenshot(page, 'viewer-pages');
  expect(await complaintsOfAxe(page)).toEqual([]);

  await viewer.locator('.openseadragon-canvas').focus();
  await page.keyboard.press('PageDown');
  await expect(viewer).toHaveAttribute('page', '2');
  await expect(viewer.locator('.counter')).toHaveText('2 / 2');
  await expect(viewer.getByRole('button', { name: 'Next page' })).toBeDisabled();
  await viewer.getByRole('button', { name: 'Rotate' }).click();
  await expect(viewer).toHaveAttribute('rotation', '90');
  await viewer.getByRole('button', { name: 'Zoom in' }).click();
  await drawn(page);
  const download = page.waitForEvent('download');
  await viewer.getByRole('button', { name: 'Download this view' }).click();
  expect((await download).suggestedFilename()).toMatch(/two-worlds.*90.*\.jpg$/);

  await viewer.getByRole('button', { name: 'Brightness and contrast' }).press('Enter');
  await page.keyboard.press('ArrowRight');
  await expect(viewer.locator('.stage')).toHaveAttribute('style', /brightness\(105%\)/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepScreenshot(page, 'viewer-dark');
  expect(await complaintsOfAxe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(viewer.locator('.panel')).toBeHidden();
  expect(traffic.complaints).toEqual([]);
});

test('without service workers the same image comes from a worker of the page, at plain http too', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite({
    options: sourcesAt(`${door.url}/${SCANS}/`),
    files: {
      'index.html': withViewer('src="nuthatch" lang="de"'),
      'book.html': withViewer(`src="/${BOOK}"`),
      'given.html': withViewer(`src="nuthatch" worker="none.js" sources="${door.url}/${SCANS}/{id}.tif"`),
    },
  });
  const context = await openBrowser({
    flags: [...WITHOUT_WEBGL, '--host-resolver-rules=MAP scans.example 127.0.0.1'],
    viewport: { width: 390, height: 700 },
  });
  const traffic = watch(context);
  const page = await openPage(context, `http://scans.example:${site.port}/`);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  expect(await opened(page)).toEqual(['potto-open', { label: 'nuthatch', pages: 1, server: 'in-page' }]);
  await expect(page.locator('potto-viewer').getByRole('button', { name: 'Vergrößern' })).toBeVisible();
  await drawn(page);
  const colours = await page.evaluate(() => {
    const canvas = document.querySelector('potto-viewer')?.shadowRoot?.querySelector('canvas');
    const data = canvas?.getContext('2d')?.getImageData(canvas.width / 2 - 20, canvas.height / 2 - 20, 40, 40).data;
    return new Set(data).size;
  });
  expect(colours).toBeGreaterThan(30);
  expect(await complaintsOfAxe(page)).toEqual([]);
  await keepScreenshot(page, 'viewer-phone');

  await page.goto(`http://scans.example:${site.port}/book.html`);
  expect(await opened(page)).toEqual(['potto-open', { label: 'files:two-worlds.tif', pages: 2, server: 'in-page' }]);
  await expect(page.locator('potto-viewer .strip img')).toHaveCount(2);
  await keepScreenshot(page, 'viewer-phone-pages');
  expect(traffic.requests.filter((url) => url.includes('/iiif/'))).toEqual([]);
  expect(traffic.complaints).toEqual([]);

  await page.goto(`http://scans.example:${site.port}/given.html`);
  expect(await opened(page)).toMatchObject(['potto-open', { server: 'in-page' }]);
});

test('what is wrong is said inside the frame, and tried again', async ({ openBrowser, openWorkerSite, door }) => {
  const site = await openWorkerSite({
    options: sourcesAt(`${door.url}/${SCANS}/`),
    files: { 'index.html': withViewer('src="no-such-image"'), 'alone.html': withViewer('src="x" worker="none.js"') },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await openPage(context, site.url);
  expect(await opened(page)).toMatchObject([
    'potto-error',
    { message: expect.stringContaining('missing at its source') },
  ]);
  const message = page.locator('potto-viewer').getByRole('alert');
  await expect(message).toContainText('This image can’t be shown.');
  await keepScreenshot(page, 'viewer-error');
  expect(await complaintsOfAxe(page)).toEqual([]);
  await page.evaluate(() => {
    const viewer = document.querySelector('potto-viewer');
    if (viewer) Object.assign(viewer, { src: 'nuthatch' });
  });
  await expect(message).toBeHidden();
  await drawn(page);

  await page.goto(`${site.url}alone.html`);
  expect(await opened(page)).toMatchObject(['potto-error', { message: expect.stringContaining('none.js') }]);
});

test('an image file elsewhere is opened from memory, and an image request by its service', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const file = `${door.url}/${SCANS}/moon.png`;
  const site = await openWorkerSite({
    files: {
      'index.html': withViewer(`src="${file}"`),
      'request.html': withViewer('src="./iiif/3/nuthatch/full/200,/0/default.jpg" xywh="600,400,300,200"'),
    },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await openPage(context, site.url);
  expect(await opened(page)).toMatchObject(['potto-open', { label: 'moon.png' }]);
  await drawn(page);
  await page.goto(`${site.url}request.html`);
  await opened(page);
  const { xywh } = await page.evaluate(() => Reflect.get(document.querySelector('potto-viewer') ?? {}, 'view'));
  const [x, y, width, height] = xywh.split(',').map(Number);
  expect(x).toBeLessThanOrEqual(600);
  expect(y).toBeLessThanOrEqual(400);
  expect(width).toBeLessThan(700);
  expect(height).toBeLessThan(700);
});
