import { join } from 'node:path';
import sharp from 'sharp';
import { ask, pixelsOf } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';
import { keepScreenshot } from './picture.ts';

const COARSE = 'iiif/3/nuthatch/0,0,2048,2048/512,512/0/default.jpg';
const FINE = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';

/** dB over all samples of two pictures of the same size. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} samples are compared with ${b.length}`);
  const squares = a.reduce((sum, sample, i) => sum + (sample - (b[i] ?? 0)) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / a.length));
}

test('with the store gone, a tile that was never seen is shown from a coarser one, at its place', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  for (const url of ['iiif/3/nuthatch/info.json', COARSE]) expect((await ask(page, url)).status).toBe(200);
  await expect.poll(() => page.evaluate(async () => (await window.potto.cacheStats()).entries)).toBe(1);
  await context.close();
  await door.close();

  // Another start: nothing is left in memory.
  const again = await visit(await openBrowser(), site.url);
  const started = performance.now();
  const answer = await ask(again, FINE);
  expect(answer.status).toBe(200);
  expect(answer.headers['x-potto']).toBe('degraded');
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(performance.now() - started).toBeLessThan(10_000);
  const real = await sharp(join(PYRAMIDS, 'nuthatch.tif'), { page: 0 })
    .extract({ left: 512, top: 512, width: 512, height: 512 })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  const shown = await pixelsOf(answer.bytes);
  expect(psnr(shown, real)).toBeGreaterThan(20);
  // Moved by a pixel of the coarse tile, it fits less well.
  const beside = await sharp(join(PYRAMIDS, 'nuthatch.tif'), { page: 0 })
    .extract({ left: 520, top: 520, width: 512, height: 512 })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
  expect(psnr(shown, real)).toBeGreaterThan(psnr(shown, beside));
  expect((await ask(again, COARSE)).headers['server-timing']).toContain('hit');
  expect(await again.evaluate(async () => (await window.potto.cacheStats()).entries)).toBe(1);
  await again.evaluate((url) => {
    document.body.innerHTML = `<img src="${url}">`;
    return new Promise((resolve) => document.querySelector('img')?.addEventListener('load', resolve));
  }, FINE);
  await keepScreenshot(again, 'degraded-tile');
});
