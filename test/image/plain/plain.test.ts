import { expect, test } from 'vitest';
import { imageFromStructure, readStructure } from '../../../src/image/open.ts';
import { picture, sharpOf } from '../../codec/pictures.ts';
import { countingObject } from '../counting-object.ts';
import { openImage } from '../open-image.ts';
import * as files from './files.ts';

const file = new Uint8Array(
  await sharpOf(picture(1300, 700, 3))
    .jpeg()
    .toBuffer(),
);

test('levels are halves, rounded up, down to a tile of a viewer', async () => {
  const { levels } = await openImage(countingObject(file).read);
  expect(levels.map(({ width, height, scale }) => [width, height, scale])).toEqual([
    [1300, 700, 1],
    [650, 350, 2],
    [325, 175, 4],
  ]);
  expect(levels.map(({ tileFormat }) => tileFormat)).toEqual(['jpeg', 'picture', 'picture']);
  expect(levels.every(({ width, height, tileWidth, tileHeight }) => width === tileWidth && height === tileHeight)).toBe(
    true,
  );
});

test('a tile is the whole object, in one read', async () => {
  const object = countingObject(file);
  const image = await openImage(object.read, { objectSize: () => file.length });
  object.reset();
  const [level] = image.levels;
  const tile = level && (await image.readTile(level, 0, 0));
  expect(tile).toMatchObject({ width: 1300, height: 700, encoding: { kind: 'picture', format: 'jpeg' } });
  expect(tile?.planes[0]).toEqual(file);
  expect(object.ranges).toEqual([{ offset: 0, length: file.length }]);
});

test('the structure survives structured cloning', async () => {
  const object = countingObject(file);
  const structure = await readStructure(object.read);
  const image = imageFromStructure(structuredClone(structure), object.read);
  expect(image).toMatchObject({ width: 1300, height: 700 });
});

test('an object above the limit is refused with its size, the limit and a remedy, before it is read', async () => {
  const object = countingObject(file);
  const structure = await readStructure(object.read, { objectSize: () => file.length });
  object.reset();
  const open = () => imageFromStructure(structure, object.read, { plainLimit: 5000 });
  for (const words of [
    'JPEG',
    `${file.length} bytes`,
    '5000 bytes',
    'plainLimit',
    'vips tiffsave in.jpg out.tif --tile --pyramid',
  ]) {
    expect(open).toThrow(words);
  }
  expect(object.ranges).toEqual([]);
});

test('an object of unknown length is read no further than the limit', async () => {
  const object = countingObject(files.bytesOf(file, new Uint8Array(50_000)));
  const structure = { ...(await readStructure(object.read)), size: undefined };
  const image = imageFromStructure(structure, object.read, { plainLimit: file.length });
  object.reset();
  const [level] = image.levels;
  await expect(level && image.readTile(level, 0, 0)).rejects.toMatchObject({ status: 501 });
  expect(object.ranges).toEqual([{ offset: 0, length: file.length + 1 }]);
});

test('an object that ends before its size is damaged', async () => {
  const object = countingObject(file.subarray(0, -100));
  const image = await openImage(object.read, { objectSize: () => file.length });
  const [level] = image.levels;
  await expect(level && image.readTile(level, 0, 0)).rejects.toMatchObject({ status: 502 });
});
