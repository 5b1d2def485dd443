import { expect, test } from 'vitest';
import { isHalved, isReduction, sameAspect, scaleOf, strictlySmaller } from '../../../src/image/tiff/pyramid.ts';

const size = (width: number, height: number) => ({ width, height });
test('the scale is an integer where sides are rounded up or down', () => {
  expect(scaleOf(size(1500, 1000), size(187, 125))).toBe(8);
  expect(scaleOf(size(1500, 1000), size(188, 125))).toBe(8);
  expect(scaleOf(size(901, 700), size(226, 175))).toBe(4);
  expect(scaleOf(size(6028, 3391), size(376, 211))).toBe(16);
  expect(scaleOf(size(1000, 700), size(333, 234))).toBe(3);
});

test('a tiny level takes the power of two among the scales that fit', () => {
  expect(scaleOf(size(4000, 3000), size(3, 2))).toBe(1024);
  expect(scaleOf(size(5000, 3), size(19, 1))).toBe(256);
});

test('any other ratio is kept as it is', () => {
  expect(scaleOf(size(1000, 500), size(400, 200))).toBe(2.5);
});

test('one rounding step is the same aspect, a crop is not', () => {
  expect(sameAspect(size(1500, 1001), size(187, 126))).toBe(true);
  expect(sameAspect(size(1000, 1000), size(1, 1))).toBe(true);
  expect(sameAspect(size(1500, 1000), size(750, 480))).toBe(false);
  expect(sameAspect(size(1500, 1000), size(200, 200))).toBe(false);
});

test('a reduction is smaller and of the same aspect; a halved one is so by a power of two', () => {
  const full = size(1000, 700);
  expect(isReduction(full, size(950, 665))).toBe(true);
  expect(isReduction(full, size(1000, 700))).toBe(false);
  expect(isReduction(full, size(200, 200))).toBe(false);
  expect(isReduction(size(500, 350), full)).toBe(false);
  expect(isHalved(full, size(500, 350))).toBe(true);
  expect(isHalved(full, size(125, 88))).toBe(true);
  expect(isHalved(full, size(333, 233))).toBe(false);
  expect(isHalved(full, size(499, 349))).toBe(false);
});

test('levels are ordered, and of equal ones the first stays', () => {
  const first = { ...size(50, 40), name: 'first' };
  const second = { ...size(50, 40), name: 'second' };
  expect(strictlySmaller(size(100, 80), [size(25, 20), size(100, 80), first, second])).toEqual([first, size(25, 20)]);
});
