import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePyramids, type Pyramid } from '../../demo/build/pyramids.ts';
import { catalogue } from '../../demo/catalogue.ts';
import { readIfds } from './tiff-tags.ts';

const COMPRESSION: Readonly<Record<string, number>> = { jpeg: 7, deflate: 8, webp: 50001 };
const BLACK_IS_ZERO = 1;
const YCBCR = 6;

const images = fileURLToPath(new URL('../../demo/images/', import.meta.url));

let folder: string;
let pyramids: readonly Pyramid[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'potto-pyramids-'));
  pyramids = await makePyramids(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

test('there is one pyramid for each image of the catalogue, and nothing half-written beside them', async () => {
  expect(pyramids.map(({ id, made }) => ({ id, made }))).toEqual(catalogue.map(({ id }) => ({ id, made: true })));
  const expected = ['.stamps.json', ...catalogue.map(({ id }) => `${id}.tif`)];
  expect((await readdir(folder)).sort()).toEqual(expected.sort());
});

test('a second run makes nothing again', async () => {
  const before = await Promise.all(pyramids.map(async ({ file }) => (await stat(file)).mtimeMs));
  const again = await makePyramids(folder);
  expect(again.filter(({ made }) => made)).toEqual([]);
  expect(await Promise.all(again.map(async ({ file }) => (await stat(file)).mtimeMs))).toEqual(before);
});

test('a pyramid that went missing is made again, alone', async () => {
  await rm(join(folder, 'moon.tif'));
  const again = await makePyramids(folder);
  expect(again.filter(({ made }) => made).map(({ id }) => id)).toEqual(['moon']);
});

test('the source pictures stay under 15 MB together', async () => {
  const sizes = await Promise.all(catalogue.map(async ({ file }) => (await stat(join(images, file))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(15_000_000);
});

describe.each(catalogue)('$id', ({ id, file: source, pyramid: recipe }) => {
  const file = () => join(folder, `${id}.tif`);

  test('is tiled and compressed as the catalogue says', async () => {
    const [first] = readIfds(await readFile(file()));
    expect(first).toMatchObject({ tileWidth: recipe.tileSize, compression: COMPRESSION[recipe.compression] });
    if (recipe.grey) expect(first?.photometric).toBe(BLACK_IS_ZERO);
    else if (recipe.compression === 'jpeg') expect(first?.photometric).toBe(YCBCR);
  });

  test('has halving levels down to a single tile, readable by sharp', async () => {
    const ifds = readIfds(await readFile(file()));
    const inSubIfds = recipe.levels === 'subifds';
    const { width, height } = await sharp(join(images, source)).metadata();
    const levels = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / recipe.tileSize))) + 1;
    expect(ifds).toHaveLength(inSubIfds ? 1 : levels);
    expect(ifds[0]?.subIfds).toBe(inSubIfds ? levels - 1 : 0);
    for (let level = 0; level < levels; level++) {
      const options = inSubIfds ? { subifd: level - 1 } : { page: level };
      const { info } = await sharp(file(), options).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([width >> level, height >> level]);
    }
  });
});
