import { expect, test } from 'vitest';
import { stepOf } from '../../src/viewer/strip-keys.ts';

test('arrow keys lead where they point, in books from right to left as well', () => {
  const steps = (isRightToLeft: boolean) =>
    ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'Enter'].map((key) => stepOf(key, { isRightToLeft, count: 9 }));
  expect(steps(false)).toEqual([-1, 1, -9, 9, undefined]);
  expect(steps(true)).toEqual([1, -1, -9, 9, undefined]);
});
