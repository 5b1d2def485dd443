import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { catalogue, type DemoImage, type PyramidRecipe } from '../catalogue.ts';
import { chainToSubIfds } from './subifds.ts';

/** Raise it when the way pyramids are made changes, so that those of before are made again. */
const RECIPE_VERSION = 1;
/** What the pyramids in a folder were made from; a dot file, as it is not for the bucket. */
const STAMPS_FILE = '.stamps.json';

/** Folder of the source pictures. */
const imagesFolder = fileURLToPath(new URL('../images/', import.meta.url));

/** Fingerprint of source and recipe, by identifier. */
type Stamps = Readonly<Record<string, string>>;

export interface Pyramid {
  readonly id: string;
  /** Path of the TIFF. */
  readonly file: string;
  /** False when it was there and up to date. */
  readonly made: boolean;
}

/**
 * Makes the pyramidal TIFFs of the demo, `{id}.tif`, in `outDir` (created when missing). What is up to date, judged by
 * the content of source and recipe, stays as it is. About 3 s from nothing.
 */
export async function makePyramids(outDir: string): Promise<readonly Pyramid[]> {
  await mkdir(outDir, { recursive: true });
  const before = await readStamps(outDir);
  const stamps: Record<string, string> = {};
  const pyramids: Pyramid[] = [];
  for (const image of catalogue) {
    const file = join(outDir, `${image.id}.tif`);
    const source = await readFile(join(imagesFolder, image.file));
    const stamp = fingerprint(source, image);
    const made = before[image.id] !== stamp || !(await exists(file));
    if (made) await replaceFile(file, await pyramid(source, image.pyramid));
    stamps[image.id] = stamp;
    pyramids.push({ id: image.id, file, made });
  }
  if (pyramids.some(({ made }) => made)) await replaceFile(join(outDir, STAMPS_FILE), JSON.stringify(stamps));
  return pyramids;
}

async function pyramid(source: Uint8Array, recipe: PyramidRecipe): Promise<Uint8Array> {
  const picture = sharp(source);
  if (recipe.grey) picture.toColourspace('b-w');
  const tiff = await picture
    .tiff({
      tile: true,
      pyramid: true,
      tileWidth: recipe.tileSize,
      tileHeight: recipe.tileSize,
      compression: recipe.compression,
      ...(recipe.quality === undefined ? {} : { quality: recipe.quality }),
    })
    .toBuffer();
  return recipe.levels === 'subifds' ? chainToSubIfds(tiff) : tiff;
}

function fingerprint(source: Uint8Array, { pyramid: recipe }: DemoImage): string {
  const made = JSON.stringify({ recipe, version: RECIPE_VERSION, vips: sharp.versions.vips });
  return createHash('sha256').update(source).update(made).digest('hex');
}

/** No stamps, or spoiled ones, only mean that everything is made again. */
async function readStamps(outDir: string): Promise<Stamps> {
  try {
    return JSON.parse(await readFile(join(outDir, STAMPS_FILE), 'utf8'));
  } catch {
    return {};
  }
}

/** Writes beside and renames, so that a store which is serving the folder never shows half a file. */
async function replaceFile(file: string, content: Uint8Array | string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  await writeFile(draft, content);
  await rename(draft, file);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
