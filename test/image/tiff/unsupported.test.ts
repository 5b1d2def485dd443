import { expect, test } from 'vitest';
import { readStructure } from '../../../src/image/open.ts';
import { countingObject } from '../counting-object.ts';
import { long, short, type TagValue, tiled, writeTiff } from './tiff-writer.ts';

const JPEG = { 259: short(7) };
const LZW = { 259: short(5) };
const GREY = { 258: short(8), 262: short(1), 277: short(1) };
const FOUR = { 258: short(8, 8, 8, 8), 277: short(4) };
const TO_JPEG = 'vips tiffsave in.tif out.tif --tile --pyramid --tile-width 512 --tile-height 512 --compression jpeg';

const cases: readonly (readonly [string, Readonly<Record<number, TagValue | undefined>>, readonly string[]])[] = [
  ['old-style JPEG', { 259: short(6) }, ['compression 6 (old-style JPEG', 'tiff2rgba', '--compression jpeg']],
  ['JPEG 2000 in planes', { 259: short(33005), 284: short(2) }, ['JPEG 2000 with RGB and 3 samples', TO_JPEG]],
  ['JPEG 2000 of a palette', { ...GREY, 259: short(34712), 262: short(3) }, ['JPEG 2000 with palette colour', TO_JPEG]],
  ['JPEG 2000 of 32 bits', { ...GREY, 259: short(34712), 258: short(32) }, ['per pixel of 32 bits']],
  ['LZMA', { 259: short(34925) }, ['compression 34925 (LZMA)']],
  ['an unheard-of compression', { 259: short(12345) }, ['compression 12345 (unknown)']],
  ['LERC with Deflate', { 259: short(34887), 50674: long(4, 1) }, ['LERC with a further compression']],
  ['inks other than CMYK', { ...FOUR, 262: short(5), 332: short(2) }, ['other inks than CMYK (InkSet 2, 4 inks)']],
  [
    'more inks than CMYK has',
    { 258: short(8, 8, 8, 8, 8), 277: short(5), 262: short(5), 332: short(1), 334: short(5) },
    ['5 inks'],
  ],
  ['ITU L*a*b*', { 262: short(10) }, ['photometric interpretation 10 (ITU L*a*b*']],
  ['palette of 16 bits', { ...GREY, 258: short(16), 262: short(3) }, ['palette colour of 16-bit samples']],
  ['CMYK of 32 bits', { ...FOUR, 258: short(32, 32, 32, 32), 262: short(5) }, ['separated of 32-bit samples']],
  ['YCbCr of 16 bits without JPEG', { 258: short(16, 16, 16), 262: short(6) }, ['YCbCr of 16-bit samples']],
  ['YCbCr in planes without JPEG', { 262: short(6), 284: short(2) }, ['YCbCr with 3 samples per pixel in separate']],
  ['YCbCr subsampled oddly', { 262: short(6), 530: short(3, 1) }, ['YCbCr subsampled by 3 and 1']],
  ['YCbCr with a predictor', { ...LZW, 262: short(6), 317: short(2) }, ['predictor 2 with YCbCr']],
  ['12 bits', { ...GREY, 258: short(12) }, ['12-bit samples', TO_JPEG]],
  ['12-bit JPEG', { ...JPEG, ...GREY, 258: short(12) }, ['12-bit samples in JPEG']],
  ['Group 4 of 8 bits', { ...GREY, 259: short(4) }, ['8-bit samples in CCITT Group 4']],
  ['Group 4 of three samples', { 259: short(4), 258: short(1, 1, 1) }, ['CCITT Group 4 with 3 samples per pixel']],
  ['unequal depths', { 258: short(5, 6, 5) }, ['5-bit and 6-bit samples']],
  ['64-bit floats', { ...GREY, 258: short(64), 339: short(3) }, ['64-bit floating-point samples', 'vips scale']],
  ['8-bit signed samples', { ...GREY, 339: short(2) }, ['8-bit signed samples', 'vips scale']],
  ['complex samples', { ...GREY, 258: short(32), 339: short(5) }, ['32-bit complex integer samples']],
  ['signed and unsigned samples', { 258: short(16, 16, 16), 339: short(1, 2, 1) }, ['unsigned and signed samples']],
  ['the floating-point predictor on integers', { 259: short(8), 317: short(3) }, ['predictor 3']],
  [
    'a predictor of 4 bits',
    { ...GREY, ...LZW, 258: short(4), 317: short(2) },
    ['predictor 2 with BlackIsZero of 4 bits'],
  ],
  ['100 samples side by side', { 258: short(...Array(100).fill(8)), 277: short(100) }, ['100 samples per pixel']],
  ['JPEG with alpha', { ...JPEG, ...FOUR, 338: short(2) }, ['JPEG with RGB and 4 samples', '--compression deflate']],
  ['JPEG in planes', { ...JPEG, 284: short(2) }, ['3 samples per pixel in separate planes']],
  ['inverted JPEG', { ...JPEG, ...GREY, 262: short(0) }, ['JPEG with WhiteIsZero']],
  ['L*a*b* as JPEG', { ...JPEG, 262: short(8) }, ['JPEG with CIE L*a*b*']],
  ['grey WebP', { ...GREY, 259: short(50001) }, ['WebP with BlackIsZero and 1 sample per pixel']],
  ['RGB of one sample', { ...GREY, 262: short(2) }, ['RGB with 1 sample per pixel']],
  ['two things at once', { 259: short(6), 262: short(10) }, ['compression 6', 'photometric interpretation 10']],
];

for (const [name, tags, words] of cases) {
  test(`${name}: 501 with its name and a remedy`, async () => {
    const error = await readStructure(countingObject(writeTiff([tiled(100, 100, 64, tags)])).read).catch((e) => e);
    expect(error).toMatchObject({ name: 'ImageServerError', status: 501 });
    for (const word of words) expect(error.message).toContain(word);
  });
}

test('one strip too large to be decoded at once: 501, but for one that can be read in pieces', async () => {
  const strip = { 322: undefined, 323: undefined };
  const opening = (compression: number) =>
    readStructure(
      countingObject(writeTiff([{ ...tiled(10_000, 10_000, 10_000, { ...strip, 259: short(compression) }) }])).read,
    );
  await expect(opening(5)).rejects.toMatchObject({ status: 501, message: expect.stringContaining('10000 × 10000') });
  expect(await opening(1)).toMatchObject({ width: 10_000 });
});
