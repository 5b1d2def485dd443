import { expect, test } from 'vitest';
import { verdictOf } from '../../demo/compare/verdict.ts';

test('the verdict speaks for whoever was faster', () => {
  const plain = { bytes: 1_000_000, milliseconds: 1000 };
  expect(verdictOf({ bytes: 50_000, milliseconds: 250 }, plain)).toBe(
    'The first view took 5% of the file, and was there 4 times as fast as the download. ' +
      'Over a line of 10 megabits a second, the bytes alone would take 0.04 seconds and 0.8 seconds.',
  );
  expect(verdictOf({ bytes: 50_000, milliseconds: 2000 }, plain)).toContain('in 2 times the time of the download');
});
