import { describe, expect, test } from 'vitest';
import { imageFromStructure, readStructure } from '../../../src/image/open.ts';
import { countingObject } from '../counting-object.ts';
import { openImage } from '../open-image.ts';
import { long, short, type TestDirectory, type TiffOptions, tiled, writeTiff } from './tiff-writer.ts';

/** Bytes. The tiles of these tests are shorter, the pieces of arrays are longer. */
const LONGEST_TILE = 1000;

/** Opens a file; what is read from then on is counted, arrays apart from tiles. */
async function open(chain: readonly TestDirectory[], options?: TiffOptions) {
  const bytes = writeTiff(chain, options);
  const object = countingObject(bytes);
  const image = await openImage(object.read);
  object.reset();
  const header = {
    get ranges() {
      return object.ranges.filter(({ length }) => length > LONGEST_TILE);
    },
  };
  const body = {
    get ranges() {
      return object.ranges.filter(({ length }) => length <= LONGEST_TILE);
    },
  };
  const level = (index: number) => {
    const found = image.levels[index];
    if (!found) throw new Error(`no level ${index}`);
    return found;
  };
  return { image, level, header, body };
}

test('a tile of a file whose arrays are at hand is one request of exactly its bytes', async () => {
  const { image, level, header, body } = await open([tiled(1000, 700, 256), tiled(500, 350, 256, { 254: long(1) })]);
  const tile = await image.readTile(level(0), 3, 2);
  expect(tile?.planes).toEqual([Uint8Array.of(0, 11, 0xaa, 0x55)]);
  expect(tile).toMatchObject({ width: 256, height: 256, encoding: { kind: 'samples' } });
  expect((await image.readTile(level(1), 1, 0))?.planes[0]?.[1]).toBe(1);
  expect(header.ranges).toEqual([]);
  expect(body.ranges.map(({ length }) => length)).toEqual([4, 4]);
});

test('after a restart the stored structure needs no header read', async () => {
  const bytes = writeTiff([tiled(1000, 700, 256)], { big: true, littleEndian: false });
  const structure = structuredClone(await readStructure(countingObject(bytes).read));
  const object = countingObject(bytes);
  const image = imageFromStructure(structure, object.read);
  const [level] = image.levels;
  expect(level && (await image.readTile(level, 2, 1))?.planes[0]?.[1]).toBe(6);
  expect(object.ranges).toHaveLength(1);
});

describe('arrays too long for a window', () => {
  // 200 × 200 tiles: each array has 160,000 bytes.
  const huge = tiled(3200, 3200, 16);

  test('are read in pieces, and a second tile near the first needs no further header read', async () => {
    const { image, level, header, body } = await open([huge]);
    expect((await image.readTile(level(0), 7, 100))?.planes[0]).toEqual(
      Uint8Array.of(20_007 >> 8, 20_007 & 255, 0xaa, 0x55),
    );
    expect(header.ranges.map(({ length }) => length)).toEqual([16_384, 16_384]);
    await image.readTile(level(0), 8, 100);
    await image.readTile(level(0), 9, 101);
    expect(header.ranges).toHaveLength(2);
    expect(body.ranges).toHaveLength(3);
  });

  test('the last tile reads no further than the array', async () => {
    const { image, level, header } = await open([huge]);
    expect((await image.readTile(level(0), 199, 199))?.planes[0]?.[0]).toBe(39_999 >> 8);
    for (const { length } of header.ranges) expect(length).toBe(160_000 - 9 * 16_384);
  });
});

test('arrays side by side beyond the first window are one header read', async () => {
  // A colour map that nobody needs keeps them away from the directory.
  const arrays = writeTiff([tiled(800, 800, 16, { 320: new Uint8Array(70_000) })]);
  const object = countingObject(arrays);
  const image = await openImage(object.read);
  object.reset();
  const [level] = image.levels;
  const tile = level && (await image.readTile(level, 49, 49));
  expect(object.ranges.map(({ length }) => length > LONGEST_TILE)).toEqual([true, false]);
  expect(tile?.planes[0]).toHaveLength(4);
});

test('a tile left out is undefined without a request', async () => {
  const sparse: TestDirectory = { ...tiled(128, 64, 64), tiles: [undefined, Uint8Array.of(1, 2)] };
  const { image, level, header, body } = await open([sparse]);
  expect(await image.readTile(level(0), 0, 0)).toBeUndefined();
  expect([...header.ranges, ...body.ranges]).toEqual([]);
  expect((await image.readTile(level(0), 1, 0))?.planes).toEqual([Uint8Array.of(1, 2)]);
});

test('an offset without bytes is left out too', async () => {
  const { image, level } = await open([tiled(64, 64, 64, { 325: long(0) })]);
  expect(await image.readTile(level(0), 0, 0)).toBeUndefined();
});

test('byte counts may be SHORT', async () => {
  const { image, level } = await open([tiled(128, 64, 64, { 325: short(3, 2) })]);
  expect((await image.readTile(level(0), 1, 0))?.planes[0]).toEqual(Uint8Array.of(0, 1));
});

describe('separate planes', () => {
  const plane = (value: number) => Uint8Array.of(value, value);
  const tiles = [0, 1, 10, 11, 20, 21].map(plane);
  const separate = { ...tiled(128, 64, 64, { 284: short(2) }), tiles };

  test('each sample is a part of the tile', async () => {
    const { image, level, body } = await open([separate]);
    expect((await image.readTile(level(0), 1, 0))?.planes).toEqual([plane(1), plane(11), plane(21)]);
    expect(body.ranges).toHaveLength(3);
  });

  test('a tile with some of its planes is damaged', async () => {
    const { image, level } = await open([{ ...separate, tiles: [undefined, ...tiles.slice(1)] }]);
    await expect(image.readTile(level(0), 0, 0)).rejects.toMatchObject({ status: 502 });
  });
});

test('a profile at hand needs no read, a far one needs one', async () => {
  const near = await open([tiled(64, 64, 64, { 34675: new Uint8Array(500).fill(3) })]);
  expect(await near.image.readProfile()).toEqual(new Uint8Array(500).fill(3));
  expect(near.header.ranges).toEqual([]);
  const far = await open([tiled(64, 64, 64, { 34675: new Uint8Array(90_000).fill(3) })]);
  expect(await far.image.readProfile()).toEqual(new Uint8Array(90_000).fill(3));
  expect(far.header.ranges.map(({ length }) => length)).toEqual([90_000]);
  expect(await (await open([tiled(64, 64, 64)])).image.readProfile()).toBeUndefined();
});

test('a tile outside the grid is an error of the caller', async () => {
  const { image, level } = await open([tiled(128, 64, 64)]);
  await expect(image.readTile(level(0), 2, 0)).rejects.toThrow(RangeError);
  await expect(image.readTile(level(0), 0, -1)).rejects.toThrow(RangeError);
});

test('the signal travels to the tile', async () => {
  const { image, level } = await open([tiled(128, 64, 64)]);
  await expect(image.readTile(level(0), 0, 0, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});
