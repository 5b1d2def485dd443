import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { type Traffic, watch } from './traffic.ts';

/**
 * Goes where nothing was read before: the bytes that the thumbnails are made from hold the small levels of an image, so
 * that the whole of it shows without the network, but not the two large ones.
 */
async function zoomIntoTheMoon(page: Page, traffic: Traffic): Promise<void> {
  await page.locator('#strip a[href="#moon"]').click();
  await traffic.settled(page);
  for (let clicks = 0; clicks < 4; clicks++) await page.locator('#zoom-in').click();
}

test('with site and store stopped, the demo opens, shows what was seen, and says why the rest is missing', async ({
  openBrowser,
  openDemo,
  door,
}) => {
  const context = await openBrowser();
  const traffic = watch(context);
  const site = await openDemo();
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(site.url);
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  const seen = new Set(traffic.images.map(({ url }) => url));
  await door.close();
  await site.close();

  const before = traffic.images.length;
  await page.reload();
  await expect(page.locator('#hits')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  expect(new Set(traffic.images.slice(before).map(({ url }) => url))).toEqual(seen);
  await expect(page.locator('#errors')).toHaveText('0');
  await expect(page.locator('#notice')).toBeHidden();

  await zoomIntoTheMoon(page, traffic);
  await expect(page.locator('#notice')).toContainText('could not be reached');
});

test('what was missing is asked for again when the network is back', async ({ openBrowser, openDemo }) => {
  const context = await openBrowser();
  const traffic = watch(context);
  const site = await openDemo();
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(site.url);
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  await context.setOffline(true);
  await zoomIntoTheMoon(page, traffic);
  const notice = page.locator('#notice');
  await expect(notice).toContainText('could not be reached');
  await traffic.settled(page);

  const before = traffic.images.length;
  await context.setOffline(false);
  await expect(notice).toBeHidden();
  await traffic.settled(page);
  const again = traffic.images.slice(before);
  expect(again.length).toBeGreaterThan(0);
  expect(again.filter(({ identifier, status }) => identifier === 'moon' && status !== 200)).toEqual([]);
});
