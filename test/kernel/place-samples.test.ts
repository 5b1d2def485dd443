import { expect, test } from 'vitest';
import { isWindowed, type SampleLayout } from '../../src/kernel/sample-layout.ts';
import { loadKernel } from './load.ts';
import { Random } from './random.ts';
import { encodeTile, numberOf, pixelOf, randomBits } from './reference-samples.ts';

const plain: SampleLayout = {
  bitsPerSample: 8,
  samplesPerPixel: 1,
  colourSamples: 1,
  littleEndian: true,
  inverted: false,
  predictor: 'none',
};

type Depth = Pick<SampleLayout, 'bitsPerSample' | 'format' | 'predictor'>;

const depths: readonly [Depth, ...Depth[]] = [
  { bitsPerSample: 1, predictor: 'none' },
  { bitsPerSample: 2, predictor: 'none' },
  { bitsPerSample: 4, predictor: 'none' },
  ...([8, 16, 32] as const).flatMap((bitsPerSample) => [
    { bitsPerSample, predictor: 'none' as const },
    { bitsPerSample, predictor: 'horizontal' as const },
  ]),
  ...([16, 32] as const).map((bitsPerSample) => ({
    bitsPerSample,
    format: 'signed' as const,
    predictor: 'none' as const,
  })),
  { bitsPerSample: 32, format: 'float', predictor: 'horizontal' },
  ...([16, 24, 32] as const).flatMap((bitsPerSample) => [
    { bitsPerSample, format: 'float' as const, predictor: 'none' as const },
    { bitsPerSample, format: 'float' as const, predictor: 'floating' as const },
  ]),
];

function randomLayout(random: Random): SampleLayout {
  const depth = random.pick(depths);
  const colourSamples = random.pick<1 | 3 | 4>([1, 3, 3, 4]);
  const hasAlpha = colourSamples !== 4 && random.real() < 0.5;
  const samplesPerPixel = colourSamples + (hasAlpha ? 1 : 0) + random.pick([0, 0, 0, 2]);
  const associated = depth.format !== 'signed' && random.real() < 0.5;
  const layout: SampleLayout = {
    ...depth,
    samplesPerPixel,
    colourSamples,
    alpha: hasAlpha ? { sample: random.whole(colourSamples, samplesPerPixel - 1), associated } : undefined,
    littleEndian: random.real() < 0.5,
    inverted: random.real() < 0.3,
  };
  if (depth.bitsPerSample < 16 || random.real() < 0.5) return layout;
  const ends = [randomBits(random, layout), randomBits(random, layout)].map((bits) => numberOf(bits, layout));
  const [min = 0, max = 0] = ends.sort((a, b) => a - b);
  const from = layout.alpha?.associated ? 0 : min;
  return Number.isFinite(max - from) && max > from ? { ...layout, window: { min: from, max } } : layout;
}

/** Within the half that rounding makes; 16 bits on the way to a division add a little, which faint alpha enlarges. */
function isNear(found: readonly number[], expected: readonly number[], layout: SampleLayout): boolean {
  const inBetween = layout.alpha?.associated && isWindowed(layout);
  const [, , , alpha = 0] = expected;
  return expected.every((value, channel) => {
    const level = found[channel] ?? -1;
    const seen = inBetween && channel < 3 ? alpha / 255 : 1;
    return Math.abs(level - value) * seen <= (inBetween ? 0.51 : 0.5 + 1e-9);
  });
}

test('all layouts: depth, format, byte order, planes, predictor, window, alpha, inversion, extra samples', async () => {
  const kernel = await loadKernel();
  const random = new Random(11);
  for (let round = 0; round < 1500; round++) {
    const layout = randomLayout(random);
    const planar = random.real() < 0.4;
    const [width, height] = [random.whole(1, 70), random.whole(1, 6)];
    const crop = { x: random.whole(0, width - 1), y: random.whole(0, height - 1), width: 0, height: 0 };
    crop.width = random.whole(1, width - crop.x);
    crop.height = random.whole(1, height - crop.y);
    const bits = Array.from({ length: width * height * layout.samplesPerPixel }, () => randomBits(random, layout));
    const planes = encodeTile(bits, width, height, layout, planar);

    const target = kernel.raster(crop.width + 3, crop.height + 2, [1, 2, 3]);
    kernel.placeSamples(target, 2, 1, planes, layout, width, height, crop);
    const { data } = kernel.read(target, 4);
    for (let y = 0; y < target.height; y++) {
      for (let x = 0; x < target.width; x++) {
        const [sx, sy] = [x - 2, y - 1];
        const inside = sx >= 0 && sy >= 0 && sx < crop.width && sy < crop.height;
        const expected = inside ? pixelOf(bits, (crop.y + sy) * width + crop.x + sx, layout) : [1, 2, 3, 255];
        const found = [...data.subarray((y * target.width + x) * 4, (y * target.width + x) * 4 + 4)];
        if (!isNear(found, expected, layout)) {
          expect.fail(`round ${round}: ${found} for ${expected} at ${x},${y}: ${JSON.stringify({ layout, planar })}`);
        }
      }
    }
    target.free();
  }
});

test('every 16-bit float, and 24-bit ones of every exponent, are their values, in both byte orders', async () => {
  const kernel = await loadKernel();
  const target = kernel.raster(256, 256);
  const whole = { x: 0, y: 0, width: 256, height: 256 };
  for (const bitsPerSample of [16, 24] as const) {
    const bits = Array.from({ length: 65536 }, (_, index) =>
      bitsPerSample === 16 ? index : index * 256 + (index & 255),
    );
    for (const window of [
      { min: 0, max: 1 },
      { min: -70_000, max: 65_504 },
      { min: -1e-5, max: 2e-5 },
    ]) {
      for (const littleEndian of [true, false]) {
        const layout = { ...plain, bitsPerSample, format: 'float', littleEndian, window } as const;
        kernel.placeSamples(target, 0, 0, encodeTile(bits, 256, 256, layout, false), layout, 256, 256, whole);
        const { data } = kernel.read(target, 1);
        const wrong = bits.findIndex(
          (_, i) => Math.abs((data[i] ?? -1) - (pixelOf(bits, i, layout)[0] ?? 0)) > 0.5 + 1e-9,
        );
        expect(wrong).toBe(-1);
      }
    }
  }
});

test('a window narrower than the precision of its place in float32 still has 256 levels', async () => {
  const kernel = await loadKernel();
  const bits = Array.from({ length: 256 }, (_, index) => 0x80000000 - 500 + index);
  const layout = { ...plain, bitsPerSample: 32, window: { min: 0x80000000 - 500, max: 0x80000000 - 245 } } as const;
  const target = kernel.raster(256, 1);
  const whole = { x: 0, y: 0, width: 256, height: 1 };
  kernel.placeSamples(target, 0, 0, encodeTile(bits, 256, 1, layout, false), layout, 256, 1, whole);
  expect([...kernel.read(target, 1).data]).toEqual(Array.from({ length: 256 }, (_, level) => level));
});

test('predictors of every depth and distance are exact over long rows', async () => {
  const kernel = await loadKernel();
  const random = new Random(12);
  for (const { bitsPerSample, format, predictor } of depths) {
    if (predictor === 'none') continue;
    for (const samplesPerPixel of [1, 2, 3, 4, 5, 9]) {
      const layout = { ...plain, bitsPerSample, format, samplesPerPixel, predictor };
      const bits = Array.from({ length: 301 * 2 * samplesPerPixel }, () => randomBits(random, layout));
      const [target, expected] = [kernel.raster(301, 2), kernel.raster(301, 2)];
      const whole = { x: 0, y: 0, width: 301, height: 2 };
      const stored = { ...layout, predictor: 'none' as const };
      kernel.placeSamples(target, 0, 0, encodeTile(bits, 301, 2, layout, false), layout, 301, 2, whole);
      kernel.placeSamples(expected, 0, 0, encodeTile(bits, 301, 2, stored, false), stored, 301, 2, whole);
      const same = Buffer.compare(kernel.read(target, 4).data, kernel.read(expected, 4).data) === 0;
      expect(same, `${format} ${bitsPerSample} ${predictor} ${samplesPerPixel}`).toBe(true);
    }
  }
});

test('16 → 8 bit is round(v / 257) for every value, in both byte orders, in every path', async () => {
  const kernel = await loadKernel();
  const samples = Uint16Array.from({ length: 65536 }, (_, value) => value);
  const whole = { x: 0, y: 0, width: 256, height: 256 };
  const target = kernel.raster(256, 256);
  for (const littleEndian of [true, false]) {
    const layout = { ...plain, bitsPerSample: 16 as const, littleEndian };
    kernel.placeSamples(target, 0, 0, encodeTile(samples, 256, 256, layout, false), layout, 256, 256, whole);
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
  kernel.placeSamples(target, 0, 0, encodeTile(pairs, 256, 256, layout, false), layout, 256, 256, whole);
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
  const impossible: readonly Partial<SampleLayout>[] = [
    { bitsPerSample: 8, format: 'signed' },
    { bitsPerSample: 8, window: { min: 0, max: 100 } },
    { bitsPerSample: 4, predictor: 'horizontal' },
    { bitsPerSample: 16, predictor: 'floating' },
    { bitsPerSample: 24 },
    { bitsPerSample: 24, format: 'float', predictor: 'horizontal' },
    { bitsPerSample: 16, window: { min: 5, max: 5 } },
    { bitsPerSample: 16, window: { min: 0, max: Number.POSITIVE_INFINITY } },
    { bitsPerSample: 16, window: { min: Number.NaN, max: 1 } },
    { bitsPerSample: 16, window: { min: 1, max: 9 }, samplesPerPixel: 2, alpha: { sample: 1, associated: true } },
    { colourSamples: 4, samplesPerPixel: 5, alpha: { sample: 4, associated: false } },
  ];
  for (const layout of impossible) {
    expect(() => place({ ...plain, ...layout }, 1), JSON.stringify(layout)).toThrow(RangeError);
  }
  expect(() => place(plain, 0)).toThrow(RangeError);
});
