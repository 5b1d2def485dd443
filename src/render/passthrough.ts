import { spliceJpeg } from '../codec/jpeg-splice.ts';
import type { EncodedTile } from '../image/image.ts';

/**
 * A stored tile as a picture of its own, or undefined where the tile's bytes aren't one.
 * JPEG gets the shared tables, the colour transform's marker and the profile; WebP goes as it is.
 */
export function passthroughTile(tile: EncodedTile, profile: Uint8Array | undefined): Uint8Array | undefined {
  const [bytes] = tile.planes;
  if (!bytes || tile.planes.length > 1) return undefined;
  switch (tile.encoding.kind) {
    case 'jpeg':
      return spliceJpeg(bytes, { ...tile.encoding, profile });
    case 'webp':
      return bytes;
    case 'samples':
      return undefined;
  }
}
