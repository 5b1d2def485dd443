import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';

/** Porter and Duff's "over" of straight colours, in float64. */
function over(top: Pixels, bottom: Pixels, x: number, y: number, opacity: number): Float64Array {
  const result = Float64Array.from(bottom.data);
  for (let row = 0; row < top.height; row++) {
    for (let column = 0; column < top.width; column++) {
      const from = (row * top.width + column) * 4;
      const to = ((y + row) * bottom.width + x + column) * 4;
      // The alpha of what lies above is an 8-bit number too.
      const above = Math.round((top.data[from + 3] ?? 0) * (Math.round(opacity * 255) / 255)) / 255;
      const below = ((bottom.data[to + 3] ?? 0) / 255) * (1 - above);
      if (above === 0) continue;
      for (let channel = 0; channel < 3; channel++) {
        const [a, b] = [top.data[from + channel] ?? 0, bottom.data[to + channel] ?? 0];
        result[to + channel] = (a * above + b * below) / (above + below);
      }
      result[to + 3] = 255 * (above + below);
    }
  }
  return result;
}

function largestError(found: Uint8Array, expected: Float64Array): number {
  return found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] ?? 0))), 0);
}

test.each([
  { name: 'opaque', opaque: true, error: 0.51 },
  { name: 'transparent', opaque: false, error: 0.51 },
])('over $name pixels it is the definition, rounded', async ({ opaque, error }) => {
  const kernel = await loadKernel();
  const random = new Random(4);
  for (const opacity of [0, 0.25, 0.5, 0.77, 1]) {
    for (const [width, height, x, y] of [
      [1, 1, 0, 0],
      [3, 2, 5, 1],
      [16, 9, 2, 3],
      [61, 40, 1, 0],
    ] as const) {
      const bottom = random.noise(64, 41, opaque);
      const top = random.noise(width, height, false);
      const [target, source] = [rasterOf(kernel, bottom), rasterOf(kernel, top)];
      kernel.compose(target, x, y, source, opacity);
      expect(largestError(kernel.read(target, 4).data, over(top, bottom, x, y, opacity))).toBeLessThan(error);
      target.free();
      source.free();
    }
  }
});

test('nothing beside it is touched', async () => {
  const kernel = await loadKernel();
  const bottom = new Random(1).noise(40, 30, false);
  const target = rasterOf(kernel, bottom);
  const source = kernel.raster(7, 5, [1, 2, 3]);
  kernel.compose(target, 33, 25, source);
  const { data } = kernel.read(target, 4);
  for (let y = 0; y < 30; y++) {
    for (let x = 0; x < 40; x++) {
      const i = (y * 40 + x) * 4;
      const expected = x >= 33 && y >= 25 ? [1, 2, 3, 255] : [...bottom.data.subarray(i, i + 4)];
      expect([...data.subarray(i, i + 4)]).toEqual(expected);
    }
  }
});

test('what is opaque stays so, what was covered becomes so', async () => {
  const kernel = await loadKernel();
  const source = kernel.raster(4, 4, [9, 9, 9]);
  const opaque = kernel.raster(8, 8, [0, 0, 0]);
  kernel.compose(opaque, 0, 0, kernel.raster(8, 8), 0.5);
  expect(opaque.knownOpaque).toBe(true);
  const transparent = kernel.raster(4, 4);
  expect(transparent.opaque).toBe(false);
  kernel.compose(transparent, 0, 0, source);
  expect(transparent.opaque).toBe(true);
});

test('it must lie within the target, its opacity within 0 and 1', async () => {
  const kernel = await loadKernel();
  const target = kernel.raster(8, 8);
  const source = kernel.raster(4, 4);
  expect(() => kernel.compose(target, 5, 0, source)).toThrow(RangeError);
  expect(() => kernel.compose(target, -1, 0, source)).toThrow(RangeError);
  expect(() => kernel.compose(target, 0, 0, source, 1.1)).toThrow(RangeError);
});
