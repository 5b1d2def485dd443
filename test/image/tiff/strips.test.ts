import { describe, expect, test } from 'vitest';
import { imageFromStructure } from '../../../src/image/open.ts';
import { countingObject } from '../counting-object.ts';
import { readTiff } from './read-tiff.ts';
import { long, short, type TagValue, type TestDirectory, tiledTags, writeTiff } from './tiff-writer.ts';

type Tags = Readonly<Record<number, TagValue | undefined>>;

/** A grey image in strips; the tags of tiles become those of strips. */
function strips(
  width: number,
  height: number,
  rows: number | undefined,
  parts: readonly Uint8Array[],
  more: Tags = {},
) {
  const grey = { 258: short(8), 262: short(1), 277: short(1), 322: undefined, 323: undefined };
  const tags = tiledTags(width, height, 1, { ...grey, 278: rows === undefined ? undefined : long(rows), ...more });
  return { tags, tiles: parts } satisfies TestDirectory;
}

async function opened(directory: TestDirectory) {
  const object = countingObject(writeTiff([directory]));
  const structure = await readTiff(object.read);
  const image = imageFromStructure(structure, object.read);
  const [level] = image.levels;
  if (!level) throw new Error('no level');
  object.reset();
  return { image, level, object };
}

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

test('strips are tiles as wide as the image, kept when decoded; the last one is lower', async () => {
  const { image, level } = await opened(strips(10, 20, 8, [bytes(80, 1), bytes(80, 2), bytes(40, 3)]));
  expect(image.keepDecoded).toBe(true);
  expect(level).toMatchObject({ tileWidth: 10, tileHeight: 8, scale: 1 });
  expect(await image.readTile(level, 0, 0)).toMatchObject({ width: 10, height: 8, planes: [bytes(80, 1)] });
  expect(await image.readTile(level, 0, 2)).toMatchObject({ width: 10, height: 4, planes: [bytes(40, 3)] });
  await expect(image.readTile(level, 0, 3)).rejects.toThrow(RangeError);
});

test('without RowsPerStrip, or with the largest there is, the image is one strip', async () => {
  for (const rows of [undefined, 0xffffffff]) {
    const { image, level } = await opened(strips(10, 20, rows, [bytes(30, 7)], { 259: short(5) }));
    expect(level.tileHeight).toBe(20);
    expect(await image.readTile(level, 0, 0)).toMatchObject({ height: 20, planes: [bytes(30, 7)] });
  }
});

test('planes follow each other', async () => {
  const rgb = { 258: short(8, 8, 8), 262: short(2), 277: short(3), 284: short(2) };
  const parts = [1, 2, 3, 4, 5, 6].map((value) => bytes(value % 2 ? 80 : 20, value));
  const { image, level } = await opened(strips(10, 10, 8, parts, rgb));
  expect((await image.readTile(level, 0, 1))?.planes).toEqual([bytes(20, 2), bytes(20, 4), bytes(20, 6)]);
});

test('strips without byte counts are as long as their rows, where nothing is compressed', async () => {
  const directory = strips(10, 20, 8, [bytes(80, 1), bytes(80, 2), bytes(40, 3)]);
  const object = countingObject(writeTiff([directory]));
  const { tags } = strips(10, 20, 8, [], { 273: long(1000, 1080, 1160) });
  const file = new Uint8Array(1200);
  file.set(writeTiff([{ tags }]));
  file.set([...bytes(80, 1), ...bytes(80, 2), ...bytes(40, 3)], 1000);
  for (const each of [object, countingObject(file)]) {
    const image = imageFromStructure(await readTiff(each.read), each.read);
    const [level] = image.levels;
    expect(level && (await image.readTile(level, 0, 2))?.planes).toEqual([bytes(40, 3)]);
  }
});

describe('one uncompressed strip that is the whole image', () => {
  const [width, height] = [3000, 1000];
  const whole = new Uint8Array(width * height).map((_, index) => Math.floor(index / width));

  test('is read in pieces of about a megabyte, each on its own', async () => {
    const { image, level, object } = await opened(strips(width, height, height, [whole]));
    expect(level.tileHeight).toBe(256);
    const tile = await image.readTile(level, 0, 3);
    expect(tile).toMatchObject({ width, height: 1000 - 3 * 256 });
    expect(tile?.planes[0]).toEqual(whole.subarray(3 * 256 * width));
    expect(object.ranges.at(-1)?.length).toBe((1000 - 3 * 256) * width);
  });

  test('that is cut off is damaged where the pieces are missing', async () => {
    const file = writeTiff([strips(width, height, height, [whole])]);
    const object = countingObject(file.subarray(0, file.length - 10));
    const image = imageFromStructure({ ...(await readTiff(object.read)), size: undefined }, object.read);
    const [level] = image.levels;
    if (!level) throw new Error('no level');
    expect(await image.readTile(level, 0, 0)).toBeDefined();
    await expect(image.readTile(level, 0, 3)).rejects.toMatchObject({ status: 502 });
  });
});
