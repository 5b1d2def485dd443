import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test, visit, WITHOUT_WEBGL } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';
import { watch } from './traffic.ts';

const { resolve } = createRequire(import.meta.url);

const PAGE = `<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
<div id="viewer" style="height: 600px"></div>
<script src="openseadragon.min.js"></script>
<script type="module">
import * as potto from './index.js';
import { usePotto } from './openseadragon.js';
window.potto = potto;
window.registered = potto.register().then(() => {
  window.viewer = OpenSeadragon({ id: 'viewer', drawer: 'canvas', showNavigationControl: false, animationTime: 0 });
  usePotto(viewer);
  viewer.addHandler('tile-load-failed', ({ message }) => (window.failures ??= []).push(message));
  return new Promise((resolve) => {
    viewer.addHandler('open', () => resolve(''));
    viewer.open({ tileSource: 'iiif/3/behaim-globe/info.json' });
  });
});
</script>`;

test('tiles that are no longer looked at are given up in the worker, and come when they are looked at again', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const script = await readFile(resolve('openseadragon').replace(/\.js$/, '.min.js'));
  const site = await openWorkerSite({ files: { 'index.html': PAGE, 'openseadragon.min.js': script } });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const page = await visit(context, site.url);
  await traffic.settled(page);
  const aborted: string[] = [];
  context.on('requestfailed', (request) => aborted.push(request.url()));
  const view = await page.evaluate(async () => {
    const { viewport } = Reflect.get(window, 'viewer');
    const frame = () => new Promise(requestAnimationFrame);
    viewport.zoomTo(12, undefined, true);
    for (let step = 0; step < 6; step++) {
      viewport.panTo({ x: 0.1 + step * 0.15, y: 0.2, plus: undefined }, true);
      await frame();
      await frame();
    }
    return viewport.getBounds().x;
  });
  expect(view).toBeGreaterThan(0.7);
  await traffic.settled(page);
  expect(aborted.length).toBeGreaterThan(0);

  const settled = () =>
    page.evaluate(async () => {
      const { viewport, world } = Reflect.get(window, 'viewer');
      viewport.panTo({ x: 0.1, y: 0.2 }, true);
      await new Promise<void>((resolve) => {
        const look = () => (world.getItemAt(0).getFullyLoaded() ? resolve() : requestAnimationFrame(look));
        requestAnimationFrame(() => requestAnimationFrame(look));
      });
      return Reflect.get(window, 'failures') ?? [];
    });
  expect(await settled()).toEqual([]);
  expect(traffic.complaints).toEqual([]);
});

test('a tile that had to be decoded comes as pixels: nothing is encoded for it, nor decoded again', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const script = await readFile(resolve('openseadragon').replace(/\.js$/, '.min.js'));
  const site = await openWorkerSite({
    options: `{ sources: '${door.url}/${SCANS}/{id}' }`,
    files: { 'index.html': PAGE.replace('behaim-globe', 'moon.png'), 'openseadragon.min.js': script },
  });
  const context = await openBrowser({ flags: WITHOUT_WEBGL });
  const traffic = watch(context);
  const types: (string | undefined)[] = [];
  context.on('response', (response) => {
    if (/\/default\.\w+$/.test(response.url())) types.push(response.headers()['content-type']?.split(';', 1)[0]);
  });
  const page = await visit(context, site.url);
  await expect
    .poll(() => page.evaluate(() => Reflect.get(window, 'viewer').world.getItemAt(0).getFullyLoaded()))
    .toBe(true);
  expect(traffic.images.length).toBeGreaterThan(0);
  expect(new Set(types)).toEqual(new Set(['application/x-potto-pixels']));
  for (const { timing } of traffic.images) expect(timing).not.toContain('encode');
  const colours = await page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    const data = canvas?.getContext('2d')?.getImageData(canvas.width / 2 - 50, canvas.height / 2 - 50, 100, 100).data;
    return new Set(data).size;
  });
  expect(colours).toBeGreaterThan(30);
  expect(traffic.complaints).toEqual([]);
});
