import { ImageServerError } from '../../errors.ts';
import { damaged, type HeaderWindows } from '../header-windows.ts';
import type { Colour, Orientation, PictureFormat, Resolution, TiledImage } from '../image.ts';
import { VIPS_TILING } from '../mend.ts';
import { readAvifHeader } from './avif.ts';
import { readGifHeader } from './gif.ts';
import { HeaderBytes } from './header-bytes.ts';
import { readJpegHeader } from './jpeg.ts';
import { readPngHeader } from './png.ts';
import { readWebpHeader } from './webp.ts';

/** What the header of a plain image tells, before orientation. */
export interface PlainHeader {
  readonly width: number;
  readonly height: number;
  readonly colour: Omit<Colour, 'profileLength'>;
  readonly orientation: Orientation;
  readonly profile: Uint8Array | undefined;
  /** Of the stored sides. */
  readonly resolution: Resolution | undefined;
}

/** What is known of a plain image without its pixels. Plain data: it survives structured cloning, and so a restart. */
export interface PlainStructure extends Pick<TiledImage, 'width' | 'height' | 'orientation' | 'colour'> {
  readonly kind: 'plain';
  readonly format: PictureFormat;
  /** Length of the object in bytes, where it was known. */
  readonly size: number | undefined;
  readonly profile: Uint8Array | undefined;
  readonly resolution: Resolution | undefined;
}

/** 64 megapixels are 192 MB as RGB, and a third more in smaller sizes: about what a phone's tab survives. */
export const MAX_PLAIN_PIXELS = 64 * 2 ** 20;

const READERS: Readonly<Record<PictureFormat, (header: HeaderBytes) => Promise<PlainHeader>>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  avif: readAvifHeader,
  gif: readGifHeader,
};

/**
 * Reads the header of a picture that is decoded as a whole: mostly one request.
 * @throws {ImageServerError} 502 where it is damaged, 501 where it has more pixels than are decoded at once, or is of a
 * kind that isn't read.
 */
export async function readPlainStructure(windows: HeaderWindows, format: PictureFormat): Promise<PlainStructure> {
  const header = await READERS[format](new HeaderBytes(windows));
  const { width, height, orientation, profile, resolution } = header;
  if (!(width >= 1 && height >= 1)) throw damaged(`it says that it is ${width} × ${height} pixels large`);
  // Samples of 16 bits take twice the memory until they are reduced.
  const most = header.colour.bitsPerSample === 16 ? MAX_PLAIN_PIXELS / 2 : MAX_PLAIN_PIXELS;
  if (width * height > most) throw tooLarge(format, `of ${width} × ${height} pixels`, `${most} pixels`);
  const swapped = orientation >= 5;
  return {
    kind: 'plain',
    format,
    size: windows.size,
    width: swapped ? height : width,
    height: swapped ? width : height,
    orientation,
    colour: { ...header.colour, profileLength: profile?.length ?? 0 },
    profile,
    resolution: resolution && swapped ? { x: resolution.y, y: resolution.x } : resolution,
  };
}

const EXTENSIONS: Readonly<Record<PictureFormat, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
};

/** The error for a picture that is too large to be decoded as a whole; `found` tells how large, `limit` what is allowed. */
export function tooLarge(format: PictureFormat, found: string, limit: string): ImageServerError {
  return new ImageServerError(
    501,
    `The source is a plain ${NAMES[format]} ${found}. Such an image must be decoded as a whole, which is done up to ${limit}. ` +
      `Make a pyramid of it, of which only what is looked at is read: vips tiffsave in.${EXTENSIONS[format]} out.tif ${VIPS_TILING.jpeg}`,
  );
}

const NAMES: Readonly<Record<PictureFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
};
