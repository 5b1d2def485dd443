import type { Page } from 'playwright/test';
import { expect, test, WITHOUT_WEBGL } from './fixtures.ts';
import { keepScreenshot } from './picture.ts';
import { complaintsOfAxe, drawn, opened, openPage, withViewer } from './viewer-page.ts';

/** Sums the differences of neighbours: a picture that is sharper has more of them. */
function sharpness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector('potto-viewer')?.shadowRoot?.querySelector('canvas');
    const { data = [] } = canvas?.getContext('2d')?.getImageData(200, 200, 400, 400) ?? {};
    let sum = 0;
    for (let at = 4; at < data.length; at += 4) sum += Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0));
    return sum;
  });
}

const zoomIn = (page: Page, xywh: string) =>
  page.evaluate((xywh) => document.querySelector('potto-viewer')?.setAttribute('xywh', xywh), xywh);

test('what is slow to come is less sharp at first, said so mildly, and becomes sharp by itself; so does what was out of reach', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite({ files: { 'index.html': withViewer('src="nuthatch"') } });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await openPage(context, site.url);
  await opened(page);
  await drawn(page);
  const viewer = page.locator('potto-viewer');
  const message = viewer.locator('.message');
  await expect(message).toBeHidden();

  const isHeld = door.holdAfter(0);
  await zoomIn(page, '0,0,600,400');
  await isHeld;
  const slow =
    'Parts of this image are less sharp for now. They take long to arrive, and are put in when they are here.';
  await expect(viewer.getByRole('status')).toHaveText(new RegExp(slow));
  await expect(viewer.getByRole('alert')).toHaveCount(0);
  await keepScreenshot(page, 'viewer-slow');
  expect(await complaintsOfAxe(page)).toEqual([]);
  const blurred = await sharpness(page);
  door.letPass();
  await expect(message).toBeHidden();
  await drawn(page);
  await expect.poll(() => sharpness(page)).toBeGreaterThan(blurred * 1.2);

  await door.close();
  await zoomIn(page, 'percent:60,60,20,20');
  await expect(message).toContainText('Their source can’t be reached; it is asked again by itself.');
  await keepScreenshot(page, 'viewer-out-of-reach');
  await door.reopen();
  // The page is looked at again: what it lacks is asked for at once.
  await expect(async () => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect(message).toBeHidden({ timeout: 1000 });
  }).toPass();
});

test('without a network the note says so, and goes when there is one', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite({ files: { 'index.html': withViewer('src="nuthatch" lang="de"') } });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const page = await openPage(context, site.url);
  await opened(page);
  await drawn(page);
  await context.setOffline(true);
  await zoomIn(page, '0,0,600,400');
  const message = page.locator('potto-viewer .message');
  await expect(message).toContainText('Es gibt kein Netz');
  await keepScreenshot(page, 'viewer-offline');
  await context.setOffline(false);
  await expect(message).toBeHidden();
  await drawn(page);
});
