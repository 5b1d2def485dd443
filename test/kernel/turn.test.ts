import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';

const sizes = [
  [1, 1],
  [3, 2],
  [4, 4],
  [16, 5],
  [33, 18],
  [37, 41],
  [64, 64],
] as const;

/** Moves each pixel to where `place` says. */
function moved(
  pixels: Pixels,
  width: number,
  height: number,
  place: (x: number, y: number) => readonly [number, number],
) {
  const data = new Uint8Array(pixels.data.length);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const [tx, ty] = place(x, y);
      const from = (y * pixels.width + x) * 4;
      data.set(pixels.data.subarray(from, from + 4), (ty * width + tx) * 4);
    }
  }
  return { width, height, data };
}

test('mirror exchanges left and right', async () => {
  const kernel = await loadKernel();
  for (const [w, h] of sizes) {
    const pixels = new Random(w).noise(w, h, false);
    const raster = rasterOf(kernel, pixels);
    kernel.mirror(raster);
    const expected = moved(pixels, w, h, (x, y) => [w - 1 - x, y]);
    expect(Buffer.compare(kernel.read(raster, 4).data, expected.data), `${w} × ${h}`).toBe(0);
  }
});

test('quarter turns go clockwise', async () => {
  const kernel = await loadKernel();
  for (const [w, h] of sizes) {
    const pixels = new Random(w).noise(w, h, false);
    const raster = rasterOf(kernel, pixels);
    const expected = {
      1: moved(pixels, h, w, (x, y) => [h - 1 - y, x]),
      2: moved(pixels, w, h, (x, y) => [w - 1 - x, h - 1 - y]),
      3: moved(pixels, h, w, (x, y) => [y, w - 1 - x]),
    };
    for (const quarter of [1, 2, 3] as const) {
      const turned = kernel.turn(raster, quarter);
      expect([turned.width, turned.height]).toEqual([expected[quarter].width, expected[quarter].height]);
      expect(Buffer.compare(kernel.read(turned, 4).data, expected[quarter].data), `${w} × ${h}, ${quarter}`).toBe(0);
      const rotated = kernel.rotate(raster, quarter * 90 - 360);
      expect(Buffer.compare(kernel.read(rotated, 4).data, expected[quarter].data)).toBe(0);
    }
  }
});
