import { describe, expect, test } from 'vitest';
import { type DirectoryShape, rolesOfPage } from '../../../src/image/tiff/roles.ts';

/** A directory of tiled RGB without any mark. */
const shape = (width: number, height: number, more: Partial<DirectoryShape> = {}): DirectoryShape => ({
  width,
  height,
  subfileType: 0,
  photometric: 2,
  samplesPerPixel: 3,
  tiled: true,
  hasSubIfds: false,
  pageNumber: undefined,
  ...more,
});

const full = shape(1000, 700);
const [half, quarter] = [shape(500, 350), shape(250, 175)];
const reduced = (directory: DirectoryShape) => ({ ...directory, subfileType: 1 });
const page = (directory: DirectoryShape) => ({ ...directory, subfileType: 2 });
const mask = (directory: DirectoryShape) => ({ ...directory, subfileType: 5 });
const strips = (directory: DirectoryShape) => ({ ...directory, tiled: false });
const numbered = (directory: DirectoryShape, pageNumber: number) => ({ ...page(directory), pageNumber });

const ended = (...chain: readonly DirectoryShape[]) => rolesOfPage(chain, true);

describe('levels', () => {
  test('marked as reduced, in any order, with masks between them', () => {
    expect(ended(full, mask(full), reduced(quarter), reduced(half), mask(half))).toEqual([
      'full',
      'mask',
      'level',
      'level',
      'mask',
    ]);
  });

  test('marked as reduced by any ratio, and as a page besides', () => {
    expect(ended(full, reduced(shape(950, 665)))).toEqual(['full', 'level']);
    expect(ended(full, { ...half, subfileType: 3 })).toEqual(['full', 'level']);
  });

  test('unmarked, halved, in tiles', () => {
    expect(ended(full, half, quarter)).toEqual(['full', 'level', 'level']);
    expect(ended(full, quarter, shape(63, 44))).toEqual(['full', 'level', 'level']);
  });

  test('all marked as one and the same page, as ImageMagick writes them, in strips too', () => {
    expect(ended(numbered(full, 0), numbered(half, 0), numbered(quarter, 0))).toEqual(['full', 'level', 'level']);
    const chain = [full, half, quarter].map((each) => strips(numbered(each, 0)));
    expect(ended(...chain)).toEqual(['full', 'level', 'level']);
  });

  test('around a thumbnail in strips, as slide scanners write them, and before label and overview', () => {
    const thumbnail = strips(shape(300, 211));
    const label = strips(reduced(shape(400, 420)));
    expect(ended(full, thumbnail, quarter, label, { ...label, subfileType: 9 })).toEqual([
      'full',
      'other',
      'level',
      'other',
      'other',
    ]);
  });
});

describe('pages', () => {
  const one = ['full'];

  test('of the same size, or larger, or a few pixels smaller', () => {
    expect(ended(full, full)).toEqual(one);
    expect(ended(full, shape(1400, 980))).toEqual(one);
    expect(ended(full, shape(999, 699))).toEqual(one);
  });

  test('of exactly half the size, in strips', () => {
    expect(ended(strips(full), strips(half))).toEqual(one);
    expect(ended(full, strips(half))).toEqual(one);
  });

  test('of exactly half the size, marked as a page', () => {
    expect(ended(full, page(half))).toEqual(one);
    expect(ended(page(full), page(half))).toEqual(one);
    expect(ended(page(full), half)).toEqual(one);
  });

  test('of exactly half the size, with a number of its own', () => {
    expect(ended(numbered(full, 0), numbered(half, 1))).toEqual(one);
    expect(ended({ ...full, pageNumber: 0 }, { ...half, pageNumber: 1 })).toEqual(one);
    expect(ended(full, { ...half, pageNumber: 1 })).toEqual(one);
  });

  test('of exactly half the size, with other samples', () => {
    expect(ended(full, { ...half, photometric: 1, samplesPerPixel: 1 })).toEqual(one);
  });

  test('of exactly half the size, after a pyramid whose levels are marked', () => {
    expect(ended(full, reduced(half), half)).toEqual(['full', 'level']);
  });

  test('of exactly half the size, with marked levels of its own', () => {
    expect(ended(full, half, reduced(quarter))).toEqual(one);
  });

  test('of exactly half the size, each with its levels in SubIFDs', () => {
    expect(ended({ ...full, hasSubIfds: true }, { ...half, hasSubIfds: true })).toEqual(one);
    expect(ended({ ...full, hasSubIfds: true }, half)).toEqual(one);
  });

  test('all of half the size of the cover', () => {
    expect(ended(full, half, half, half)).toEqual(one);
  });

  test('each an unmarked pyramid', () => {
    expect(ended(full, half, quarter, full, half, quarter)).toEqual(['full', 'level', 'level']);
  });

  test('in strips and smaller, after one in tiles', () => {
    const card = strips(shape(400, 500));
    expect(ended(full, card)).toEqual(one);
    expect(ended(full, card, card, card, card, half)).toEqual(one);
    expect(ended(full, card, reduced(strips(shape(200, 250))))).toEqual(one);
  });
});

describe('what a later directory may tell', () => {
  test('nothing more once a page has begun', () => {
    expect(rolesOfPage([full, full], false)).toEqual(['full']);
    expect(rolesOfPage([full, reduced(half), page(full)], false)).toEqual(['full', 'level']);
  });

  test('whether there are more levels, or an unmarked level is a page', () => {
    expect(rolesOfPage([full], false)).toBeUndefined();
    expect(rolesOfPage([full, reduced(half)], false)).toBeUndefined();
    expect(rolesOfPage([full, half], false)).toBeUndefined();
    expect(rolesOfPage([full, strips(half)], false)).toBeUndefined();
  });
});
