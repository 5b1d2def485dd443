import { expect, test } from 'vitest';
import { joinedRanges } from '../../../src/image/jp2/joined-ranges.ts';
import type { ByteRange } from '../../../src/source/source.ts';

const KB = 1024;

/** Ranges of 8 KB with these gaps between them. */
function spaced(gaps: readonly number[]): ByteRange[] {
  let offset = 5000;
  const ranges = [{ offset, length: 8 * KB }];
  for (const gap of gaps) {
    offset += 8 * KB + gap;
    ranges.push({ offset, length: 8 * KB });
  }
  return ranges;
}

const total = (ranges: readonly ByteRange[]) => ranges.reduce((sum, { length }) => sum + length, 0);

test('neighbours are one range, in whatever order they come, and so are those up to 16 KB apart', () => {
  const ranges = spaced([0, 16 * KB, 16 * KB + 1]);
  expect(joinedRanges(ranges.toReversed())).toEqual([
    { offset: 5000, length: 40 * KB },
    { offset: 5000 + 56 * KB + 1, length: 8 * KB },
  ]);
  expect(joinedRanges([])).toEqual([]);
});

test('ranges within others are read with them', () => {
  expect(
    joinedRanges([
      { offset: 0, length: 100 },
      { offset: 10, length: 5 },
      { offset: 50, length: 60 },
    ]),
  ).toEqual([{ offset: 0, length: 110 }]);
});

test('up to 14 ranges are left alone; of more, the shortest gaps are read along', () => {
  const wide = new Array<number>(13).fill(40 * KB);
  expect(joinedRanges(spaced(wide))).toHaveLength(14);
  const mixed = joinedRanges(spaced([...wide, 20 * KB, 25 * KB, 30 * KB]));
  expect(mixed).toHaveLength(14);
  expect(total(mixed)).toBe(17 * 8 * KB + 75 * KB);
});

test('not more than 1,408 KB are read for it, and no gap above 128 KB', () => {
  const long = spaced(new Array<number>(60).fill(50 * KB)).map(({ offset }) => ({ offset, length: 22 * KB }));
  expect(total(joinedRanges(long))).toBe(61 * 22 * KB + 36 * KB);
  const far = spaced(new Array<number>(20).fill(129 * KB));
  expect(joinedRanges(far)).toHaveLength(21);
});

test('long ranges are read in pieces of a megabyte', () => {
  expect(joinedRanges([{ offset: 7, length: 2.5 * 2 ** 20 }])).toEqual([
    { offset: 7, length: 2 ** 20 },
    { offset: 7 + 2 ** 20, length: 2 ** 20 },
    { offset: 7 + 2 * 2 ** 20, length: 2 ** 19 },
  ]);
});
