import { expect, test } from 'vitest';
import { rotatedSize } from '../../src/kernel/rotate.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';
import * as reference from './reference.ts';

for (const opaque of [true, false]) {
  test(`any angle is within one level of float64, ${opaque ? 'opaque' : 'with alpha'}`, async () => {
    const kernel = await loadKernel();
    const random = new Random(opaque ? 31 : 32);
    for (let round = 0; round < 80; round++) {
      const pixels = random.noise(random.whole(1, 60), random.whole(1, 60), opaque);
      const degrees = random.pick([random.real() * 360, random.whole(0, 360), 45, 359.99, 0.01, 90.5]);
      const source = rasterOf(kernel, pixels);
      const result = kernel.rotate(source, degrees);
      const size = rotatedSize(pixels.width, pixels.height, degrees);
      expect([result.width, result.height]).toEqual([size.width, size.height]);
      const expected = reference.rotate(pixels, degrees, size.width, size.height);
      const { largest } = reference.compare(kernel.read(result, 4), expected);
      expect(largest, `${pixels.width} × ${pixels.height} by ${degrees}`).toBeLessThan(0.5);
      source.free();
      result.free();
    }
  });
}

test('corners are transparent, the inside is opaque, the edge keeps its colour', async () => {
  const kernel = await loadKernel();
  const source = kernel.raster(100, 60, [10, 200, 30]);
  const result = kernel.rotate(source, 30);
  const { width, height, data } = kernel.read(result, 4);
  expect([width, height]).toEqual([117, 102]);
  expect(result.opaque).toBe(false);
  const alphaAt = (x: number, y: number) => data[(y * width + x) * 4 + 3];
  for (const [x, y] of [
    [0, 0],
    [width - 1, 0],
    [0, height - 1],
    [width - 1, height - 1],
  ] as const) {
    expect(alphaAt(x, y)).toBe(0);
  }
  expect(alphaAt(width >> 1, height >> 1)).toBe(255);
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 0) expect([...data.subarray(i, i + 3)]).toEqual([10, 200, 30]);
  }
});

test('the direction is clockwise', async () => {
  const kernel = await loadKernel();
  const source = kernel.raster(40, 40, [0, 0, 0]);
  const white = { width: 40, height: 10, channels: 1 as const, data: new Uint8Array(400).fill(255) };
  kernel.placePixels(source, 0, 0, white, { x: 0, y: 0, width: 40, height: 10 });
  const { width, height, data } = kernel.read(kernel.rotate(source, 80), 4);
  const redAt = (x: number) => data[((height >> 1) * width + x) * 4];
  expect(redAt(width - 8)).toBe(255);
  expect(redAt(8)).toBe(0);
});
