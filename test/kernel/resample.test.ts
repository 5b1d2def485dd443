import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import type { Filter } from '../../src/kernel/filters.ts';
import type { Rect } from '../../src/kernel/geometry.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';
import * as reference from './reference.ts';

const filters: readonly [Filter, ...Filter[]] = ['area', 'mitchell', 'lanczos3'];

function difference(kernel: Kernel, pixels: Pixels, crop: Rect, width: number, height: number, filter: Filter) {
  const source = rasterOf(kernel, pixels);
  const result = kernel.resample(source, crop, width, height, filter);
  const found = reference.compare(kernel.read(result, 4), reference.resample(pixels, crop, width, height, filter));
  source.free();
  result.free();
  return found;
}

function randomCrop(random: Random, width: number, height: number): Rect {
  const span = (size: number) => {
    const length = random.real() < 0.2 ? random.real() * Math.min(1, size) : random.real() * size;
    return { start: random.real() * (size - length), length };
  };
  const [x, y] = [span(width), span(height)];
  if (random.real() < 0.3) return { x: 0, y: 0, width, height };
  return { x: x.start, y: y.start, width: x.length, height: y.length };
}

for (const opaque of [true, false]) {
  test(`any crop to any size is within one level of float64, ${opaque ? 'opaque' : 'with alpha'}`, async () => {
    const kernel = await loadKernel();
    const random = new Random(opaque ? 21 : 22);
    for (let round = 0; round < 150; round++) {
      const pixels = random.noise(random.whole(1, 60), random.whole(1, 60), opaque);
      const crop = randomCrop(random, pixels.width, pixels.height);
      const [width, height] = [random.whole(1, 40), random.whole(1, 40)];
      const filter = random.pick(filters);
      const { largest } = difference(kernel, pixels, crop, width, height, filter);
      const what = `${filter}, ${pixels.width} × ${pixels.height} ${JSON.stringify(crop)} → ${width} × ${height}`;
      expect(largest, what).toBeLessThan(0.5);
    }
  });
}

test('large reductions keep their precision', async () => {
  const kernel = await loadKernel();
  const random = new Random(23);
  for (const [size, to] of [
    [2048, 10],
    [1500, 7],
    [1999, 1],
  ] as const) {
    const pixels = random.noise(size, 64);
    for (const filter of filters) {
      const wide = difference(kernel, pixels, { x: 0, y: 0, width: size, height: 64 }, to, 3, filter);
      expect(wide.psnr, `${filter} ${size} → ${to}`).toBeGreaterThan(55);
      expect(wide.largest).toBeLessThan(0.5);
    }
    const tall = { ...pixels, width: 64, height: size };
    const down = difference(kernel, tall, { x: 0.25, y: 0.5, width: 63, height: size - 1 }, 3, to, 'area');
    expect(down.largest).toBeLessThan(0.5);
  }
});

test('stripes as fine as the rounding of the weights do not beat with it', async () => {
  const kernel = await loadKernel();
  for (const period of [2, 3, 5, 7]) {
    const data = new Uint8Array(2000 * 4 * 4).fill(255);
    for (let i = 0; i < data.length; i += 4) {
      if (((i / 4) % 2000) % period === 0) data.fill(0, i, i + 3);
    }
    const pixels = { width: 2000, height: 4, channels: 4 as const, data };
    const { largest } = difference(kernel, pixels, { x: 0.3, y: 0, width: 1999.1, height: 4 }, 3, 2, 'area');
    expect(largest, `period ${period}`).toBeLessThan(0.5);
  }
});

test('one-colour images keep their colour with every filter, to the edge', async () => {
  const kernel = await loadKernel();
  for (const colour of [
    [255, 255, 255],
    [0, 0, 0],
    [255, 1, 128],
  ] as const) {
    const source = kernel.raster(37, 23, colour);
    for (const filter of filters) {
      for (const [width, height] of [
        [5, 60],
        [90, 7],
        [100, 100],
        [1, 1],
      ] as const) {
        const result = kernel.resample(source, { x: 0.4, y: 1.7, width: 36.1, height: 20.2 }, width, height, filter);
        const { data } = kernel.read(result, 3);
        expect(
          data.every((value, index) => value === colour[index % 3]),
          `${colour} ${filter} ${width}`,
        ).toBe(true);
      }
    }
  }
});

test('the smallest images and areas smaller than a pixel work', async () => {
  const kernel = await loadKernel();
  const one = new Random(24).noise(1, 1);
  const two = new Random(25).noise(2, 2);
  for (const filter of filters) {
    const whole = { x: 0, y: 0, width: 1, height: 1 };
    expect(difference(kernel, one, whole, 1, 1, filter).largest).toBeLessThan(0.5);
    expect(difference(kernel, one, whole, 9, 5, filter).largest).toBeLessThan(0.5);
    const part = { x: 0.9, y: 0.1, width: 0.3, height: 0.01 };
    expect(difference(kernel, two, part, 4, 6, filter).largest).toBeLessThan(0.5);
    expect(difference(kernel, two, part, 1, 1, filter).largest).toBeLessThan(0.5);
  }
});

test('up in one direction while down in the other', async () => {
  const kernel = await loadKernel();
  const pixels = new Random(26).noise(64, 5);
  for (const filter of filters) {
    expect(difference(kernel, pixels, { x: 0, y: 0, width: 64, height: 5 }, 9, 31, filter).largest).toBeLessThan(0.5);
  }
});

test('whole pixels at 1:1 are copied by every filter', async () => {
  const kernel = await loadKernel();
  const pixels = new Random(27).noise(30, 20, false);
  const source = rasterOf(kernel, pixels);
  const rect = { x: 3, y: 5, width: 20, height: 11 };
  const cropped = kernel.read(kernel.crop(source, rect), 4).data;
  expect([...cropped.subarray(0, 4)]).toEqual([...pixels.data.subarray((5 * 30 + 3) * 4, (5 * 30 + 3) * 4 + 4)]);
  for (const filter of filters) {
    expect(Buffer.compare(kernel.read(kernel.resample(source, rect, 20, 11, filter), 4).data, cropped)).toBe(0);
    const almost = { ...rect, x: rect.x - 1e-10, width: rect.width + 2e-10 };
    expect(Buffer.compare(kernel.read(kernel.resample(source, almost, 20, 11, filter), 4).data, cropped)).toBe(0);
  }
});

test('areas of 2ⁿ whole pixels are exact boxes', async () => {
  const kernel = await loadKernel();
  const source = rasterOf(kernel, new Random(28).noise(64, 48));
  const rect = { x: 5, y: 3, width: 32, height: 24 };
  const boxes = kernel.reduce(kernel.crop(source, rect), 2);
  const area = kernel.resample(source, rect, 8, 6, 'area');
  expect(Buffer.compare(kernel.read(area, 4).data, kernel.read(boxes, 4).data)).toBe(0);
});

test('tiles resampled from one raster are the parts of the whole', async () => {
  const kernel = await loadKernel();
  const source = rasterOf(kernel, new Random(29).noise(60, 40));
  for (const filter of filters) {
    const whole = kernel.resample(source, { x: 0, y: 0, width: 60, height: 40 }, 48, 30, filter);
    const tile = kernel.resample(source, { x: 15, y: 16, width: 30, height: 20 }, 24, 15, filter);
    const part = kernel.crop(whole, { x: 12, y: 12, width: 24, height: 15 });
    expect(Buffer.compare(kernel.read(tile, 4).data, kernel.read(part, 4).data), filter).toBe(0);
  }
});

test('transparent pixels lend no colour', async () => {
  const kernel = await loadKernel();
  const data = Uint8Array.from(
    { length: 8 * 8 * 4 },
    (_, i) => ((i >> 2) & 1 ? [200, 100, 50, 255] : [0, 255, 0, 0])[i & 3] ?? 0,
  );
  const source = rasterOf(kernel, { width: 8, height: 8, channels: 4, data });
  const result = kernel.read(kernel.resample(source, { x: 0, y: 0, width: 8, height: 8 }, 2, 3, 'area'), 4);
  expect([...result.data]).toEqual(Array(6).fill([200, 100, 50, 128]).flat());
});
