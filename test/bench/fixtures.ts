import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { type ImageStructure, imageFromStructure, readStructure } from '../../src/image/open.ts';
import type { ByteRange } from '../../src/source/source.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Photograph, 6028 × 3391, JPEG 4:2:0 of quality 85, tiles of 512². */
export const PHOTO = 'nuthatch';
/** Quality of its tiles. */
export const PHOTO_QUALITY = 85;
/** Painted globe, 2700 × 1350, JPEG 4:2:0 of quality 88, tiles of 256². */
export const SMALL_TILES = 'behaim-globe';

/** Each image stands under this many more names, so that what is asked under a new one is cold to everybody. */
export const COPIES = 64;

export interface Fixtures {
  /** Folder with every image under every name, `{name}.tif`. */
  readonly folder: string;
  /** Identifier and path of each image. */
  readonly files: Readonly<Record<string, string>>;
}

/** The same image under another name. */
export function copyOf(id: string, copy: number): string {
  if (copy >= COPIES) throw new RangeError(`There are ${COPIES} copies, ${copy} was asked for`);
  return `${id}-${copy}`;
}

export async function makeFixtures(): Promise<Fixtures> {
  const pyramids = await makePyramids(join(root, '.cache/demo'));
  const files = Object.fromEntries(pyramids.map(({ id, file }) => [id, file]));
  const folder = join(root, '.cache/bench/images');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [id, file] of Object.entries(files)) {
    await symlink(file, join(folder, `${id}.tif`));
    for (let copy = 0; copy < COPIES; copy++) await symlink(file, join(folder, `${copyOf(id, copy)}.tif`));
  }
  return { folder, files };
}

/** An image's bytes and what they hold, seen from outside of the browser. */
export interface Picture {
  readonly structure: ImageStructure;
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
  const structure = await readStructure(read, { objectSize: () => bytes.length });
  const image = imageFromStructure(structure, read);
  return {
    structure,
    async tileRange(index, column, row) {
      const level = structure.levels[index];
      if (!level) throw new RangeError(`The picture has no level ${index}`);
      // The last read for a tile is the one of its bytes.
      await image.readTile(level, column, row);
      return last;
    },
  };
}
