import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { catalogue, type PyramidRecipe } from '../catalogue.ts';
import { type FileRecipe, keepFiles } from './kept-files.ts';
import { chainToSubIfds } from './subifds.ts';

/** Raise it when the way pyramids are made changes, so that those of before are made again. */
const RECIPE_VERSION = 1;
/** What the pyramids in a folder were made from; a dot file, as it is not for the bucket. */
const STAMPS_FILE = '.stamps.json';

/** Folder of the source pictures. */
const imagesFolder = fileURLToPath(new URL('../images/', import.meta.url));

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
  const recipes = await Promise.all(
    catalogue.map(async ({ id, file, pyramid: recipe }): Promise<FileRecipe> => {
      const source = await readFile(join(imagesFolder, file));
      const settings = { recipe, version: RECIPE_VERSION };
      return { name: `${id}.tif`, sources: [source], settings, make: () => pyramid(source, recipe) };
    }),
  );
  const files = await keepFiles(outDir, STAMPS_FILE, recipes);
  return files.flatMap(({ path, made }, index) => {
    const id = catalogue[index]?.id;
    return id === undefined ? [] : [{ id, file: path, made }];
  });
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
