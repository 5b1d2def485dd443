import sharp from 'sharp';
import { expect, test } from 'vitest';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';
import * as reference from './reference.ts';

test('boxes of opaque pixels are exact, rounded half up, with smaller boxes at the edges', async () => {
  const kernel = await loadKernel();
  const random = new Random(3);
  for (let round = 0; round < 60; round++) {
    const log2 = random.whole(1, 5);
    const pixels = random.noise(random.whole(1, 100), random.whole(1, 60));
    const source = rasterOf(kernel, pixels);
    const result = kernel.reduce(source, log2);
    expect(result.opaque).toBe(true);
    const expected = reference.reduce(pixels, log2);
    expect([result.width, result.height]).toEqual([expected.width, expected.height]);
    const rounded = Uint8Array.from(expected.data, (value) => Math.floor(value + 0.5 + 1e-9));
    expect(
      Buffer.compare(kernel.read(result, 4).data, rounded),
      `2^${log2} of ${pixels.width} × ${pixels.height}`,
    ).toBe(0);
    source.free();
    result.free();
  }
});

test('the largest boxes do not overflow', async () => {
  const kernel = await loadKernel();
  for (const log2 of [6, 7, 8]) {
    const source = kernel.raster(520, 300, [255, 254, 1]);
    const result = kernel.reduce(source, log2);
    const { data } = kernel.read(result, 4);
    expect([...data]).toEqual(
      Array(data.length / 4)
        .fill([255, 254, 1, 255])
        .flat(),
    );
    source.free();
    result.free();
  }
});

test('boxes with alpha weigh colours by it', async () => {
  const kernel = await loadKernel();
  const random = new Random(4);
  for (let round = 0; round < 40; round++) {
    const pixels = random.noise(random.whole(1, 60), random.whole(1, 40), false);
    const log2 = random.whole(1, 4);
    const result = kernel.reduce(rasterOf(kernel, pixels), log2);
    expect(reference.compare(kernel.read(result, 4), reference.reduce(pixels, log2)).largest).toBeLessThan(0.5);
  }
});

test('the largest boxes with alpha do not overflow', async () => {
  const kernel = await loadKernel();
  const data = new Uint8Array(300 * 256 * 4).fill(255);
  data[3] = 0;
  const pixels = { width: 300, height: 256, channels: 4 as const, data };
  const result = kernel.reduce(rasterOf(kernel, pixels), 8);
  expect([...kernel.read(result, 4).data]).toEqual(Array(8).fill(255));
});

test('a chain of halves is bit-identical to the pyramid libvips writes', async () => {
  const kernel = await loadKernel();
  const random = new Random(5);
  const [width, height] = [350, 270];
  const data = random.bytes(width * height * 3);
  const pyramid = await sharp(data, { raw: { width, height, channels: 3 } })
    .tiff({ pyramid: true, tile: true, tileWidth: 64, tileHeight: 64, compression: 'none' })
    .toBuffer();
  let level = kernel.raster(width, height);
  kernel.placePixels(level, 0, 0, { width, height, channels: 3, data }, { x: 0, y: 0, width, height });
  const { pages = 0 } = await sharp(pyramid).metadata();
  expect(pages).toBeGreaterThan(2);
  for (let page = 1; page < pages; page++) {
    const { data: theirs, info } = await sharp(pyramid, { page }).raw().toBuffer({ resolveWithObject: true });
    const ours = kernel.crop(kernel.reduce(level, 1), { x: 0, y: 0, width: info.width, height: info.height });
    expect(Buffer.compare(kernel.read(ours, 3).data, theirs), `level ${page}`).toBe(0);
    level = ours;
  }
});
