import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright/test';
import { expect, pageOf, test, WITHOUT_WEBGL } from './fixtures.ts';
import { close } from './listen.ts';
import { DIST, SCREENSHOTS } from './paths.ts';
import { type Traffic, watch } from './traffic.ts';

const WORKS = '#works button';
/** WCAG 2.2, 2.5.5: pixels that a target measures at least. */
const TARGET = 44;

/** The kiosk with all of its thumbnails. */
async function openKiosk(context: BrowserContext, url: string): Promise<{ page: Page; traffic: Traffic }> {
  const traffic = watch(context);
  const page = await pageOf(context);
  await page.goto(url);
  await thumbnailsShown(page);
  return { page, traffic };
}

async function thumbnailsShown(page: Page): Promise<void> {
  await expect(page.locator(WORKS).first()).toBeVisible();
  await expect(page.locator('#works img:not(.shown)')).toHaveCount(0);
}

/** Keeps what a visitor sees under `test-results/screenshots/NAME.png`. */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Runs what a curator does from another page of the site. */
async function pinAll(page: Page, library: string, targets: readonly string[]): Promise<void> {
  await page.evaluate(
    async ({ library, targets }) => {
      const potto: typeof window.potto = await import(library);
      for (const target of targets) await (await potto.pin(target)).done;
      await potto.purge();
    },
    { library, targets },
  );
}

/** Tells whether anybody still asks at an address where nobody listens any more, apart from a browser's look for updates. */
async function listenAt(port: number): Promise<{ readonly asked: readonly string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers['service-worker'] === undefined) asked.push(`${request.method} ${request.url}`);
    response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { asked, close: () => close(server) };
}

test('with site and store stopped, a browser starts into the kiosk: page, thumbnails and every zoom, and nobody is asked', async ({
  openBrowser,
  openDemo,
  door,
}) => {
  test.setTimeout(180_000);
  const files = { 'index.js': await readFile(join(DIST, 'index.js')) };
  const site = await openDemo({ files });
  const url = `${site.url}kiosk/`;
  const online = await openBrowser({ flags: WITHOUT_WEBGL });
  const { page: before } = await openKiosk(online, url);
  const book = `${site.url}iiif/3/files%3Atwo-worlds.tif/manifest.json`;
  await pinAll(before, `${site.url}index.js`, ['moon', 'picos-de-europa', book]);
  await online.close();
  await door.close();
  await site.close();
  const tombs = await Promise.all([site.port, door.port].map(listenAt));

  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const failed: string[] = [];
  context.on('requestfailed', (request) => failed.push(`${request.url()} ${request.failure()?.errorText}`));
  const { page, traffic } = await openKiosk(context, url);
  await expect(page.locator('#works .title')).toHaveText([
    'The whole surface of the Moon',
    'Picos de Europa, northern Spain',
    'two worlds',
  ]);
  await keepScreenshot(page, 'kiosk-offline');
  for (const title of ['Moon', 'Picos']) {
    await page.locator(WORKS).filter({ hasText: title }).click();
    for (let clicks = 0; clicks < 8; clicks++) await page.locator('#zoom-in').click();
    await traffic.settled(page);
    await page.locator('#back').click();
  }
  await page.locator(WORKS).filter({ hasText: 'two worlds' }).click();
  await expect(page.locator('#author')).toHaveText('Page 1 of 2');
  await traffic.settled(page);
  await page.locator('#next').click();
  await expect(page.locator('#author')).toHaveText('Page 2 of 2');
  await traffic.settled(page);

  const finest = traffic.images.filter(({ region, size }) => typeof region !== 'string' && region[2] === size?.[0]);
  expect(new Set(finest.map(({ identifier }) => identifier)).size).toBeGreaterThanOrEqual(2);
  expect(traffic.images.filter(({ status, timing }) => status !== 200 || timing.includes('degraded'))).toEqual([]);
  await expect(page.locator('#quality')).toHaveText('');
  await expect(page.locator('#notice')).toBeHidden();
  expect(traffic.complaints).toEqual([]);
  expect(failed).toEqual([]);
  expect(tombs.flatMap(({ asked }) => asked)).toEqual([]);
  await Promise.all(tombs.map((tomb) => tomb.close()));
});

test('when nobody touches it, the kiosk asks, and then returns to its start', async ({ openBrowser, openDemo }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const { page, traffic } = await openKiosk(context, `${(await openDemo()).url}kiosk/?idle=15`);
  const question = page.locator('#still-there');
  await page.locator(WORKS).nth(1).click();
  await traffic.settled(page);
  await expect(question).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(page.locator('#stage')).toBeVisible();
  await expect(question).toBeVisible({ timeout: 30_000 });
  await expect(question).toContainText(/In \d seconds?/);
  await keepScreenshot(page, 'kiosk-still-there');
  await expect(page.locator('#stage')).toBeHidden();
  await expect(question).toBeHidden();
  await expect(page.locator('#start')).toBeVisible();
});

test('the keys walk through the works, open, zoom, turn and lead back', async ({ openBrowser, openDemo }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const { page, traffic } = await openKiosk(context, `${(await openDemo()).url}kiosk/`);
  const focused = () => page.evaluate(() => document.activeElement?.querySelector('.title')?.textContent ?? '');
  const titles = await page.locator('#works .title').allTextContents();
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(titles[0]);
  await page.keyboard.press('ArrowDown');
  const below = titles.indexOf(await focused());
  expect(below).toBeGreaterThan(1);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(titles[1]);
  await keepScreenshot(page, 'kiosk-focus');

  await page.keyboard.press('Enter');
  await expect(page.locator('#work')).toHaveText(titles[1] ?? '');
  await traffic.settled(page);
  const whole = traffic.images.length;
  // On a busy machine some presses come before the viewer listens.
  await expect
    .poll(async () => {
      await page.keyboard.press('+');
      return traffic.images.length;
    })
    .toBeGreaterThan(whole);
  await traffic.settled(page);
  await keepScreenshot(page, 'kiosk-zoomed');
  await page.keyboard.press('PageDown');
  await expect(page.locator('#work')).toHaveText(titles[2] ?? '');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await expect(page.locator('#work')).toHaveText(titles[0] ?? '');
  await page.keyboard.press('Escape');
  await expect(page.locator('#stage')).toBeHidden();
  expect(await focused()).toBe(titles[0]);
  expect(traffic.complaints).toEqual([]);
});

const views = [
  { name: 'wide', viewport: { width: 1920, height: 1080 }, scheme: 'dark' },
  { name: 'portrait', viewport: { width: 1080, height: 1920 }, scheme: 'light' },
  { name: 'phone', viewport: { width: 390, height: 844 }, scheme: 'light' },
] as const;

for (const { name, viewport, scheme } of views) {
  test(`the kiosk on a ${name} screen: nothing sticks out, and everything is large enough to touch`, async ({
    openBrowser,
    openDemo,
  }) => {
    const context = await openBrowser({ viewport, flags: WITHOUT_WEBGL });
    await (await pageOf(context)).emulateMedia({ colorScheme: scheme });
    const { page, traffic } = await openKiosk(context, `${(await openDemo()).url}kiosk/`);
    await keepScreenshot(page, `kiosk-${name}`);
    expect(await page.evaluate(unfit, TARGET)).toEqual([]);
    await page.locator(WORKS).first().click();
    await traffic.settled(page);
    await keepScreenshot(page, `kiosk-${name}-work`);
    expect(await page.evaluate(unfit, TARGET)).toEqual([]);
    expect(traffic.complaints).toEqual([]);
  });
}

test('there is no way out, and what cannot be shown is said in words', async ({ openBrowser, openDemo, door }) => {
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const page = await pageOf(context);
  await page.goto(`${(await openDemo()).url}kiosk/?works=moon,lost-work&title=Two%20works`);
  await expect(page.locator('#heading')).toHaveText('Two works');
  await expect(page.locator('#works img.shown')).toHaveCount(1);
  await expect(page.locator('#works img.missing')).toHaveCount(1);
  expect(await page.locator('a, area, form, iframe').count()).toBe(0);
  const isMenuShown = () => document.body.dispatchEvent(new Event('contextmenu', { bubbles: true, cancelable: true }));
  expect(await page.evaluate(isMenuShown)).toBe(false);

  await page.locator(WORKS).nth(1).click();
  await expect(page.locator('#notice')).toContainText('can’t be shown');
  await keepScreenshot(page, 'kiosk-error');
  await page.locator('#back').click();
  await expect(page.locator('#notice')).toBeHidden();

  await page.locator(WORKS).first().click();
  await traffic.settled(page);
  await door.close();
  for (let clicks = 0; clicks < 6; clicks++) await page.locator('#zoom-in').click();
  await expect(page.locator('#quality')).toHaveText(/less sharp|can’t be shown/);
  await traffic.settled(page);
  await keepScreenshot(page, 'kiosk-degraded');
});

/** Runs in the page: what sticks out of it, and which buttons are too small. */
function unfit(target: number): readonly string[] {
  const wide = document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : [];
  const small = [...document.querySelectorAll('button')].filter((button) => {
    const { width, height } = button.getBoundingClientRect();
    return width > 0 && (width < target || height < target);
  });
  return [...wide, ...small.map(({ id }) => `#${id}`)];
}
