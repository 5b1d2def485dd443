import { expect, test } from 'vitest';
import { unitRanges } from '../../../src/image/jp2/unit.ts';
import { countingObject } from '../counting-object.ts';
import { hasOpj, OpjFolder } from './opj.ts';
import { decodeArea, readStructureOf, type Samples, unitReader } from './regions.ts';

const SIDE = { width: 2800, height: 2000 };
const REDUCE = 3;
const AREA = { x0: 0, y0: 0, x1: SIDE.width >> REDUCE, y1: SIDE.height >> REDUCE };

test.skipIf(!hasOpj)('the first layers are enough for a draft, and the eye', { timeout: 120_000 }, async () => {
  const folder = new OpjFolder(new URL('../../../demo/images/nuthatch.jpg', import.meta.url), SIDE.width, SIDE.height);
  try {
    const bytes = await folder.compress('layers.jp2', 'rgb', ['-p', 'LRCP', '-n', '5', '-PLT', '-r', '40,20,10']);
    const object = countingObject(bytes);
    const structure = await readStructureOf(object.read, bytes.length);
    const cost = async (isDraft: boolean) => {
      const reader = { ...unitReader(structure, object.read), isDraft };
      const ranges = await unitRanges(reader, AREA, REDUCE, {});
      const samples = await decodeArea(reader, structure, AREA, REDUCE);
      return { bytes: ranges.reduce((sum, { length }) => sum + length, 0), samples };
    };
    const [all, draft] = [await cost(false), await cost(true)];
    expect(draft.bytes).toBeLessThan(0.9 * all.bytes);
    expect(likeness(all.samples, draft.samples)).toBeGreaterThan(45);
  } finally {
    folder.remove();
  }
});

/** PSNR in dB. */
function likeness(a: Samples, b: Samples): number {
  expect([b.width, b.height]).toEqual([a.width, a.height]);
  let squares = 0;
  for (const [index, value] of a.values.entries()) squares += (value - (b.values[index] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (squares / a.values.length));
}
