import { rename, rm } from 'node:fs/promises';
import type { Metadata, Sharp, SharpOptions, TiffOptions } from 'sharp';
import type { Drafts } from './drafts.ts';
import { writeWithFrontIndex } from './tiff/front-index.ts';

/** `sharp`, as its package exports it. */
export interface SharpModule {
  (input: string, options?: SharpOptions): Sharp;
  /** Threads that work on one picture. */
  concurrency(threads: number): number;
}

export type Compression = 'jpeg' | 'webp' | 'lossless';

export interface PyramidOptions {
  readonly compression: Compression;
  /** 1–100; of lossless ones without meaning. */
  readonly quality: number;
}

export const TILE_SIDE = 512;
/** Bytes of a file from which on offsets of 4 bytes may not do. */
const BIG_FILE = 3.5 * 2 ** 30;

/** sharp refuses what has more pixels than this, as a shield against bombs; scans of maps do. */
const UNLIMITED: SharpOptions = { limitInputPixels: false, failOn: 'error' };

/** Opens a page of a file, from 0 on. `sequential`: it is read once from top to bottom, which takes little memory. */
export function openPage(sharp: SharpModule, path: string, page: number, sequential: boolean): Sharp {
  return sharp(path, { ...UNLIMITED, sequentialRead: sequential, ...(page > 0 ? { page } : {}) });
}

/**
 * Makes the pyramid of one page: upright, in tiles, its colour profile kept, its index at the front. `target` is there as a
 * whole or not at all.
 * @throws {Error} of sharp's, in its words, where the file can't be decoded.
 */
export async function makePyramid(
  sharp: SharpModule,
  path: string,
  page: number,
  target: string,
  options: PyramidOptions & { readonly drafts: Pick<Drafts, 'next'> },
): Promise<void> {
  const metadata = await openPage(sharp, path, page, true).metadata();
  const turned = (metadata.orientation ?? 1) > 1;
  let picture = openPage(sharp, path, page, !turned);
  // Tiles are handed out as they are stored, so they stand upright.
  if (turned) picture = picture.autoOrient();
  // A browser's JPEG and WebP have three colours; the inks are converted by their own profile.
  if (metadata.space === 'cmyk') picture = picture.toColourspace('srgb').withIccProfile('srgb');
  else {
    if (metadata.channels < 3) picture = picture.toColourspace(is16Bit(metadata) ? 'grey16' : 'b-w');
    else if (is16Bit(metadata) && options.compression === 'lossless') picture = picture.toColourspace('rgb16');
    picture = picture.keepIccProfile();
  }
  const [draft, ordered] = [options.drafts.next(), options.drafts.next()];
  try {
    await picture.tiff(tiffOptions(metadata, options)).toFile(draft);
    await writeWithFrontIndex(draft, ordered);
    await rename(ordered, target);
  } finally {
    await rm(draft, { force: true });
    await rm(ordered, { force: true });
  }
}

const is16Bit = ({ depth }: Metadata) => depth === 'ushort' || depth === 'short';

function tiffOptions(metadata: Metadata, { compression, quality }: PyramidOptions): TiffOptions {
  const { width, height, channels, hasAlpha } = metadata;
  const layout = { tile: true, pyramid: true, tileWidth: TILE_SIDE, tileHeight: TILE_SIDE };
  const samples = width * height * channels * (is16Bit(metadata) ? 2 : 1);
  if (compression === 'lossless') {
    return { ...layout, compression: 'deflate', predictor: 'horizontal', bigtiff: samples > BIG_FILE };
  }
  // JPEG knows no transparency.
  const format = hasAlpha ? 'webp' : compression;
  return { ...layout, compression: format, quality, bigtiff: samples / 4 > BIG_FILE };
}
