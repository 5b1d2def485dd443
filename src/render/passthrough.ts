import { cropJpeg } from '../codec/jpeg-crop.ts';
import { spliceJpeg } from '../codec/jpeg-splice.ts';
import type { Size } from '../iiif/request.ts';
import type { EncodedTile } from '../image/image.ts';

export interface PassthroughOptions {
  readonly profile: Uint8Array | undefined;
  /** Size of the tile's top-left part that is wanted; undefined: all of it. */
  readonly crop: Size | undefined;
}

/**
 * A stored tile as a picture of its own, or undefined where the tile's bytes aren't one, or can't be cut.
 * JPEG gets the shared tables, the colour transform's marker and the profile; WebP goes as it is.
 */
export function passthroughTile(tile: EncodedTile, { profile, crop }: PassthroughOptions): Uint8Array | undefined {
  const [bytes] = tile.planes;
  if (!bytes || tile.planes.length > 1) return undefined;
  switch (tile.encoding.kind) {
    case 'jpeg': {
      // Cut first: what is dropped isn't copied along.
      const { colour } = tile.encoding;
      if (colour === 'cmyk' || colour === 'ycck') return undefined;
      const cut = crop ? cropJpeg(bytes, crop.width, crop.height, tile.encoding.tables) : bytes;
      return cut && spliceJpeg(cut, { ...tile.encoding, colour, profile });
    }
    case 'webp':
      return crop ? undefined : bytes;
    case 'picture':
    case 'samples':
      return undefined;
  }
}
