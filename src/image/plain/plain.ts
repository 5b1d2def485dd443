import type { ReadOptions } from '../../source/source.ts';
import { damaged } from '../header-windows.ts';
import type { EncodedTile, Level, TiledImage } from '../image.ts';
import type { ReadBytes } from '../readers.ts';
import { type PlainStructure, tooLarge } from './structure.ts';

/**
 * Bytes of an object that is read and decoded as a whole: a photograph of 60 megapixels at the best quality, or a PNG of
 * 20. It is held in memory while it is decoded.
 */
export const DEFAULT_PLAIN_LIMIT = 64 * 2 ** 20;

/** Halving ends where the picture is about one tile of a viewer. */
const SMALLEST_SIDE = 512;

export interface PlainOptions {
  /** Largest object in bytes that is read as a whole; `DEFAULT_PLAIN_LIMIT` by default. */
  readonly plainLimit?: number | undefined;
}

/**
 * The image of a structure: one tile, which is the whole picture, and levels of which each is half the one before. They
 * are made when the picture has been decoded: `readTile` gives the whole object, whatever the level.
 * @throws {ImageServerError} 501 where the object is longer than the limit.
 */
export function plainImage(
  structure: PlainStructure,
  read: ReadBytes,
  { plainLimit = DEFAULT_PLAIN_LIMIT }: PlainOptions = {},
): TiledImage {
  const { format, width, height, orientation, colour, profile, resolution, size } = structure;
  const stored = orientation >= 5 ? { width: height, height: width } : { width, height };
  const limit = `${plainLimit} bytes (option plainLimit)`;
  if (size !== undefined && size > plainLimit) throw tooLarge(format, `of ${size} bytes`, limit);
  return {
    width,
    height,
    orientation,
    levels: levelsOf(stored.width, stored.height, format),
    colour,
    masked: false,
    tileFormat: format,
    keepDecoded: true,
    resolution,
    async readTile(_level: Level, _column: number, _row: number, options: ReadOptions = {}): Promise<EncodedTile> {
      const bytes = await read({ offset: 0, length: size ?? plainLimit + 1 }, options);
      if (bytes.length > plainLimit) throw tooLarge(format, `of more than ${plainLimit} bytes`, limit);
      if (size !== undefined && bytes.length < size) throw damaged(`it ends after ${bytes.length} of ${size} bytes`);
      return { planes: [bytes], encoding: { kind: 'picture', format }, ...stored };
    },
    async readProfile() {
      return profile;
    },
  };
}

function levelsOf(fullWidth: number, fullHeight: number, format: TiledImage['tileFormat']): readonly Level[] {
  const levels: Level[] = [];
  let size: { readonly width: number; readonly height: number };
  do {
    const index = levels.length;
    const scale = 2 ** index;
    size = { width: Math.ceil(fullWidth / scale), height: Math.ceil(fullHeight / scale) };
    levels.push({
      index,
      ...size,
      tileWidth: size.width,
      tileHeight: size.height,
      scale,
      tileFormat: index === 0 ? format : 'picture',
    });
  } while (Math.max(size.width, size.height) > SMALLEST_SIDE);
  return levels;
}
