import { ImageServerError } from '../errors.ts';
import { FileSource } from '../host/file-source.ts';
import type { TiledImage } from '../image/image.ts';
import { type ImageStructure, imageFromStructure, readStructure } from '../image/open.ts';
import { MAX_PAGES, pagesOf, readPages } from '../image/pages.ts';
import type { ReadBytes } from '../image/readers.ts';
import { readFirstView } from './first-view.ts';
import { missingEnd } from './whole.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What becomes of a file, and why, in words. */
export type Judgement =
  /** It is good as it is. `isPlain`: a small JPEG, PNG or the like. */
  | { readonly kind: 'keep'; readonly pages: readonly Size[]; readonly why: string; readonly isPlain: boolean }
  /** Its tiles are good; its index is scattered. */
  | { readonly kind: 'rearrange'; readonly pages: readonly Size[]; readonly why: string }
  /** A pyramid is to be made of each of its pages. */
  | { readonly kind: 'make'; readonly pages: number; readonly why: string };

export interface Wishes {
  /** Only what loses nothing is made, so what is stored without loss is good too. */
  readonly lossless: boolean;
}

/** A file that opens with more requests than these has its index scattered. */
const GOOD_OPENING = 2;
/** Bytes that a first view may cost before a JPEG 2000 is called dear: what a phone's connection carries in two seconds. */
const DEAR_VIEW = 4 << 20;
/** Pixels and bytes of a plain picture that is decoded as fast as a tile. */
const SMALL_SIDE = 1024;
const SMALL_BYTES = 1 << 20;
/** Sides of tiles that viewers take well. */
const TILE_SIDES = { least: 128, most: 1024 };

/**
 * Looks at a file as the image server would: whether it opens quickly, and what a first view costs. No pixel is decoded.
 * @throws {Error} in words where a file that is good otherwise lacks its end.
 */
export async function judge(path: string, { lossless }: Wishes): Promise<Judgement> {
  const source = new FileSource(path, 'file:');
  let requests = 0;
  const read: ReadBytes = (range, options) => {
    requests += 1;
    return source.read(range, options);
  };
  let structure: ImageStructure;
  try {
    structure = await readStructure(read, { objectSize: () => source.size });
  } catch (error) {
    if (!(error instanceof ImageServerError)) throw error;
    return { kind: 'make', pages: 1, why: error.message };
  }
  const opening = requests;
  structure = await readPages(structure, MAX_PAGES, read, { objectSize: () => source.size });
  const pages = pagesOf(structure).sizes;
  const image = imageFromStructure(structure, read);
  const { size = 0 } = source;
  const assertWhole = async () => {
    const missing = await missingEnd(image, read, size);
    if (missing !== undefined) throw new Error(missing);
  };
  if (structure.kind === 'jp2') {
    await assertWhole();
    const bytes = await readFirstView(image);
    const why =
      bytes > DEAR_VIEW ? `its first view reads ${megabytes(bytes)}, and its kind can't be made anew` : 'JPEG 2000';
    return { kind: 'keep', pages, why, isPlain: false };
  }
  if (structure.kind === 'plain') {
    const small = Math.max(image.width, image.height) <= SMALL_SIDE && size <= SMALL_BYTES;
    return small
      ? { kind: 'keep', pages, why: 'small', isPlain: true }
      : { kind: 'make', pages: 1, why: 'a plain picture' };
  }
  const fault = faultOf(image, lossless);
  if (fault !== undefined) return { kind: 'make', pages: pages.length, why: fault };
  await assertWhole();
  return opening > GOOD_OPENING && pages.length === 1
    ? { kind: 'rearrange', pages, why: `${opening} requests to open` }
    : { kind: 'keep', pages, why: 'a tiled pyramid', isPlain: false };
}

/** Why a TIFF is no good pyramid; undefined where it is one. */
function faultOf({ levels, tileFormat, keepDecoded }: TiledImage, lossless: boolean): string | undefined {
  const [full] = levels;
  const smallest = levels.at(-1);
  if (!full || !smallest) return 'it has no levels';
  const sides = [full.tileWidth, full.tileHeight];
  if (keepDecoded || sides.some((side) => side < TILE_SIDES.least || side > TILE_SIDES.most)) return 'not in tiles';
  if (Math.max(smallest.width, smallest.height) > SMALL_SIDE) return 'no smaller sizes';
  const ready = tileFormat === 'jpeg' || tileFormat === 'webp' || tileFormat === 'jpeg2000';
  return ready || lossless ? undefined : 'its tiles are no pictures a browser can show';
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
