import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { catalogue } from '../../demo/catalogue.ts';
import type { TiledImage } from '../../src/image/image.ts';
import { imageFromStructure, readStructure } from '../../src/image/open.ts';
import { type Compression, makePyramid } from '../../src/publish/pyramid.ts';
import type { ByteRange } from '../../src/source/source.ts';
import { inOrder, square } from './synthetic.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Photograph, 6028 × 3391, JPEG 4:2:0 of quality 85, tiles of 512². */
export const PHOTO = 'nuthatch';
/** Quality of its tiles. */
export const PHOTO_QUALITY = 85;
/** Painted globe, 2700 × 1350, JPEG 4:2:0 of quality 88, tiles of 256². */
export const SMALL_TILES = 'behaim-globe';
/** The photograph's tiles, stored in order. */
export const IN_ORDER = 'in-order';
/** The photograph, from the same pixels, as `potto publish` writes it: index and small levels in front. */
export const PUBLISHED = 'published';
/** The same with `--webp`, and a quality that makes it as true. */
export const PUBLISHED_WEBP = 'published-webp';
/** The photograph's levels before they were compressed, as a TIFF of their own that isn't served. */
export const LOSSLESS = 'lossless';
/** Squares of 4,000 and 100,000 pixels a side, every tile of which is the same one of the photograph's. */
export const SMALL_SQUARE = 'square-4000';
export const LARGE_SQUARE = 'square-100000';
/** 101 megapixels of 16-bit RGB, Deflate, tiles of 512². */
export const DEEP = 'deep';
/** 250 megapixels of JPEG, where that file is at hand. */
export const MOSAIC = 'mosaic';

/** An image with copies stands under this many more names, so that what is asked under a new one is cold to everybody. */
export const COPIES = 128;
const COPIED: readonly string[] = [PHOTO, SMALL_TILES, IN_ORDER, PUBLISHED, PUBLISHED_WEBP, SMALL_SQUARE, LARGE_SQUARE];

/** That of JPEG is what `potto publish` takes by default; that of WebP is as true to the original by its PSNR. */
export const PUBLISH_QUALITY = { jpeg: 85, webp: 90, lossless: 100 } as const;
const PUBLISHING: Readonly<Record<string, Compression>> = {
  [PUBLISHED]: 'jpeg',
  [PUBLISHED_WEBP]: 'webp',
  [LOSSLESS]: 'lossless',
};

/** Small photographs, such as a page of search results shows. */
export const SMALL_IMAGES = 50;
export const SMALL_COPIES = 6;
const SMALL_SOURCES = ['nuthatch', 'dandelions', 'picos-de-europa', 'world-1689'];

export interface Fixtures {
  /** Folder with every image under every name, `{name}.tif`. */
  readonly folder: string;
  /** Identifier and path of each of the demo's images. */
  readonly files: Readonly<Record<string, string>>;
}

/** The same image under another name. */
export function copyOf(id: string, copy: number): string {
  if (copy >= COPIES) throw new RangeError(`There are ${COPIES} copies, ${copy} was asked for`);
  return `${id}-${copy}`;
}

/** Names of all small images; `copy` as above, below `SMALL_COPIES`. */
export function smallImages(copy: number): readonly string[] {
  if (copy >= SMALL_COPIES) throw new RangeError(`There are ${SMALL_COPIES} copies, ${copy} was asked for`);
  return Array.from({ length: SMALL_IMAGES }, (_, index) => `small-${index}-${copy}`);
}

export async function makeFixtures(): Promise<Fixtures> {
  const pyramids = await makePyramids(join(root, '.cache/demo'));
  const files = Object.fromEntries(pyramids.map(({ id, file }) => [id, file]));
  files[DEEP] = await makeDeepImage(files[PHOTO] ?? '', join(root, '.cache/bench/deep.tif'));
  const mosaic = join(root, '../shared/corpus/mosaic-20800-ycbcr420-t512.tif');
  if (existsSync(mosaic)) files[MOSAIC] = mosaic;
  const folder = join(root, '.cache/bench/images');
  const made = join(root, '.cache/bench/made');
  for (const path of [folder, made]) {
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { recursive: true });
  }
  const photo = await readPicture(files[PHOTO] ?? '');
  const written = {
    [IN_ORDER]: await inOrder(photo),
    [SMALL_SQUARE]: await square(photo, 4000),
    [LARGE_SQUARE]: await square(photo, 100_000),
  };
  for (const [id, bytes] of Object.entries(written)) await writeFile(join(made, `${id}.tif`), bytes);
  for (const [id, compression] of Object.entries(PUBLISHING)) {
    files[id] = await publishPhoto(join(root, `.cache/bench/${id}.tif`), compression);
  }
  const images = { ...files, ...Object.fromEntries(Object.keys(written).map((id) => [id, join(made, `${id}.tif`)])) };
  for (const [id, file] of Object.entries(images)) {
    await symlink(file, join(folder, `${id}.tif`));
    if (!COPIED.includes(id)) continue;
    for (let copy = 0; copy < COPIES; copy++) await symlink(file, join(folder, `${copyOf(id, copy)}.tif`));
  }
  for (let index = 0; index < SMALL_IMAGES; index++) await makeSmallImage(index, join(made, `small-${index}.tif`));
  for (let copy = 0; copy < SMALL_COPIES; copy++) {
    for (const [index, name] of smallImages(copy).entries()) {
      await symlink(join(made, `small-${index}.tif`), join(folder, `${name}.tif`));
    }
  }
  return { folder, files };
}

/** Takes some seconds, and is therefore kept. */
async function publishPhoto(file: string, compression: Compression): Promise<string> {
  if (existsSync(file)) return file;
  const { file: picture } = catalogue.find(({ id }) => id === PHOTO) ?? { file: '' };
  const original = join(root, 'demo/images', picture);
  let made = 0;
  const drafts = { next: () => `${file}.${made++}` };
  await makePyramid(sharp, original, 0, file, { compression, quality: PUBLISH_QUALITY[compression], drafts });
  return file;
}

/** Takes half a minute, and is therefore kept. */
async function makeDeepImage(photo: string, file: string): Promise<string> {
  if (existsSync(file)) return file;
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.part`;
  await sharp(photo)
    .resize(13_400)
    .toColourspace('rgb16')
    .tiff({
      tile: true,
      pyramid: true,
      tileWidth: 512,
      tileHeight: 512,
      compression: 'deflate',
      predictor: 'horizontal',
    })
    .toFile(unfinished);
  await rename(unfinished, file);
  return file;
}

/** A part of one of the demo's images, 1200–1600 pixels wide, as a pyramid of 256² tiles. */
async function makeSmallImage(index: number, file: string): Promise<void> {
  const source = SMALL_SOURCES[index % SMALL_SOURCES.length];
  const picture = sharp(join(root, `.cache/demo/${source}.tif`));
  const whole = await picture.metadata();
  const width = 1200 + 8 * index;
  const height = 800 + 5 * ((index * 7) % SMALL_IMAGES);
  const left = (index * 131) % (whole.width - width);
  const top = (index * 57) % (whole.height - height);
  await picture
    .extract({ left, top, width, height })
    .tiff({ tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, compression: 'jpeg', quality: 85 })
    .toFile(file);
}

/** An image's bytes and what they hold, seen from outside of the browser. */
export interface Picture {
  readonly image: TiledImage;
  /** Where a stored tile lies in the file. */
  tileRange(level: number, column: number, row: number): Promise<ByteRange>;
}

export async function readPicture(file: string): Promise<Picture> {
  const bytes = await readFile(file);
  let last: ByteRange = { offset: 0, length: 0 };
  const read = async (range: ByteRange) => {
    last = range;
    return new Uint8Array(bytes.subarray(range.offset, range.offset + range.length));
  };
  const image = imageFromStructure(await readStructure(read, { objectSize: () => bytes.length }), read);
  return {
    image,
    async tileRange(index, column, row) {
      const level = image.levels[index];
      if (!level) throw new RangeError(`The picture has no level ${index}`);
      // The last read for a tile is the one of its bytes.
      await image.readTile(level, column, row);
      return last;
    },
  };
}
