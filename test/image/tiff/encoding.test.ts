import { describe, expect, test } from 'vitest';
import type { SamplesEncoding } from '../../../src/image/image.ts';
import { structureOf } from './read-tiff.ts';
import { long, short, type TagValue, type TiffOptions, tiled } from './tiff-writer.ts';

type Tags = Readonly<Record<number, TagValue | undefined>>;

const GREY = { 258: short(8), 262: short(1), 277: short(1) };
const FOUR = { 258: short(8, 8, 8, 8), 277: short(4) };
const floats = (...values: readonly number[]): TagValue => ({ type: 11, values });
const rationals = (...values: readonly number[]): TagValue => ({ type: 5, values });

async function read(tags: Tags, options?: TiffOptions) {
  const structure = await structureOf([tiled(100, 80, 64, tags)], options);
  const [level] = structure.levels;
  if (!level) throw new Error('no level');
  return { structure, level, encoding: level.encoding };
}

async function samples(tags: Tags, options?: TiffOptions): Promise<SamplesEncoding> {
  const { encoding } = await read(tags, options);
  if (encoding.kind !== 'samples') throw new Error(`it is ${encoding.kind}`);
  return encoding;
}

describe('compression', () => {
  test.each([
    [1, 'none'],
    [5, 'lzw'],
    [8, 'deflate'],
    [32773, 'packbits'],
    [32946, 'deflate'],
    [34887, 'lerc'],
    [50000, 'zstd'],
  ])('%i is %s', async (number, compression) => {
    expect(await samples({ 259: short(number) })).toMatchObject({ compression });
  });

  test.each([
    [2, 'ccitt-rle'],
    [3, 'ccitt-g3'],
    [4, 'ccitt-g4'],
  ])('%i is %s, of one bit', async (number, compression) => {
    const bilevel = { ...GREY, 258: short(1), 262: short(0), 259: short(number), 292: long(5), 266: short(2) };
    const t4Options = number === 3 ? 5 : undefined;
    expect(await samples(bilevel)).toMatchObject({
      ...{ compression, t4Options, bitsPerSample: 1, inverted: true, reversedBits: true },
    });
  });

  test('LERC without anything on top', async () => {
    expect(await samples({ 259: short(34887), 50674: long(4, 0) })).toMatchObject({ compression: 'lerc' });
  });

  test('the predictor counts where the compression knows it', async () => {
    for (const number of [5, 8, 50000]) {
      expect(await samples({ 259: short(number), 317: short(2) })).toMatchObject({ predictor: 'horizontal' });
    }
    for (const number of [1, 32773, 34887]) {
      expect(await samples({ 259: short(number), 317: short(2) })).toMatchObject({ predictor: 'none' });
    }
    const float = { ...GREY, 258: short(32), 339: short(3), 259: short(8), 317: short(3) };
    expect(await samples(float)).toMatchObject({ predictor: 'floating', format: 'float' });
  });
});

describe('samples', () => {
  test('of every depth and format', async () => {
    for (const bitsPerSample of [1, 2, 4, 8, 16, 32]) {
      const grey = { ...GREY, 258: short(bitsPerSample) };
      expect(await samples(grey)).toMatchObject({ bitsPerSample, format: 'unsigned' });
    }
    for (const [bitsPerSample, number, format] of [
      [16, 2, 'signed'],
      [32, 2, 'signed'],
      [16, 3, 'float'],
      [24, 3, 'float'],
      [32, 3, 'float'],
    ] as const) {
      const grey = { ...GREY, 258: short(bitsPerSample), 339: short(number) };
      expect(await samples(grey)).toMatchObject({ bitsPerSample, format });
    }
  });

  test('SMinSampleValue and SMaxSampleValue are one window for all colours, of 16 bits and more', async () => {
    const deep = { 258: short(16, 16, 16), 340: short(10, 20, 30), 341: short(1000, 3000, 2000) };
    expect((await samples(deep)).window).toEqual({ min: 10, max: 3000 });
    const float = { ...GREY, 258: short(32), 339: short(3), 340: floats(-0.5), 341: floats(2.5) };
    expect((await samples(float)).window).toEqual({ min: -0.5, max: 2.5 });
    expect((await samples({ ...GREY, 340: short(10), 341: short(20) })).window).toBeUndefined();
  });

  test('a window that is none is left out', async () => {
    for (const [min, max] of [
      [5, 5],
      [9, 2],
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      const float = { ...GREY, 258: short(32), 339: short(3), 340: floats(min), 341: floats(max) };
      expect((await samples(float)).window).toBeUndefined();
    }
    expect((await samples({ ...GREY, 258: short(16), 340: short(7) })).window).toBeUndefined();
    const associated = { 258: short(16, 16, 16, 16), 277: short(4), 338: short(1) };
    expect((await samples({ ...associated, 340: short(7), 341: short(9) })).window).toBeUndefined();
  });
});

describe('a palette', () => {
  const palette = (...values: readonly number[]) => ({ ...GREY, 258: short(2), 262: short(3), 320: short(...values) });
  const COLOURS = Uint8Array.of(0, 1, 2, 255, 85, 17, 3, 255, 170, 34, 4, 255, 255, 255, 255, 255);
  const bytes = [0, 85, 170, 255, 1, 17, 34, 255, 2, 3, 4, 255];

  test('of 16 bits, whether writers repeat the 8 or add zeros, and of 8', async () => {
    for (const factor of [257, 256, 1]) {
      const { structure, encoding } = await read(palette(...bytes.map((value) => value * factor)));
      expect(encoding).toMatchObject({ palette: COLOURS, colourSamples: 1, bitsPerSample: 2 });
      expect(structure.colour).toMatchObject({ space: 'rgb', alpha: 'none' });
    }
  });

  test('of another length, or missing, is damaged', async () => {
    await expect(read(palette(1, 2, 3))).rejects.toMatchObject({ status: 502, message: /ColorMap has 3 values/ });
    await expect(read({ ...palette(1), 320: undefined })).rejects.toMatchObject({ status: 502 });
    const huge = { ...GREY, 262: short(3), 320: { type: 3, values: Array(200_000).fill(1) } };
    await expect(read(huge)).rejects.toMatchObject({ status: 502 });
  });
});

describe('colour', () => {
  test('CMYK, as samples and as JPEG; what follows the inks is ignored', async () => {
    const cmyk = await read({ ...FOUR, 262: short(5) });
    expect(cmyk).toMatchObject({
      structure: { colour: { space: 'cmyk', alpha: 'none' } },
      encoding: { colourSamples: 4 },
    });
    const jpeg = await read({ ...FOUR, 262: short(5), 259: short(7) });
    expect(jpeg.encoding).toMatchObject({ kind: 'jpeg', colour: 'cmyk' });
    const five = { 258: short(8, 8, 8, 8, 8), 277: short(5), 262: short(5), 338: short(2) };
    expect(await samples(five)).toMatchObject({ samplesPerPixel: 5, colourSamples: 4, alpha: 'none' });
  });

  test('L*a*b* of both kinds', async () => {
    for (const [number, lab] of [
      [8, 'cie'],
      [9, 'icc'],
    ] as const) {
      const { structure, encoding } = await read({ 262: short(number) });
      expect(encoding).toMatchObject({ lab, colourSamples: 3 });
      expect(structure.colour.space).toBe('lab');
    }
  });

  test('YCbCr without JPEG, by its tags and by default', async () => {
    const tags = {
      262: short(6),
      529: rationals(0.25, 0.5, 0.25),
      530: short(4, 1),
      532: rationals(16, 235, 128, 240, 128, 240),
    };
    expect((await samples(tags)).ycbcr).toEqual({
      horizontal: 4,
      vertical: 1,
      coefficients: [0.25, 0.5, 0.25],
      reference: [16, 235, 128, 240, 128, 240],
    });
    const usual = {
      horizontal: 2,
      vertical: 2,
      coefficients: [0.299, 0.587, 0.114],
      reference: [0, 255, 128, 255, 128, 255],
    };
    expect((await samples({ 262: short(6) })).ycbcr).toEqual(usual);
    const absurd = { 262: short(6), 529: rationals(0, 0, 0), 532: rationals(255, 255, 0, 0, 0, 0) };
    expect((await samples(absurd)).ycbcr).toEqual(usual);
  });
});

describe('resolution', () => {
  const resolution = async (tags: Tags) => (await read(tags)).structure.resolution;

  test('in pixels per inch, as displayed', async () => {
    expect(await resolution({ 282: rationals(300), 283: rationals(150) })).toEqual({ x: 300, y: 150 });
    expect(await resolution({ 282: rationals(100), 283: rationals(50), 296: short(3) })).toEqual({ x: 254, y: 127 });
    const turned = { 282: rationals(300), 283: rationals(150), 274: short(6) };
    expect(await resolution(turned)).toEqual({ x: 150, y: 300 });
  });

  test('without a unit, or without sense, is none', async () => {
    expect(await resolution({})).toBeUndefined();
    expect(await resolution({ 282: rationals(1), 283: rationals(1), 296: short(1) })).toBeUndefined();
    expect(await resolution({ 282: rationals(300) })).toBeUndefined();
    for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await resolution({ 282: rationals(value), 283: rationals(300) })).toBeUndefined();
    }
  });
});

describe('levels of several kinds', () => {
  const REDUCED = { 254: long(1) };

  test('each has its own compression', async () => {
    const jpeg = { 259: short(7), 262: short(6) };
    const { levels } = await structureOf([
      tiled(400, 320, 64, { ...jpeg }),
      tiled(200, 160, 64, { ...REDUCED, 259: short(5) }),
      tiled(100, 80, 64, { ...REDUCED, 259: short(50001) }),
    ]);
    expect(levels.map(({ tileFormat }) => tileFormat)).toEqual(['jpeg', 'samples', 'webp']);
  });

  test('grey ones stand in for black and white', async () => {
    const { levels } = await structureOf([
      tiled(400, 320, 64, { ...GREY, 258: short(1), 259: short(4) }),
      tiled(200, 160, 64, { ...GREY, ...REDUCED, 259: short(7) }),
    ]);
    expect(levels.map(({ width }) => width)).toEqual([400, 200]);
  });

  test('strips beneath tiles are no level', async () => {
    const strips = { 322: undefined, 323: undefined };
    expect(
      (await structureOf([tiled(400, 320, 64), tiled(200, 160, 64, { ...REDUCED, ...strips })])).levels,
    ).toHaveLength(1);
  });
});
