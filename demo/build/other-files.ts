import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { catalogue } from '../catalogue.ts';
import { otherFiles } from '../other-files.ts';
import { type FileRecipe, type KeptFile, keepFiles } from './kept-files.ts';

/** Raise it when the way the files are made changes, so that those of before are made again. */
const RECIPE_VERSION = 1;
const STAMPS_FILE = '.other-stamps.json';

type Make = (pictures: readonly Sharp[]) => Promise<Uint8Array>;

/** Each from the photographs of its pages, by its key. */
const MAKES: Readonly<Record<string, Make>> = {
  'picos-de-europa-inks.tif': async ([picture = sharp()]) =>
    picture.resize(1440).withIccProfile('cmyk').tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer(),
  'two-worlds.tif': async (pictures) => {
    const pages = await Promise.all(pictures.map((picture) => picture.resize(1350, 675).png().toBuffer()));
    const tiles = { tile: true, tileWidth: 256, tileHeight: 256 };
    return sharp(pages, { join: { animated: true } })
      .tiff({ ...tiles, compression: 'jpeg', quality: 85 })
      .toBuffer();
  },
  'moon.png': async ([picture = sharp()]) =>
    picture.pipelineColourspace('grey16').resize(2048).toColourspace('grey16').png().toBuffer(),
  'dandelions.avif': async ([picture = sharp()]) => picture.resize(1920).avif({ quality: 60, effort: 2 }).toBuffer(),
};

/**
 * Makes the demo's files of other kinds in `outDir` (created when missing), each under its key. What is up to date stays
 * as it is. About 2 s from nothing.
 */
export async function makeOtherFiles(outDir: string): Promise<readonly KeptFile[]> {
  const recipes = await Promise.all(
    otherFiles.map(async ({ key, pages }): Promise<FileRecipe> => {
      const make = MAKES[key];
      if (!make) throw new Error(`Nobody knows how to make ${key}: see demo/build/other-files.ts.`);
      const sources = await Promise.all(pages.map(photograph));
      const settings = { version: RECIPE_VERSION };
      return { name: key, sources, settings, make: () => make(sources.map((source) => sharp(source))) };
    }),
  );
  return keepFiles(outDir, STAMPS_FILE, recipes);
}

async function photograph(id: string): Promise<Uint8Array> {
  const image = catalogue.find((image) => image.id === id);
  if (!image) throw new Error(`The catalogue has no ${id}: see demo/other-files.ts.`);
  return readFile(fileURLToPath(new URL(`../images/${image.file}`, import.meta.url)));
}
