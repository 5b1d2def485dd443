import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOtherFiles } from '../../demo/build/other-files.ts';
import { otherFiles } from '../../demo/other-files.ts';
import { readIfds } from './tiff-tags.ts';

const LZW = 5;
const SEPARATED = 5;

let folder: string;
let paths: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'potto-other-files-'));
  paths = (await makeOtherFiles(folder)).map(({ path }) => path);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const path = (key: string) => join(folder, key);

test('there is one file for each that the page lists, and a second run makes nothing again', async () => {
  expect(paths.map((path) => basename(path))).toEqual(otherFiles.map(({ key }) => key));
  expect((await readdir(folder)).sort()).toEqual(['.other-stamps.json', ...otherFiles.map(({ key }) => key)].sort());
  expect((await makeOtherFiles(folder)).filter(({ made }) => made)).toEqual([]);
});

test('each is what the page says', async () => {
  const [inks] = readIfds(await readFile(path('picos-de-europa-inks.tif')));
  expect(inks).toMatchObject({ compression: LZW, photometric: SEPARATED, tileWidth: undefined });
  expect(await sharp(path('picos-de-europa-inks.tif')).metadata()).toMatchObject({ space: 'cmyk', hasProfile: true });
  const pages = readIfds(await readFile(path('two-worlds.tif')));
  expect(pages.map(({ tileWidth }) => tileWidth)).toEqual([256, 256]);
  expect(await sharp(path('moon.png')).metadata()).toMatchObject({ format: 'png', space: 'grey16' });
  expect(await sharp(path('dandelions.avif')).metadata()).toMatchObject({ mediaType: 'image/avif' });
});

test('what has 16 bits uses more than 8 of them', async () => {
  const bytes = await sharp(path('moon.png')).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  expect(new Set(samples).size).toBeGreaterThan(256);
});
