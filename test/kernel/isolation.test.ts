import { expect, test } from 'vitest';
import type { Filter } from '../../src/kernel/filters.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import type { Raster } from '../../src/kernel/raster.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';

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
  for (let round = 0; round < 400; round++) {
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
