import { expect, test } from 'vitest';
import type { SampleLayout } from '../../src/kernel/place-samples.ts';
import { loadKernel } from './load.ts';
import { Random } from './random.ts';

const plain: SampleLayout = {
  bitsPerSample: 8,
  samplesPerPixel: 1,
  colourSamples: 1,
  littleEndian: true,
  inverted: false,
  predictor: 'none',
};

/** Sample values → the bytes of a tile, one part or one per sample, as TIFF stores them. */
function encode(
  samples: Uint16Array,
  width: number,
  height: number,
  layout: SampleLayout,
  planar: boolean,
): Uint8Array[] {
  const { samplesPerPixel, bitsPerSample } = layout;
  const bytes = bitsPerSample / 8;
  const distance = planar ? 1 : samplesPerPixel;
  const parts: Uint8Array[] = [];
  for (let plane = 0; plane < (planar ? samplesPerPixel : 1); plane++) {
    const part = new Uint8Array(width * height * distance * bytes);
    const view = new DataView(part.buffer);
    for (let i = 0; i < width * height * distance; i++) {
      const value = (index: number) => samples[planar ? index * samplesPerPixel + plane : index] ?? 0;
      const predicted = layout.predictor === 'horizontal' && i % (width * distance) >= distance;
      const stored = predicted ? value(i) - value(i - distance) : value(i);
      if (bytes === 2) view.setUint16(i * 2, stored & 0xffff, layout.littleEndian);
      else view.setUint8(i, stored & 0xff);
    }
    parts.push(part);
  }
  return parts;
}

/** What the samples of one pixel mean, as RGBA with fractions. */
function meaning(samples: Uint16Array, index: number, layout: SampleLayout): number[] {
  const { samplesPerPixel, colourSamples, bitsPerSample, alpha } = layout;
  const full = 2 ** bitsPerSample - 1;
  const at = (sample: number) => (samples[index * samplesPerPixel + sample] ?? 0) / full;
  const opacity = alpha === undefined ? 1 : at(alpha.sample);
  const colours = (colourSamples === 1 ? [0, 0, 0] : [0, 1, 2]).map((sample) => {
    const value = alpha?.associated ? (opacity === 0 ? 0 : Math.min(1, at(sample) / opacity)) : at(sample);
    return 255 * (layout.inverted ? 1 - value : value);
  });
  return [...colours, 255 * opacity];
}

test('all layouts: depth, byte order, planes, predictor, alpha, inversion, extra samples', async () => {
  const kernel = await loadKernel();
  const random = new Random(11);
  for (let round = 0; round < 600; round++) {
    const colourSamples = random.pick<1 | 3>([1, 3]);
    const hasAlpha = random.real() < 0.5;
    const samplesPerPixel = colourSamples + (hasAlpha ? 1 : 0) + random.pick([0, 0, 0, 2]);
    const layout: SampleLayout = {
      bitsPerSample: random.pick<8 | 16>([8, 16]),
      samplesPerPixel,
      colourSamples,
      alpha: hasAlpha
        ? { sample: random.whole(colourSamples, samplesPerPixel - 1), associated: random.real() < 0.5 }
        : undefined,
      littleEndian: random.real() < 0.5,
      inverted: random.real() < 0.3,
      predictor: random.pick<'none' | 'horizontal'>(['none', 'horizontal']),
    };
    const planar = random.real() < 0.4;
    const [width, height] = [random.whole(1, 70), random.whole(1, 6)];
    const crop = { x: random.whole(0, width - 1), y: random.whole(0, height - 1), width: 0, height: 0 };
    crop.width = random.whole(1, width - crop.x);
    crop.height = random.whole(1, height - crop.y);
    const most = 2 ** layout.bitsPerSample - 1;
    const samples = Uint16Array.from({ length: width * height * samplesPerPixel }, () => random.whole(0, most));
    const planes = encode(samples, width, height, layout, planar);

    const target = kernel.raster(crop.width + 3, crop.height + 2, [1, 2, 3]);
    kernel.placeSamples(target, 2, 1, planes, layout, width, height, crop);
    const { data } = kernel.read(target, 4);
    for (let y = 0; y < target.height; y++) {
      for (let x = 0; x < target.width; x++) {
        const [sx, sy] = [x - 2, y - 1];
        const inside = sx >= 0 && sy >= 0 && sx < crop.width && sy < crop.height;
        const expected = inside ? meaning(samples, (crop.y + sy) * width + crop.x + sx, layout) : [1, 2, 3, 255];
        expected.forEach((value, channel) => {
          const found = data[(y * target.width + x) * 4 + channel] ?? -1;
          const off = Math.abs(found - value);
          if (off > 0.5 + 1e-9) {
            expect.fail(
              `round ${round}: ${found} for ${value} at ${x},${y},${channel}: ${JSON.stringify({ layout, planar })}`,
            );
          }
        });
      }
    }
    target.free();
  }
});

test('16 → 8 bit is round(v / 257) for every value, in both byte orders, in every path', async () => {
  const kernel = await loadKernel();
  const samples = Uint16Array.from({ length: 65536 }, (_, value) => value);
  const whole = { x: 0, y: 0, width: 256, height: 256 };
  const target = kernel.raster(256, 256);
  for (const littleEndian of [true, false]) {
    const layout = { ...plain, bitsPerSample: 16 as const, littleEndian };
    kernel.placeSamples(target, 0, 0, encode(samples, 256, 256, layout, false), layout, 256, 256, whole);
    const { data } = kernel.read(target, 1);
    expect(data.findIndex((found, value) => found !== Math.round(value / 257))).toBe(-1);
  }
  const pairs = Uint16Array.from({ length: 131072 }, (_, index) => (index & 1 ? index >> 1 : 0));
  const layout = {
    ...plain,
    bitsPerSample: 16 as const,
    samplesPerPixel: 2,
    alpha: { sample: 1, associated: true },
  };
  kernel.placeSamples(target, 0, 0, encode(pairs, 256, 256, layout, false), layout, 256, 256, whole);
  const { data } = kernel.read(target, 4);
  expect(data.findIndex((found, index) => index % 4 === 3 && found !== Math.round((index >> 2) / 257))).toBe(-1);
});

test('a tile that ends before its crop does is 502, one that ends after it is enough', async () => {
  const kernel = await loadKernel();
  const target = kernel.raster(8, 8);
  const place = (bytes: number, height: number) =>
    kernel.placeSamples(target, 0, 0, [new Uint8Array(bytes)], plain, 8, 8, { x: 0, y: 0, width: 8, height });
  expect(() => place(63, 8)).toThrow(expect.objectContaining({ status: 502 }));
  expect(() => place(40, 5)).not.toThrow();
});

test('layouts that contradict themselves are refused', async () => {
  const kernel = await loadKernel();
  const target = kernel.raster(4, 4);
  const place = (layout: SampleLayout, planes: number) =>
    kernel.placeSamples(
      target,
      0,
      0,
      Array.from({ length: planes }, () => new Uint8Array(1000)),
      layout,
      4,
      4,
      { x: 0, y: 0, width: 4, height: 4 },
    );
  expect(() => place({ ...plain, colourSamples: 3 }, 1)).toThrow(RangeError);
  expect(() => place({ ...plain, samplesPerPixel: 3, colourSamples: 3 }, 2)).toThrow(RangeError);
  expect(() => place({ ...plain, samplesPerPixel: 2, alpha: { sample: 2, associated: false } }, 1)).toThrow(RangeError);
  expect(() => place({ ...plain, samplesPerPixel: 1000 }, 1)).toThrow(RangeError);
  expect(() => place(plain, 0)).toThrow(RangeError);
});
