import { expect, test } from 'vitest';
import { readStructure } from '../../../src/image/open.ts';
import { countingObject } from '../counting-object.ts';
import { short, type TagValue, tiled, writeTiff } from './tiff-writer.ts';

const JPEG = { 259: short(7) };
const GREY = { 258: short(8), 262: short(1), 277: short(1) };
const FOUR = { 258: short(8, 8, 8, 8), 277: short(4) };
const TO_JPEG = 'vips tiffsave in.tif out.tif --tile --pyramid --tile-width 512 --tile-height 512 --compression jpeg';

const cases: readonly (readonly [string, Readonly<Record<number, TagValue | undefined>>, readonly string[]])[] = [
  ['LZW', { 259: short(5) }, ['compression 5 (LZW)', TO_JPEG]],
  ['old-style JPEG', { 259: short(6) }, ['compression 6 (old-style JPEG', TO_JPEG]],
  ['Zstandard', { 259: short(50000) }, ['compression 50000 (Zstandard)']],
  ['JPEG 2000', { 259: short(33005) }, ['compression 33005 (Aperio JPEG 2000']],
  ['an unheard-of compression', { 259: short(12345) }, ['compression 12345 (unknown)']],
  ['CMYK', { ...FOUR, 262: short(5) }, ['photometric interpretation 5 (CMYK', 'vips colourspace in.tif']],
  ['CMYK as JPEG', { ...JPEG, ...FOUR, 262: short(5) }, ['5 (CMYK)']],
  ['palette', { ...GREY, 262: short(3) }, ['3 (palette colour', TO_JPEG]],
  ['CIE Lab', { 262: short(8) }, ['8 (CIE L*a*b*', 'vips colourspace']],
  ['YCbCr without JPEG', { 262: short(6) }, ['6 (YCbCr) in another compression than JPEG']],
  ['1 bit', { ...GREY, 258: short(1) }, ['1-bit samples', TO_JPEG]],
  ['12-bit JPEG', { ...JPEG, ...GREY, 258: short(12) }, ['12-bit samples in JPEG']],
  ['unequal depths', { 258: short(5, 6, 5) }, ['5-bit and 6-bit samples']],
  [
    '32-bit floats',
    { ...GREY, 258: short(32), 339: short(3), 317: short(3) },
    ['floating-point samples', 'vips scale'],
  ],
  ['signed samples', { ...GREY, 339: short(2) }, ['signed samples']],
  ['the floating-point predictor on integers', { 259: short(8), 317: short(3) }, ['predictor 3']],
  ['reversed bits', { 266: short(2) }, ['FillOrder 2']],
  ['JPEG with alpha', { ...JPEG, ...FOUR, 338: short(2) }, ['JPEG with RGB and 4 samples', '--compression deflate']],
  ['JPEG in planes', { ...JPEG, 284: short(2) }, ['3 samples per pixel in separate planes']],
  ['inverted JPEG', { ...JPEG, ...GREY, 262: short(0) }, ['JPEG with WhiteIsZero']],
  ['grey WebP', { ...GREY, 259: short(50001) }, ['WebP with BlackIsZero and 1 sample per pixel']],
  ['RGB of one sample', { ...GREY, 262: short(2) }, ['RGB with 1 sample per pixel']],
  ['strips', { 322: undefined, 323: undefined }, ['strips instead of tiles', TO_JPEG]],
  ['two things at once', { 259: short(5), 322: undefined }, ['compression 5 (LZW), strips instead of tiles']],
];

for (const [name, tags, words] of cases) {
  test(`${name}: 501 with its name and a remedy`, async () => {
    const error = await readStructure(countingObject(writeTiff([tiled(100, 100, 64, tags)])).read).catch((e) => e);
    expect(error).toMatchObject({ name: 'ImageServerError', status: 501 });
    for (const word of words) expect(error.message).toContain(word);
  });
}
