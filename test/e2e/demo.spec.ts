import { otherFiles } from '../../demo/other-files.ts';
import { ask, words } from './ask.ts';
import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { keepScreenshot } from './picture.ts';
import { watch } from './traffic.ts';

const views = [
  { name: 'desktop', viewport: { width: 1280, height: 800 } },
  { name: 'phone', viewport: { width: 375, height: 720 } },
];

for (const { name, viewport } of views) {
  test(`the demo on a ${name}: the panel moves, nothing sticks out, nobody complains`, async ({
    openBrowser,
    openDemo,
    door,
  }) => {
    const context = await openBrowser({ viewport });
    const traffic = watch(context);
    const site = await openDemo();
    const page = await pageOf(context);
    await page.goto(site.url);
    const answers = page.locator('#answers');
    await expect(answers).toHaveText(/^[1-9]/);
    await traffic.settled(page);
    const before = (await answers.textContent()) ?? '';
    await page.locator('#strip a[href="#moon"]').click();
    await expect(page.locator('#title')).toHaveText(/Moon/);
    await expect(answers).not.toHaveText(before);
    await traffic.settled(page);
    for (const id of ['passthrough', 'rendered', 'source-requests', 'source-bytes', 'median']) {
      await expect(page.locator(`#${id}`), id).toHaveText(/[1-9]/);
    }
    await expect(page.locator('#errors')).toHaveText('0');
    await expect(page.locator('#notice')).toBeHidden();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    expect(await page.evaluate(overflowing)).toEqual([]);
    await keepScreenshot(page, `demo-${name}`);
    expect(traffic.complaints).toEqual([]);

    // The page's own origin and the bucket, and nothing else; the worker's requests are among them.
    expect(new Set(traffic.requests.map((url) => new URL(url).origin))).toEqual(new Set([site.origin, door.url]));
  });
}

test('reloaded with the store stopped, the demo shows what was seen', async ({ openBrowser, openDemo, door }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const site = await openDemo();
  const page = await pageOf(context);
  await page.goto(site.url);
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  const seen = new Set(traffic.images.map(({ url }) => url));
  await door.close();
  const before = traffic.images.length;
  await page.reload();
  await expect(page.locator('#hits')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  const again = traffic.images.slice(before);
  expect(new Set(again.map(({ url }) => url))).toEqual(seen);
  expect(again.filter(({ status, timing }) => status !== 200 || !timing.includes('hit'))).toEqual([]);
  await expect(page.locator('#notice')).toBeHidden();
  await keepScreenshot(page, 'demo-store-stopped');
});

test('the demo shows files of other kinds, page by page, in every format', async ({ openBrowser, openDemo }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const page = await pageOf(context);
  await page.goto((await openDemo()).url);
  await expect(page.locator('#passthrough')).toHaveText(/^[1-9]/);
  await traffic.settled(page);
  for (const { key, label } of otherFiles) {
    const before = traffic.images.length;
    await page.locator('#others').getByRole('link', { name: label }).click();
    await expect(page.locator('#view-url')).toHaveValue(new RegExp(encodeURIComponent(key)));
    await traffic.settled(page);
    expect(traffic.images.length, key).toBeGreaterThan(before);
  }
  for (const format of await page.locator('#view-formats a').all()) {
    const url = (await format.getAttribute('href')) ?? '';
    expect((await ask(page, url)).status, url).toBe(200);
  }

  await page.locator('#others').getByRole('link', { name: 'TIFF of two pages' }).click();
  await page.locator('#pages').getByRole('link', { name: '2', exact: true }).click();
  await expect(page.locator('#title')).toHaveText(/World map/);
  await expect(page.locator('#view-url')).toHaveValue(/%3B2\//);
  await traffic.settled(page);
  const manifest = await ask(page, (await page.locator('#pages a').last().getAttribute('href')) ?? '');
  expect(JSON.parse(words(manifest)).items).toHaveLength(2);
  expect(await page.evaluate(overflowing)).toEqual([]);
  await keepScreenshot(page, 'demo-other-files');
  expect(traffic.images.filter(({ status }) => status !== 200)).toEqual([]);
  await expect(page.locator('#notice')).toBeHidden();
  expect(traffic.complaints).toEqual([]);
});

/** Runs in the page: what reaches into the padding of its card. */
function overflowing(): readonly string[] {
  return [...document.querySelectorAll('.card')].flatMap((card) => {
    const edge = card.getBoundingClientRect().right - Number.parseFloat(getComputedStyle(card).paddingRight);
    return [...card.querySelectorAll('*')]
      .filter((inner) => inner.getBoundingClientRect().right > edge + 0.5)
      .map((inner) => `${inner.tagName} ${inner.id}`);
  });
}
