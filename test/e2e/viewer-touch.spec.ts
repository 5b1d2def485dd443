import type { CDPSession } from 'playwright/test';
import { expect, test, WITHOUT_WEBGL } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';
import { drawn, opened, openPage, opens, sourcesAt, viewOf, withViewer } from './viewer-page.ts';

type Point = readonly [x: number, y: number];

/** Fingers that go from here to there, as the browser gets them from a touch screen. */
async function move(
  devtools: CDPSession,
  fingers: readonly { readonly from: Point; readonly to: Point }[],
): Promise<void> {
  const at = (part: number) =>
    fingers.map(({ from, to }, id) => ({
      x: from[0] + (to[0] - from[0]) * part,
      y: from[1] + (to[1] - from[1]) * part,
      id,
    }));
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: ReturnType<typeof at>) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
  await send('touchStart', at(0));
  for (const part of [0.25, 0.5, 0.75, 1]) await send('touchMove', at(part));
  await send('touchEnd', []);
}

test('fingers turn pages, zoom and move the image; everything is large enough for them', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite({
    options: sourcesAt(`${door.url}/${SCANS}/`),
    files: { 'index.html': withViewer('src="iiif/3/files%3Atwo-worlds.tif/manifest.json"') },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL, viewport: { width: 390, height: 700 } });
  const page = await openPage(context, 'about:blank');
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
  await openPage(context, site.url);
  await opened(page);
  await drawn(page);
  const viewer = page.locator('potto-viewer');

  const swipe = (from: Point, to: Point) => move(devtools, [{ from, to }]);
  // How fast a finger is depends on the machine as well: a slow one is tried again.
  const turned = async (to: string, from: Point, until: Point) =>
    expect(async () => {
      await swipe(from, until);
      await expect(viewer).toHaveAttribute('page', to, { timeout: 1000 });
    }).toPass();
  await turned('2', [330, 320], [60, 325]);
  await drawn(page);
  await turned('1', [60, 320], [330, 325]);
  await drawn(page);

  const whole = await viewOf(page);
  await move(devtools, [
    { from: [180, 320], to: [70, 320] },
    { from: [210, 320], to: [320, 320] },
  ]);
  await expect.poll(async () => (await viewOf(page)).width).toBeLessThan(whole.width / 1.5);
  await drawn(page);
  const near = await viewOf(page);
  expect(near.rotation).toBe(0);
  await swipe([300, 320], [90, 320]);
  await expect.poll(async () => (await viewOf(page)).x).toBeGreaterThan(near.x);
  await expect(viewer).toHaveAttribute('page', '1');

  const adjust = await viewer.getByRole('button', { name: 'Brightness and contrast' }).boundingBox();
  const place: Point = [(adjust?.x ?? 0) + 20, (adjust?.y ?? 0) + 20];
  await expect(async () => {
    await swipe(place, place);
    await expect(viewer.getByRole('slider')).toHaveCount(3, { timeout: 1000 });
  }).toPass();
  for (const target of await viewer.locator('button:visible, input:visible').all()) {
    const { width = 0, height = 0 } = (await target.boundingBox()) ?? {};
    expect(Math.min(width, height), String(await target.getAttribute('aria-label'))).toBeGreaterThanOrEqual(24);
  }
  expect(await opens(page, { src: 'nuthatch', page: '1' })).toMatchObject(['potto-open', { pages: 1 }]);
});
