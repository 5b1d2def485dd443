import { ImageServerError } from '../errors.ts';
import { HeaderWindows } from './header-windows.ts';
import type { TiledImage } from './image.ts';
import { jp2Image } from './jp2/jp2.ts';
import { type Jp2Structure, readJp2Structure } from './jp2/structure.ts';
import { VIPS_TILING } from './mend.ts';
import { type PlainOptions, plainImage } from './plain/plain.ts';
import { type PlainStructure, readPlainStructure } from './plain/structure.ts';
import type { ReadBytes, StructureOptions } from './readers.ts';
import { SNIFF_LENGTH, type Sniffed, sniff } from './sniff.ts';
import { readTiffStructure, type TiffStructure } from './tiff/structure.ts';
import { tiffImage } from './tiff/tiff.ts';

/**
 * What is known of an image without its pixels: plain data that may be stored, and used again without a read as long
 * as the object stays the same.
 */
export type ImageStructure = TiffStructure | PlainStructure | Jp2Structure;

/** Shape of `ImageStructure`: a structure that was stored under another number is to be read anew. */
export const STRUCTURE_VERSION = 3;

/**
 * Reads the structure of whatever image the object is, told by its content. `read` needs no cache of its own.
 * @throws {ImageServerError} 501 where it is a file of another kind than is read, 502 where it is no image or damaged.
 */
export async function readStructure(read: ReadBytes, options: StructureOptions = {}): Promise<ImageStructure> {
  const windows = new HeaderWindows(read, { ...options, keep: true });
  const found = sniff(await windows.first(SNIFF_LENGTH));
  if (found.kind === 'tiff') return readTiffStructure(windows);
  if (found.kind === 'plain') return readPlainStructure(windows, found.format);
  if (found.kind === 'jp2') return readJp2Structure(windows);
  throw notAnImage(found);
}

export interface ImageOptions extends PlainOptions {
  /** Told the structure whenever more of it is known than before, as regions are read. */
  readonly learned?: ((structure: ImageStructure) => void) | undefined;
}

/**
 * The image of a structure. Reads nothing by itself.
 * @throws {ImageServerError} 501 where the object would have to be read as a whole and is longer than the limit.
 */
export function imageFromStructure(structure: ImageStructure, read: ReadBytes, options: ImageOptions = {}): TiledImage {
  switch (structure.kind) {
    case 'plain':
      return plainImage(structure, read, options);
    case 'jp2':
      return jp2Image(structure, read, options);
    case 'tiff':
      return tiffImage(structure, read);
  }
}

function notAnImage(found: Exclude<Sniffed, { kind: 'tiff' | 'plain' | 'jp2' }>): ImageServerError {
  switch (found.kind) {
    case 'empty':
      return new ImageServerError(502, 'The source is empty (0 bytes). Upload the image again.');
    case 'truncated':
      return new ImageServerError(502, 'The source is truncated: it has less than 8 bytes. Upload the image again.');
    case 'html':
      return new ImageServerError(
        502,
        'The source is an HTML page, not an image: a login, an error or a portal answered in its place. ' +
          'Check that the address leads to the file itself and that anyone may read it.',
      );
    case 'unknown':
      return new ImageServerError(
        502,
        'The source is not an image Potto can read: its first bytes are of no image format it knows. ' +
          `Potto reads JPEG, PNG, WebP, AVIF, GIF, JPEG 2000 and, best, tiled TIFFs, as written by: vips tiffsave in.tif out.tif ${VIPS_TILING.jpeg}`,
      );
    case 'other':
      return new ImageServerError(501, `The source is ${found.name}, which Potto does not read. ${remedyFor(found)}`);
  }
}

function remedyFor({ name, extension }: { readonly name: string; readonly extension: string | undefined }): string {
  if (extension !== undefined) {
    return `Convert it to a tiled TIFF: vips tiffsave in.${extension} out.tif ${VIPS_TILING.jpeg}`;
  }
  return name === 'gzip data'
    ? 'Store the image itself, without gzip around it: ranges of compressed data cannot be read.'
    : 'Store the image itself under this address, as a tiled TIFF.';
}
