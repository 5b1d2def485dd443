import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WIDE_PRIMARIES, writeProfile } from '../../codec/icc-writer.ts';
import { imageOf, pixelAt, pixelsOf } from '../../render/subject.ts';
import { countingObject } from '../counting-object.ts';
import { box, cdef, enumerated, fileOf, longBox, SIGNATURE, withProfile } from './jp2-file.ts';
import { readStructureOf } from './regions.ts';

/** The codestream of a fixture, without the boxes around it. */
function codestreamOf(name: string): Buffer {
  const bytes = readFileSync(new URL(`fixtures/${name}`, import.meta.url));
  return Buffer.from(bytes.subarray(bytes.indexOf(Buffer.of(0xff, 0x4f, 0xff, 0x51))));
}

const RGB = codestreamOf('rpcl-plt-tlm.jp2');
const GREY = codestreamOf('grey-lossless-no-precincts.jp2');

const structureOf = (file: Buffer) => readStructureOf(countingObject(file).read, file.length);

describe('colours', () => {
  test.each([
    ['sRGB', RGB, 16, 'rgb', 'rgb'],
    ['grey', GREY, 17, 'grey', 'grey'],
    ['sYCC', RGB, 18, 'ycbcr', 'rgb'],
    ['CMYK, for which there are too few components', RGB, 12, 'rgb', 'rgb'],
    ['a space nobody knows', RGB, 99, 'rgb', 'rgb'],
  ])('that are numbered: %s', async (_name, codestream, space, meaning, colour) => {
    const found = await structureOf(fileOf(codestream, enumerated(space)));
    expect(found).toMatchObject({ meaning: { space: meaning, alpha: 'none' }, colour: { space: colour } });
  });

  test.each([
    ['restricted', 2],
    ['any', 3],
  ] as const)('by a profile: %s', async (_name, method) => {
    const profile = writeProfile({ space: 'RGB ', tags: WIDE_PRIMARIES });
    const file = fileOf(RGB, withProfile(method, profile));
    expect(await structureOf(file)).toMatchObject({
      meaning: { space: 'rgb' },
      colour: { profileLength: profile.length },
    });
    expect(await (await imageOf(file)).readProfile()).toEqual(profile);
  });

  test('of which the first that is understood and fits counts', async () => {
    const grey = writeProfile({ space: 'GRAY', tags: {} });
    const file = fileOf(
      RGB,
      enumerated(99),
      box('colr', [2, 0, 0, 1, 2]),
      enumerated(12),
      withProfile(2, grey),
      enumerated(16),
    );
    expect(await structureOf(file)).toMatchObject({ meaning: { space: 'grey', channels: [0] } });
  });

  test('of CIE L*a*b* are named', async () => {
    await expect(structureOf(fileOf(RGB, enumerated(14)))).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('(box colr)'),
    });
  });
});

describe('channels', () => {
  test('in another order are put right', async () => {
    const file = fileOf(RGB, enumerated(16), cdef([0, 0, 3], [1, 0, 2], [2, 0, 1]));
    expect((await structureOf(file)).meaning.channels).toEqual([2, 1, 0]);
    const [turned, plain] = [await pixelsOf(await imageOf(file), PNG), await pixelsOf(await imageOf(fileOf(RGB)), PNG)];
    expect(pixelAt(turned, 100, 100)?.slice(0, 3)).toEqual(pixelAt(plain, 100, 100)?.slice(0, 3).toReversed());
  });

  test.each([
    ['unassociated', 1],
    ['associated', 2],
  ] as const)('of opacity: %s', async (alpha, type) => {
    const { meaning } = await structureOf(fileOf(RGB, enumerated(17), cdef([0, 0, 1], [1, type, 0])));
    expect(meaning).toMatchObject({ space: 'grey', alpha, channels: [0, 1] });
  });
});

const PNG = 'full/max/0/default.png';

describe('palettes', () => {
  /** 256 colours of so many columns, each of 8 bits. */
  const pclr = (columns: number, colour: (index: number) => readonly number[]) =>
    box(
      'pclr',
      [1, 0, columns],
      Array<number>(columns).fill(7),
      Array.from({ length: 256 }, (_, at) => colour(at)).flat(),
    );
  const cmap = (columns: number) =>
    box('cmap', Array.from({ length: columns }, (_, column) => [0, 0, 1, column]).flat());
  const colour = (index: number) => [index, 255 - index, (7 * index) % 256];

  test('give each index its colour', async () => {
    const [indices, seen] = [
      await pixelsOf(await imageOf(fileOf(GREY)), PNG),
      await pixelsOf(await imageOf(fileOf(GREY, enumerated(16), pclr(3, colour), cmap(3))), PNG),
    ];
    for (const [x, y] of [
      [0, 0],
      [50, 40],
      [90, 70],
    ] as const) {
      const [index = 0] = pixelAt(indices, x, y) ?? [];
      expect(pixelAt(seen, x, y)?.slice(0, 3)).toEqual(colour(index));
    }
  });

  test('may hold opacity', async () => {
    const header = [
      enumerated(16),
      pclr(4, (at) => [...colour(at), at]),
      cmap(4),
      cdef([0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 1, 0]),
    ];
    const { meaning } = await structureOf(fileOf(GREY, ...header));
    expect(meaning).toMatchObject({ space: 'rgb', alpha: 'unassociated', channels: [0, 1, 2, 3] });
    expect([...(meaning.palette ?? [])].slice(4 * 9, 4 * 10)).toEqual([...colour(9), 9]);
  });

  test('of two columns are named, and those that are cut are damage', async () => {
    const two = fileOf(
      GREY,
      pclr(2, (at) => [at, at]),
      cmap(2),
    );
    await expect(structureOf(two)).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('(box pclr)'),
    });
    const cut = fileOf(GREY, box('pclr', [1, 0, 3, 7, 7, 7, 1, 2, 3]), cmap(3));
    await expect(structureOf(cut)).rejects.toMatchObject({ status: 502 });
  });
});

test('the resolution at which it was captured counts before that of display', async () => {
  const perMetre = (value: number) => [value >> 8, value & 255, 0, 1, value >> 8, value & 255, 0, 1, 0, 0];
  const [shown, captured] = [box('resd', perMetre(1000)), box('resc', perMetre(10_000))];
  const both = await structureOf(fileOf(RGB, box('res ', shown, captured)));
  expect(both.resolution?.x).toBeCloseTo(254);
  const one = await structureOf(fileOf(RGB, box('res ', shown)));
  expect(one.resolution?.y).toBeCloseTo(25.4);
});

describe('the codestream', () => {
  test('is found behind other boxes, however their lengths are written, and where its own is left open', async () => {
    const open = box('jp2c', RGB);
    open.writeUInt32BE(0);
    const boxes = [SIGNATURE, longBox('xml ', Buffer.alloc(5000)), box('jp2h', enumerated(16)), box('uuid', [1, 2])];
    for (const last of [open, longBox('jp2c', RGB), box('jp2c', RGB)]) {
      expect(await structureOf(Buffer.concat([...boxes, last]))).toMatchObject({ width: 260, height: 190 });
    }
  });

  test('in fragments is named', async () => {
    const file = Buffer.concat([SIGNATURE, box('ftbl', [0, 0]), box('jp2c', RGB)]);
    await expect(structureOf(file)).rejects.toMatchObject({ status: 501, message: expect.stringContaining('ftbl') });
  });
});
