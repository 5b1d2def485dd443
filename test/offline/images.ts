import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { PROJECT, PYRAMIDS } from '../e2e/paths.ts';

/** An image of the store. */
export interface StoredImage {
  readonly identifier: string;
  readonly bytes: Uint8Array;
}

export interface Works {
  /** Ten pages. */
  readonly book: readonly StoredImage[];
  /** As wide as there is one. */
  readonly wide: StoredImage;
}

const PAGES = 10;
const CORPUS = join(PROJECT, '../shared/corpus');
const WIDE = 'mosaic-20800-ycbcr420-t512';

/** A printed book and an image 20,800 pixels wide where the corpus is at hand, the demo's own images elsewhere. */
export async function readWorks(): Promise<Works> {
  return existsSync(CORPUS) ? readCorpus() : demoWorks();
}

async function readCorpus(): Promise<Works> {
  const read = async (identifier: string, folder: string) => {
    return { identifier, bytes: await readFile(join(CORPUS, folder, `${identifier}.tif`)) };
  };
  const names = Array.from({ length: PAGES }, (_, page) => `kant-${String(page + 1).padStart(2, '0')}`);
  return { book: await Promise.all(names.map((name) => read(name, 'book'))), wide: await read(WIDE, '.') };
}

async function demoWorks(): Promise<Works> {
  const pyramids = await makePyramids(PYRAMIDS);
  const images = await Promise.all(pyramids.map(async ({ id, file }) => ({ id, bytes: await readFile(file) })));
  const [first, ...others] = images.toSorted((a, b) => b.bytes.length - a.bytes.length);
  if (!first) throw new Error('The demo has no images');
  const book = Array.from({ length: PAGES }, (_, page) => {
    return { identifier: `page-${page + 1}`, bytes: others[page % others.length]?.bytes ?? first.bytes };
  });
  return { book, wide: { identifier: first.id, bytes: first.bytes } };
}

/** Pixels a side of a pyramid of noise: uncompressed, it has 17 MB. */
const NOISE_SIDE = 2048;

/** Different images of 17 MB each. */
export function noiseImages(count: number): Promise<readonly StoredImage[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<StoredImage> => {
      const noise = { type: 'gaussian', mean: 60 + 20 * index, sigma: 30 } as const;
      const picture = sharp({
        create: { width: NOISE_SIDE, height: NOISE_SIDE, channels: 3, background: 'grey', noise },
      });
      const options = { tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression: 'none' } as const;
      return { identifier: `noise-${index + 1}`, bytes: await picture.tiff(options).toBuffer() };
    }),
  );
}
