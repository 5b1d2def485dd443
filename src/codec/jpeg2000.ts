import { ImageServerError } from '../errors.ts';
import type { EncodedTile, Jpeg2000Encoding } from '../image/image.ts';
import type { Codecs } from './codecs.ts';
import type { DecodedTile } from './decode-tile.ts';

/**
 * Decodes the codestreams of a tile and puts them together.
 * @throws {ImageServerError} 502 when one is damaged, 503 when the decoder can't be loaded.
 */
export async function decodeJpeg2000(
  _tile: EncodedTile,
  _encoding: Jpeg2000Encoding,
  _codecs: Codecs,
): Promise<DecodedTile> {
  throw new ImageServerError(501, 'JPEG 2000 is not decoded yet.');
}
