import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TiledImage } from '../../src/image/image.ts';
import { planImage } from '../../src/render/planner.ts';
import { countingObject } from '../image/counting-object.ts';
import { openImage } from '../image/open-image.ts';
import { long, short, type TestDirectory, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { answer, decoded, pixelAt, resolved } from './subject.ts';

const SIDE = 128;
const COLOURS = { full: [200, 100, 50], level: [20, 200, 20] } as const;

/** Tiles of one colour: 256 × 256 pixels, halved once. */
function colours(side: number, colour: readonly number[], more = {}): TestDirectory {
  const samples = new Uint8Array(SIDE * SIDE * 3).map((_, index) => colour[index % 3] ?? 0);
  const tiles = Array.from({ length: (side / SIDE) ** 2 }, () => samples);
  return { tags: tiledTags(side, side, SIDE, more), tiles };
}

/** Opaque left of a line; the last tile is left out. */
function mask(side: number, edge: number, subfileType: number, more = {}): TestDirectory {
  const columns = side / SIDE;
  const tiles = Array.from({ length: columns ** 2 }, (_, index) => {
    if (index > 0 && index === columns ** 2 - 1) return undefined;
    const bits = new Uint8Array((SIDE / 8) * SIDE);
    const left = (index % columns) * SIDE;
    for (let at = 0; at < bits.length * 8; at++) {
      if (left + (at % SIDE) < edge) bits[at >> 3] = (bits[at >> 3] ?? 0) | (0x80 >> (at & 7));
    }
    return deflateSync(bits);
  });
  const one = { 254: long(subfileType), 258: short(1), 259: short(8), 262: short(4), 277: short(1), ...more };
  return { tags: tiledTags(side, side, SIDE, one), tiles };
}

const REDUCED = { 254: long(1) };
const chain = [
  colours(256, COLOURS.full),
  mask(256, 100, 4),
  colours(128, COLOURS.level, REDUCED),
  mask(128, 50, 5),
] as const;

const object = countingObject(writeTiff(chain));
let image: TiledImage;
beforeAll(async () => {
  image = await openImage(object.read);
});

test('a mask is alpha', () => {
  expect(image).toMatchObject({
    masked: true,
    colour: { alpha: 'unassociated' },
    levels: [{ masked: true }, { masked: true }],
  });
});

describe('a format with alpha', () => {
  test('shows what is masked as transparent, and so what the mask leaves out', async () => {
    for (const format of ['png', 'webp']) {
      const pixels = await decoded(await answer(image, `full/max/0/default.${format}`));
      expect(pixelAt(pixels, 99, 10)[3]).toBe(255);
      for (const [x, y] of [
        [100, 10],
        [255, 100],
        [200, 200],
      ] as const)
        expect(pixelAt(pixels, x, y)[3]).toBe(0);
    }
    const pixels = await decoded(await answer(image, 'full/max/0/default.png'));
    expect(pixelAt(pixels, 99, 10)).toEqual([...COLOURS.full, 255]);
  });

  test('is made from the smaller level, whose masked pixels nobody sees', async () => {
    const pixels = await decoded(await answer(image, 'full/128,128/0/default.png'));
    expect(pixelAt(pixels, 49, 10)).toEqual([...COLOURS.level, 255]);
    expect(pixelAt(pixels, 50, 10)[3]).toBe(0);
  });

  test('is scaled with edges of half transparency, and colours that masked pixels have no part in', async () => {
    // 100 of 128 pixels are 15.6 of 20.
    const pixels = await decoded(await answer(image, '0,0,128,128/20,20/0/default.png'));
    const [red, green, blue, alpha = 0] = pixelAt(pixels, 15, 5);
    expect([red, green, blue]).toEqual(COLOURS.level);
    expect(alpha).toBeGreaterThan(80);
    expect(alpha).toBeLessThan(220);
    expect(pixelAt(pixels, 14, 5)[3]).toBe(255);
    expect(pixelAt(pixels, 16, 5)[3]).toBe(0);
  });
});

describe('a format without alpha', () => {
  test('shows what is masked, from the full resolution, whose colours are whole', async () => {
    const pixels = await decoded(await answer(image, 'full/128,128/0/default.jpg'));
    for (const [x, y] of [
      [10, 10],
      [120, 120],
    ] as const) {
      for (const [channel, value] of COLOURS.full.entries()) {
        expect(Math.abs((pixelAt(pixels, x, y)[channel] ?? 0) - value)).toBeLessThan(4);
      }
    }
  });

  test('reads no mask', async () => {
    object.reset();
    await answer(image, '0,0,128,128/128,128/0/default.jpg');
    expect(object.ranges).toHaveLength(1);
    object.reset();
    await answer(image, '0,0,128,128/128,128/0/default.png');
    expect(object.ranges).toHaveLength(2);
  });
});

describe('what is no mask of the image', () => {
  const opened = (...directories: readonly TestDirectory[]) => openImage(countingObject(writeTiff(directories)).read);
  const [full] = chain;

  test('one of another size, of other tiles, or of more bits is left out', async () => {
    const other = [
      mask(128, 50, 4),
      mask(256, 50, 4, { 322: long(256), 323: long(256) }),
      mask(256, 50, 4, { 258: short(8) }),
    ];
    for (const directory of other) {
      expect((await opened(full, directory)).colour.alpha).toBe('none');
    }
  });

  test('an alpha that the image has of its own stays what it is', async () => {
    const rgba = { 258: short(8, 8, 8, 8), 277: short(4), 338: short(1) };
    const found = await opened(colours(256, COLOURS.full, rgba), mask(256, 50, 4));
    expect(found.colour.alpha).toBe('associated');
  });
});

test('a stored WebP tile goes as it is only where it has no mask', async () => {
  const webp = { 259: short(50_001) };
  const file = (...masks: readonly TestDirectory[]) =>
    openImage(countingObject(writeTiff([colours(256, COLOURS.full, webp), ...masks])).read);
  const planned = async (each: TiledImage) =>
    planImage(each, resolved(each, '0,0,128,128/128,128/0/default.webp')).kind;
  expect(await planned(await file())).toBe('passthrough');
  expect(await planned(await file(mask(256, 50, 4)))).toBe('render');
});
