import { describe, expect, test } from 'vitest';
import { countingObject } from '../counting-object.ts';
import { readTiff, structureOf } from './read-tiff.ts';
import { long, short, type TestDirectory, type TiffOptions, tiled, writeTiff } from './tiff-writer.ts';

const sizes = (structure: { readonly levels: readonly { readonly width: number; readonly height: number }[] }) =>
  structure.levels.map(({ width, height }) => [width, height]);

const REDUCED = { 254: long(1) };
const pyramid = [tiled(1000, 700, 256), tiled(500, 350, 256, REDUCED), tiled(250, 175, 256, REDUCED)];
const pyramidSizes = [
  [1000, 700],
  [500, 350],
  [250, 175],
];

describe('layout of the file', () => {
  for (const big of [false, true]) {
    for (const littleEndian of [true, false]) {
      for (const order of ['cog', 'spread'] as const) {
        test(`${big ? 'BigTIFF' : 'TIFF'}, ${littleEndian ? 'II' : 'MM'}, ${order}`, async () => {
          const structure = await structureOf(pyramid, { big, littleEndian, order });
          expect(sizes(structure)).toEqual(pyramidSizes);
          expect(structure).toMatchObject({ littleEndian, width: 1000, height: 700, orientation: 1 });
          expect(structure.levels.map(({ scale }) => scale)).toEqual([1, 2, 4]);
        });
      }
    }
  }

  test('levels are found in SubIFDs, and the chain after them is not read', async () => {
    const subIfds = pyramid.slice(1);
    const object = countingObject(writeTiff([tiled(1000, 700, 256, {}, { subIfds, next: () => 0xffffff })]));
    expect(sizes(await readTiff(object.read))).toEqual(pyramidSizes);
  });

  test('levels are found in a chain without NewSubfileType, where they are halved', async () => {
    expect(sizes(await structureOf([tiled(1000, 700, 256), tiled(250, 175, 256), tiled(63, 44, 128)]))).toEqual([
      [1000, 700],
      [250, 175],
      [63, 44],
    ]);
  });

  test('levels are ordered by size, whatever their order in the file', async () => {
    expect(sizes(await structureOf([tiled(1000, 700, 256), ...pyramid.slice(1).reverse()]))).toEqual(pyramidSizes);
  });

  test('each level has its own tile size and its own JPEGTables', async () => {
    const jpeg = { 259: short(7), 262: short(6) };
    const structure = await structureOf([
      tiled(1000, 700, 256, { ...jpeg, 347: Uint8Array.of(0xff, 0xd8, 1, 2, 0xff, 0xd9) }),
      tiled(500, 350, 128, { ...jpeg, ...REDUCED, 347: Uint8Array.of(0xff, 0xd8, 3, 4, 0xff, 0xd9) }),
      tiled(250, 175, 64, { ...jpeg, ...REDUCED }),
    ]);
    expect(structure.levels.map(({ tileWidth }) => tileWidth)).toEqual([256, 128, 64]);
    expect(structure.levels.map(({ encoding }) => encoding.kind === 'jpeg' && encoding.tables?.[2])).toEqual([
      1,
      3,
      undefined,
    ]);
  });

  test('JPEGTables outside the window of their directory cost one more request', async () => {
    const tables = Uint8Array.of(0xff, 0xd8, 1, 2, 0xff, 0xd9);
    const tags = { 259: short(7), 262: short(6), 320: new Uint8Array(70_000), 347: tables };
    const object = countingObject(writeTiff([tiled(100, 100, 64, tags)]));
    const { levels } = await readTiff(object.read);
    expect(levels[0]?.encoding).toMatchObject({ kind: 'jpeg', tables });
    expect(object.ranges).toHaveLength(2);
  });

  test('the structure is plain data: cloned, it is the same', async () => {
    const structure = await structureOf(pyramid);
    expect(structuredClone(structure)).toEqual(structure);
    expect(structure.levels[0]?.tileOffsets.bytes?.buffer.byteLength).toBe(12 * 4);
  });
});

describe('what is no level', () => {
  const mask = (width: number, height: number, subfileType: number) =>
    tiled(width, height, 256, { 254: long(subfileType), 258: short(1), 262: short(4), 277: short(1) });

  test('masks', async () => {
    const chain = [tiled(1000, 700, 256), mask(1000, 700, 4), tiled(500, 350, 256, REDUCED), mask(500, 350, 5)];
    const structure = await structureOf(chain);
    expect(sizes(structure)).toEqual(pyramidSizes.slice(0, 2));
    expect(structure.masked).toBe(true);
    expect((await structureOf(pyramid)).masked).toBe(false);
  });

  test('a second page of the same size, and the levels after it', async () => {
    expect(sizes(await structureOf([...pyramid, ...pyramid]))).toEqual(pyramidSizes);
  });

  test('a second page that differs by a few pixels', async () => {
    expect(sizes(await structureOf([tiled(1457, 2084, 256), tiled(1456, 2083, 256)]))).toEqual([[1457, 2084]]);
  });

  test('a page marked so by NewSubfileType, though it would fit', async () => {
    const chain = [tiled(1000, 700, 256, { 254: long(2) }), tiled(500, 350, 256, { 254: long(2) })];
    expect(sizes(await structureOf(chain))).toEqual([[1000, 700]]);
  });

  test('a larger image after the first', async () => {
    expect(sizes(await structureOf([tiled(500, 350, 256), tiled(1000, 700, 256)]))).toEqual([[500, 350]]);
  });

  test('a thumbnail of another aspect, in strips, between the levels', async () => {
    const strips = { tags: tiled(200, 200, 256, { 322: undefined, 323: undefined, 273: long(8) }).tags };
    expect(sizes(await structureOf([tiled(1000, 700, 256), strips, ...pyramid.slice(1)]))).toEqual(pyramidSizes);
  });

  test('other colours, depths and alpha', async () => {
    const grey = { 258: short(8), 262: short(1), 277: short(1) };
    const alpha = { 258: short(8, 8, 8, 8), 277: short(4), 338: short(2) };
    const deep = { 258: short(16, 16, 16) };
    for (const other of [grey, alpha, deep]) {
      const chain = [tiled(1000, 700, 256), tiled(500, 350, 256, { ...REDUCED, ...other })];
      expect(sizes(await structureOf(chain))).toEqual([[1000, 700]]);
    }
  });

  test('hundreds of smaller pages of other shapes: the chain is left early', async () => {
    const pages = Array.from({ length: 300 }, (_, index) => tiled(600 + index, 200, 256));
    const object = countingObject(writeTiff([tiled(1000, 700, 256), ...pages], { order: 'spread' }));
    expect(sizes(await readTiff(object.read))).toEqual([[1000, 700]]);
    expect(object.ranges.length).toBeLessThan(8);
  });
});

describe('colour and encoding', () => {
  const first = async (more: Parameters<typeof tiled>[3], options?: TiffOptions) => {
    const structure = await structureOf([tiled(100, 100, 64, more)], options);
    return { colour: structure.colour, encoding: structure.levels[0]?.encoding, planes: structure.levels[0]?.planes };
  };

  test('JPEG as YCbCr, RGB and grey', async () => {
    const jpeg = { 259: short(7) };
    const grey = { ...jpeg, 258: short(8), 262: short(1), 277: short(1) };
    expect((await first({ ...jpeg, 262: short(6) })).encoding).toMatchObject({ kind: 'jpeg', colour: 'ycbcr' });
    expect((await first({ ...jpeg, 262: short(2) })).encoding).toMatchObject({ kind: 'jpeg', colour: 'rgb' });
    expect((await first(grey)).encoding).toMatchObject({ kind: 'jpeg', colour: 'grey' });
  });

  test('WebP with alpha', async () => {
    const found = await first({ 259: short(50001), 258: short(8, 8, 8, 8), 277: short(4), 338: short(2) });
    expect(found).toMatchObject({ encoding: { kind: 'webp' }, colour: { space: 'rgb', alpha: 'unassociated' } });
  });

  test('both numbers of Deflate, 8 and 16 bit, with a predictor, in both byte orders', async () => {
    for (const compression of [8, 32946]) {
      for (const bitsPerSample of [8, 16]) {
        for (const littleEndian of [true, false]) {
          const bits = short(bitsPerSample, bitsPerSample, bitsPerSample);
          const found = await first({ 259: short(compression), 258: bits, 317: short(2) }, { littleEndian });
          const encoding = { compression: 'deflate', predictor: 'horizontal', bitsPerSample, littleEndian };
          expect(found).toMatchObject({ encoding, colour: { bitsPerSample } });
        }
      }
    }
  });

  test('a predictor without compression has no effect', async () => {
    expect((await first({ 317: short(2) })).encoding).toMatchObject({ compression: 'none', predictor: 'none' });
  });

  test('without PhotometricInterpretation, three samples are RGB', async () => {
    expect((await first({ 262: undefined })).colour.space).toBe('rgb');
  });

  test('WhiteIsZero is inverted grey', async () => {
    const found = await first({ 258: short(8), 262: short(0), 277: short(1) });
    expect(found).toMatchObject({ encoding: { inverted: true, colourSamples: 1 }, colour: { space: 'grey' } });
  });

  test('ExtraSamples: associated, unassociated, unspecified, and absent', async () => {
    const extra = (value: number | undefined) =>
      first({ 258: short(8, 8, 8, 8), 277: short(4), ...(value === undefined ? {} : { 338: short(value) }) });
    for (const [value, alpha] of [
      [1, 'associated'],
      [2, 'unassociated'],
      [0, 'none'],
      [undefined, 'none'],
    ] as const) {
      const encoding = { samplesPerPixel: 4, colourSamples: 3, alpha };
      expect(await extra(value)).toMatchObject({ colour: { alpha }, encoding });
    }
  });

  test('separate planes: only those of colour and alpha are counted', async () => {
    const planar = { 284: short(2), 258: short(8, 8, 8, 8, 8), 277: short(5) };
    const directory = (extra: readonly number[]) => {
      const one = tiled(100, 100, 64, { ...planar, 338: short(...extra) });
      return { ...one, tiles: Array.from({ length: 20 }, () => Uint8Array.of(1, 2)) };
    };
    const [plain, alpha] = await Promise.all([structureOf([directory([0, 0])]), structureOf([directory([2, 0])])]);
    expect(plain.levels[0]).toMatchObject({ planes: 3, encoding: { samplesPerPixel: 3 } });
    expect(alpha.levels[0]).toMatchObject({ planes: 4, encoding: { samplesPerPixel: 4 } });
  });

  test('orientation 5 to 8 swaps the sides, an unknown one is upright', async () => {
    for (const [orientation, width, height, expected] of [
      [1, 300, 200, 1],
      [3, 300, 200, 3],
      [6, 200, 300, 6],
      [8, 200, 300, 8],
      [0, 300, 200, 1],
      [9, 300, 200, 1],
    ] as const) {
      const structure = await structureOf([tiled(300, 200, 64, { 274: short(orientation) })]);
      expect(structure).toMatchObject({ width, height, orientation: expected });
      expect(sizes(structure)).toEqual([[300, 200]]);
    }
  });

  test('the ICC profile is located and measured', async () => {
    const structure = await structureOf([tiled(100, 100, 64, { 34675: new Uint8Array(560).fill(7) })]);
    expect(structure.colour.profileLength).toBe(560);
    expect(structure.profile).toMatchObject({ length: 560, bytes: new Uint8Array(560).fill(7) });
  });

  test('lossless full resolution over JPEG levels, as GDAL writes it', async () => {
    const chain = [tiled(1000, 700, 256), tiled(500, 350, 256, { ...REDUCED, 259: short(7), 262: short(6) })];
    const structure = await structureOf(chain);
    expect(structure.tileFormat).toBe('samples');
    expect(structure.levels.map(({ encoding }) => encoding.kind)).toEqual(['samples', 'jpeg']);
  });
});

describe('cost', () => {
  const tile = new Uint8Array(3000);
  const large = (width: number, height: number, more = {}): TestDirectory => {
    const { tags, tiles = [] } = tiled(width, height, 256, more);
    return { tags, tiles: tiles.map(() => tile) };
  };
  const chain = [large(8000, 6000), large(4000, 3000, REDUCED), large(2000, 1500, REDUCED), large(1000, 750, REDUCED)];

  test('an index at the front takes one request of one window', async () => {
    const object = countingObject(writeTiff(chain, { order: 'cog' }));
    await readTiff(object.read);
    expect(object.ranges).toEqual([{ offset: 0, length: 32_768 }]);
  });

  test('an index spread through the file takes one request per level at most, each within 64 KiB', async () => {
    const object = countingObject(writeTiff(chain, { order: 'spread' }));
    const structure = await readTiff(object.read);
    expect(structure.levels).toHaveLength(4);
    expect(object.ranges.length).toBeLessThanOrEqual(1 + structure.levels.length);
    for (const { length } of object.ranges) expect(length).toBeLessThanOrEqual(65_536);
  });

  test('reads stay within an object whose length is known', async () => {
    const bytes = writeTiff(pyramid);
    const object = countingObject(bytes);
    await readTiff(object.read, { objectSize: () => bytes.length });
    expect(object.ranges).toEqual([{ offset: 0, length: bytes.length }]);
  });

  test('the signal travels to the read', async () => {
    const { read } = countingObject(writeTiff(pyramid));
    await expect(readTiff(read, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
