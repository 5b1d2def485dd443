import { expect, test } from 'vitest';
import type { IndexLayout } from '../../src/kernel/place-indexed.ts';
import { loadKernel } from './load.ts';
import { Random } from './random.ts';
import { encodeTile } from './reference-samples.ts';

test('indices of every depth become the colours of the palette, exactly in their rectangle', async () => {
  const kernel = await loadKernel();
  const random = new Random(31);
  for (let round = 0; round < 300; round++) {
    const bitsPerSample = random.pick<1 | 2 | 4 | 8>([1, 2, 4, 8]);
    const predictor = bitsPerSample === 8 ? random.pick<'none' | 'horizontal'>(['none', 'horizontal']) : 'none';
    const samplesPerPixel = random.pick([1, 1, 1, 2, 3]);
    const palette = random.bytes(4 * 2 ** bitsPerSample);
    const layout: IndexLayout = { bitsPerSample, samplesPerPixel, predictor, palette };
    const [width, height] = [random.whole(1, 90), random.whole(1, 6)];
    const crop = { x: random.whole(0, width - 1), y: random.whole(0, height - 1), width: 0, height: 0 };
    crop.width = random.whole(1, width - crop.x);
    crop.height = random.whole(1, height - crop.y);
    const most = 2 ** bitsPerSample - 1;
    const indices = Array.from({ length: width * height * samplesPerPixel }, () => random.whole(0, most));
    const stored = { ...layout, colourSamples: 1, littleEndian: true, inverted: false } as const;
    const [samples = new Uint8Array()] = encodeTile(indices, width, height, stored, false);

    const target = kernel.raster(crop.width + 3, crop.height + 2, [1, 2, 3]);
    kernel.placeIndexed(target, 2, 1, samples, layout, width, height, crop);
    const expected: number[] = [];
    for (let y = -1; y < target.height - 1; y++) {
      for (let x = -2; x < target.width - 2; x++) {
        const inside = x >= 0 && y >= 0 && x < crop.width && y < crop.height;
        const index = indices[((crop.y + y) * width + crop.x + x) * samplesPerPixel] ?? 0;
        expected.push(...(inside ? palette.subarray(index * 4, index * 4 + 4) : [1, 2, 3, 255]));
      }
    }
    const what = `round ${round}: ${bitsPerSample} bits, ${samplesPerPixel} samples, ${predictor}`;
    expect(Buffer.compare(kernel.read(target, 4).data, Uint8Array.from(expected)), what).toBe(0);
    target.free();
  }
});

test('tiles larger than a band of staging arrive whole', async () => {
  const kernel = await loadKernel();
  const samples = new Random(32).bytes(1500 * 900);
  const palette = Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
  const raster = kernel.raster(1500, 900, [0, 0, 0]);
  const layout: IndexLayout = { bitsPerSample: 8, samplesPerPixel: 1, predictor: 'none', palette };
  kernel.placeIndexed(raster, 0, 0, samples, layout, 1500, 900, { x: 0, y: 0, width: 1500, height: 900 });
  expect(Buffer.compare(kernel.read(raster, 1).data, samples)).toBe(0);
  expect(raster.knownOpaque).toBe(true);
});

test('a palette with a transparent colour makes a raster that is looked at again', async () => {
  const kernel = await loadKernel();
  const raster = kernel.raster(8, 1, [0, 0, 0]);
  const palette = Uint8Array.of(0, 0, 0, 255, 9, 9, 9, 0);
  const layout: IndexLayout = { bitsPerSample: 1, samplesPerPixel: 1, predictor: 'none', palette };
  const whole = { x: 0, y: 0, width: 8, height: 1 };
  kernel.placeIndexed(raster, 0, 0, Uint8Array.of(0), layout, 8, 1, whole);
  expect(raster.opaque).toBe(true);
  kernel.placeIndexed(raster, 0, 0, Uint8Array.of(1), layout, 8, 1, whole);
  expect(raster.opaque).toBe(false);
});

test('too few samples are 502; palettes and layouts that do not fit are refused', async () => {
  const kernel = await loadKernel();
  const target = kernel.raster(9, 2);
  const fits: IndexLayout = { bitsPerSample: 1, samplesPerPixel: 1, predictor: 'none', palette: new Uint8Array(8) };
  const place = (layout: IndexLayout, bytes: number, x = 0) =>
    kernel.placeIndexed(target, x, 0, new Uint8Array(bytes), layout, 9, 2, { x: 0, y: 0, width: 9, height: 2 });
  expect(() => place(fits, 4)).not.toThrow();
  expect(() => place(fits, 3)).toThrow(expect.objectContaining({ status: 502 }));
  expect(() => place(fits, 4, 1)).toThrow(RangeError);
  expect(() => place({ ...fits, palette: new Uint8Array(7) }, 4)).toThrow(RangeError);
  expect(() => place({ ...fits, bitsPerSample: 8 }, 100)).toThrow(RangeError);
  expect(() => place({ ...fits, predictor: 'horizontal' }, 4)).toThrow(RangeError);
  expect(() => place({ ...fits, samplesPerPixel: 0 }, 4)).toThrow(RangeError);
});
