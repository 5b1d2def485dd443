import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { loadKernel } from './load.ts';
import { Random } from './random.ts';

/** One pixel as RGBA. */
function rgba({ data, channels, width }: Pixels, x: number, y: number): number[] {
  const at = (channel: number) => data[(y * width + x) * channels + channel] ?? 0;
  if (channels === 1) return [at(0), at(0), at(0), 255];
  if (channels === 2) return [at(0), at(0), at(0), at(1)];
  return [at(0), at(1), at(2), channels === 3 ? 255 : at(3)];
}

test('pixels of 1–4 channels land as RGBA, exactly in their rectangle', async () => {
  const kernel = await loadKernel();
  const random = new Random(7);
  for (let round = 0; round < 120; round++) {
    const [width, height] = [random.whole(1, 90), random.whole(1, 20)];
    const channels = random.pick<Pixels['channels']>([1, 2, 3, 4]);
    const pixels = { width, height, channels, data: random.bytes(width * height * channels) };
    const crop = { x: random.whole(0, width - 1), y: random.whole(0, height - 1), width: 0, height: 0 };
    crop.width = random.whole(1, width - crop.x);
    crop.height = random.whole(1, height - crop.y);
    const [x, y] = [random.whole(0, 3), random.whole(0, 3)];
    const target = kernel.raster(x + crop.width + random.whole(0, 3), y + crop.height + random.whole(0, 3), [9, 8, 7]);
    kernel.placePixels(target, x, y, pixels, crop);
    const result = kernel.read(target, 4);
    const expected: number[] = [];
    for (let row = 0; row < target.height; row++) {
      for (let column = 0; column < target.width; column++) {
        const [sx, sy] = [column - x, row - y];
        const inside = sx >= 0 && sy >= 0 && sx < crop.width && sy < crop.height;
        expected.push(...(inside ? rgba(pixels, crop.x + sx, crop.y + sy) : [9, 8, 7, 255]));
      }
    }
    expect(Buffer.compare(result.data, Uint8Array.from(expected)), `round ${round}, ${channels} channels`).toBe(0);
    target.free();
  }
});

test('pictures larger than a band of staging arrive whole', async () => {
  const kernel = await loadKernel();
  const data = new Uint8Array(1500 * 900 * 3).map((_, index) => index * 7 + (index >> 9));
  const raster = kernel.raster(1500, 900);
  kernel.placePixels(
    raster,
    0,
    0,
    { width: 1500, height: 900, channels: 3, data },
    { x: 0, y: 0, width: 1500, height: 900 },
  );
  expect(Buffer.compare(kernel.read(raster, 3).data, data)).toBe(0);
});

test('a raster is opaque when every alpha is 255, whatever was placed', async () => {
  const kernel = await loadKernel();
  const grey = { width: 5, height: 4, channels: 1 as const, data: new Uint8Array(20) };
  const left = { x: 0, y: 0, width: 2, height: 4 };
  const right = { x: 2, y: 0, width: 3, height: 4 };
  const raster = kernel.raster(5, 4);
  kernel.placePixels(raster, 0, 0, grey, left);
  expect(raster.opaque).toBe(false);
  kernel.placePixels(raster, 2, 0, grey, right);
  expect(raster.opaque).toBe(true);
  const hole = { width: 1, height: 1, channels: 2 as const, data: Uint8Array.of(0, 254) };
  kernel.placePixels(raster, 4, 3, hole, { x: 0, y: 0, width: 1, height: 1 });
  expect(raster.opaque).toBe(false);
});
