import { describe, expect, it } from 'vitest';
import { MERGE_GAP, MERGED_LENGTH, mergeRanges, spanOf } from '../../src/source/merge-ranges.ts';

/** Groups of `offset+length` as they are written here. */
function merged(...ranges: readonly (readonly [offset: number, length: number])[]): string[] {
  const reads = ranges.map(([offset, length]) => ({ range: { offset, length } }));
  return mergeRanges(reads).map((group) => group.map(({ range }) => `${range.offset}+${range.length}`).join(' '));
}

describe('ranges', () => {
  it('that touch are one, whatever the order they are asked for in', () => {
    expect(merged([20, 10], [0, 10], [10, 10])).toEqual(['0+10 10+10 20+10']);
  });

  it('that lie apart by a small gap are one, by a larger one two', () => {
    expect(merged([0, 10], [10 + MERGE_GAP, 10])).toHaveLength(1);
    expect(merged([0, 10], [11 + MERGE_GAP, 10])).toHaveLength(2);
  });

  it('that overlap or hold one another are one, and their gap is counted from the farthest end', () => {
    expect(merged([0, 2000], [100, 10], [2000, 10])).toEqual(['0+2000 100+10 2000+10']);
  });

  it('are not merged beyond the limit', () => {
    const half = MERGED_LENGTH / 2;
    expect(merged([0, half], [half, half], [2 * half, half])).toEqual([
      `0+${half} ${half}+${half}`,
      `${2 * half}+${half}`,
    ]);
  });

  it('longer than the limit stay alone', () => {
    expect(merged([0, 10], [10, 2 * MERGED_LENGTH], [10 + 2 * MERGED_LENGTH, 10])).toHaveLength(3);
  });

  it('come in the order in which their groups were first asked for', () => {
    expect(merged([9000, 10], [0, 10], [5000, 10], [9010, 10])).toEqual(['9000+10 9010+10', '0+10', '5000+10']);
  });

  it('that are none make none', () => {
    expect(merged()).toEqual([]);
  });
});

it('the span of ranges holds all of them', () => {
  expect(
    spanOf([
      { offset: 50, length: 10 },
      { offset: 20, length: 100 },
    ]),
  ).toEqual({ offset: 20, length: 100 });
});
