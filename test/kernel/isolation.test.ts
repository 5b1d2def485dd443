import { expect, test } from 'vitest';
import { prepareMatrix } from '../../src/kernel/colour-matrix.ts';
import { type PreparedTable, prepareTable } from '../../src/kernel/colour-table.ts';
import type { Filter } from '../../src/kernel/filters.ts';
import type { Rect } from '../../src/kernel/geometry.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import type { IndexLayout } from '../../src/kernel/place-indexed.ts';
import type { Raster } from '../../src/kernel/raster.ts';
import type { SampleLayout } from '../../src/kernel/sample-layout.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';

const matrix = prepareMatrix({ curves: [1, 2, 3], matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] });

const tables: readonly [PreparedTable, PreparedTable] = [
  prepareTable({ inputs: 3, grid: 3, nodes: new Random(98).bytes(81) }),
  prepareTable({ inputs: 4, grid: 3, nodes: new Random(98).bytes(243) }),
];

const any = { littleEndian: false, inverted: true, samplesPerPixel: 4, colourSamples: 3 } as const;
const layouts: readonly [SampleLayout, ...SampleLayout[]] = [
  { ...any, bitsPerSample: 1, predictor: 'none' },
  { ...any, bitsPerSample: 8, predictor: 'horizontal', alpha: { sample: 3, associated: true } },
  { ...any, bitsPerSample: 16, predictor: 'horizontal', alpha: { sample: 3, associated: true } },
  { ...any, bitsPerSample: 24, format: 'float', predictor: 'floating' },
  { ...any, bitsPerSample: 32, format: 'float', predictor: 'floating', alpha: { sample: 3, associated: true } },
  { ...any, bitsPerSample: 32, predictor: 'horizontal', colourSamples: 4 },
];

const indexed: readonly [IndexLayout, ...IndexLayout[]] = [
  { bitsPerSample: 1, samplesPerPixel: 1, predictor: 'none', palette: new Random(97).bytes(8) },
  { bitsPerSample: 4, samplesPerPixel: 1, predictor: 'none', palette: new Random(97).bytes(64) },
  { bitsPerSample: 8, samplesPerPixel: 1, predictor: 'horizontal', palette: new Random(97).bytes(1024) },
];

/** The part of a tile of 8 × 8 pixels that fits a place. */
function tile({ width, height }: Rect): Rect {
  return { x: 0, y: 0, width: Math.min(8, width), height: Math.min(8, height) };
}

/** One random operation on a source; what it makes, if anything. */
function operate(kernel: Kernel, source: Raster, random: Random): Raster | undefined {
  const rect = { x: random.whole(0, source.width - 1), y: random.whole(0, source.height - 1), width: 1, height: 1 };
  rect.width = random.whole(1, source.width - rect.x);
  rect.height = random.whole(1, source.height - rect.y);
  const filter = random.pick<Filter>(['area', 'mitchell', 'lanczos3']);
  const operations: [() => Raster | undefined, ...(() => Raster | undefined)[]] = [
    () => kernel.resample(source, rect, random.whole(1, 70), random.whole(1, 70), filter),
    () => kernel.reduce(source, random.whole(1, 8)),
    () => kernel.rotate(source, random.real() * 360),
    () => kernel.turn(source, random.pick<1 | 2 | 3>([1, 2, 3])),
    () => kernel.crop(source, rect),
    () => void kernel.mirror(source),
    () => void kernel.grey(source),
    () => void kernel.applyMatrix(source, matrix, rect),
    () => void kernel.applyTable(source, random.pick(tables), rect),
    () =>
      void kernel.placeSamples(source, rect.x, rect.y, [random.bytes(4000)], random.pick(layouts), 8, 8, tile(rect)),
    () => void kernel.placeIndexed(source, rect.x, rect.y, random.bytes(64), random.pick(indexed), 8, 8, tile(rect)),
    () => kernel.resample(source, rect, 1, 1, filter, { reducingGap: 1 }),
    () => void kernel.bitonal(source),
    () => void kernel.flatten(source, [1, 2, 3]),
    () => void kernel.read(source, random.pick<1 | 3 | 4>([1, 3, 4])),
  ];
  return random.pick(operations)();
}

test('no operation writes outside the raster it makes or changes', async () => {
  const kernel = await loadKernel();
  const random = new Random(99);
  const guards: { raster: Raster; content: Uint8Array }[] = [];
  for (let round = 0; round < 600; round++) {
    const source = rasterOf(kernel, random.noise(random.whole(1, 70), random.whole(1, 70), random.real() < 0.5));
    const pixels = random.noise(random.whole(1, 40), random.whole(1, 3), false);
    guards.push({ raster: rasterOf(kernel, pixels), content: pixels.data });
    // Gaps between the guards are where later results land.
    if (guards.length > 12) guards.splice(random.whole(0, guards.length - 1), 1)[0]?.raster.free();
    const result = operate(kernel, source, random);
    for (const { raster, content } of guards) {
      expect(Buffer.compare(kernel.read(raster, 4).data, content), `round ${round}`).toBe(0);
    }
    source.free();
    result?.free();
  }
  for (const { raster } of guards) raster.free();
  expect(kernel.liveRasters).toBe(0);
});
