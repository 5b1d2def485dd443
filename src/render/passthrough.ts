import { cropJpeg } from '../codec/jpeg-crop.ts';
import type { JpegMetadata } from '../codec/jpeg-metadata.ts';
import { spliceJpeg } from '../codec/jpeg-splice.ts';
import { withWebpMetadata } from '../codec/webp-metadata.ts';
import type { Size } from '../iiif/request.ts';
import type { EncodedTile } from '../image/image.ts';
import type { PassthroughPicture } from './picture-passthrough.ts';

export interface PassthroughOptions extends JpegMetadata {
  readonly profile: Uint8Array | undefined;
  /** Size of the tile's top-left part that is wanted; undefined: all of it. */
  readonly crop: Size | undefined;
}

/**
 * A stored tile as a picture of its own, or undefined where the tile's bytes aren't one, or can't be cut.
 * JPEG gets the shared tables, the colour transform's marker, the profile and the metadata, WebP the last two. A whole
 * object is left to `passthroughPicture`.
 */
export async function passthroughTile(
  tile: EncodedTile,
  options: PassthroughOptions,
  passthroughPicture: PassthroughPicture,
): Promise<Uint8Array | undefined> {
  const { profile, crop, resolution, xmp } = options;
  const [bytes] = tile.planes;
  if (!bytes || tile.planes.length > 1) return undefined;
  switch (tile.encoding.kind) {
    case 'jpeg': {
      // Cut first: what is dropped isn't copied along.
      const { colour } = tile.encoding;
      if (colour === 'cmyk' || colour === 'ycck') return undefined;
      const cut = crop ? cropJpeg(bytes, crop.width, crop.height, tile.encoding.tables) : bytes;
      return cut && spliceJpeg(cut, { ...tile.encoding, colour, profile, resolution, xmp });
    }
    case 'webp':
      return crop ? undefined : withWebpMetadata(bytes, { profile, resolution, xmp });
    case 'picture':
      return crop ? undefined : passthroughPicture(bytes, tile.encoding.format, options);
    case 'jpeg2000':
    case 'samples':
      return undefined;
  }
}
