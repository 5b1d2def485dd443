import { ImageServerError } from '../errors.ts';
import type { EncodedTile, SamplesEncoding } from '../image/image.ts';
import type { Pixels } from './codec.ts';
import type { Codecs } from './codecs.ts';
import { inflate } from './inflate.ts';
import { type BaselineJpeg, readBaseline } from './jpeg-baseline.ts';
import { assertColour, jpegFrame } from './jpeg-frame.ts';
import { spliceJpeg } from './jpeg-splice.ts';
import { webpSize } from './webp-frame.ts';

/** A tile without its compression, or ready to be placed without it. */
export type DecodedTile =
  /** Finished 8-bit pixels, as a picture codec gives them. */
  | { readonly kind: 'pixels'; readonly pixels: Pixels }
  /** A JPEG that can be decoded to where it is needed, with `decodeBaseline`. */
  | BaselineJpeg
  /** Stored samples as they lie in the file: predictor, bit depth and byte order are still to be resolved. */
  | {
      readonly kind: 'samples';
      readonly width: number;
      readonly height: number;
      /** Exactly `height` rows of whole bytes each; one part, or one per sample. */
      readonly planes: readonly Uint8Array[];
      readonly encoding: SamplesEncoding;
    };

/** A tile of 4096² pixels of four 32-bit samples; larger ones aren't made, and would not fit into a phone. */
const MAX_TILE_BYTES = 256 * 1024 * 1024;

/**
 * Undoes a tile's compression. Sizes are checked before memory is spent.
 * @throws {ImageServerError} 502 when the tile is damaged or isn't as large as the file says, 501 when it is stored
 * in a way that can't be decoded here, 503 when the codec can't be loaded.
 */
export async function decodeTile(tile: EncodedTile, codecs: Codecs): Promise<DecodedTile> {
  const { encoding, planes } = tile;
  if (encoding.kind === 'samples') return decodeSamples(tile, encoding);
  const [bytes] = planes;
  if (bytes === undefined || planes.length !== 1) {
    throw new ImageServerError(
      502,
      `A ${encoding.kind} tile has ${planes.length} parts instead of one: the file is damaged`,
    );
  }
  if (encoding.kind === 'webp') {
    assertSize(tile, webpSize(bytes));
    return { kind: 'pixels', pixels: await codecs.webp.decode(bytes) };
  }
  if (encoding.kind === 'picture' || encoding.colour === 'cmyk' || encoding.colour === 'ycck') {
    throw new ImageServerError(501, `A tile of kind ${encoding.kind} in this colour is not read yet`);
  }
  const context = { ...encoding, colour: encoding.colour };
  const baseline = readBaseline(bytes, context);
  if (baseline.kind === 'baseline') {
    assertSize(tile, baseline);
    assertColour(baseline.components.length, encoding.colour);
    return baseline;
  }
  const jpeg = spliceJpeg(bytes, context);
  assertSize(tile, jpegFrame(jpeg));
  return { kind: 'pixels', pixels: await codecs.jpg.decode(jpeg) };
}

async function decodeSamples(tile: EncodedTile, encoding: SamplesEncoding): Promise<DecodedTile> {
  const { width, height, planes } = tile;
  const { samplesPerPixel, bitsPerSample, compression } = encoding;
  if (planes.length !== 1 && planes.length !== samplesPerPixel) {
    throw new ImageServerError(
      502,
      `A tile has ${planes.length} planes for ${samplesPerPixel} samples per pixel: the file is damaged`,
    );
  }
  const samples = planes.length === 1 ? samplesPerPixel : 1;
  const length = Math.ceil((width * samples * bitsPerSample) / 8) * height;
  if (length * planes.length > MAX_TILE_BYTES) {
    throw new ImageServerError(
      501,
      `A tile of ${width} × ${height} pixels is too large to be decoded (limit ${MAX_TILE_BYTES} bytes): store the image in tiles of 256 or 512 pixels`,
    );
  }
  const decode = compression === 'deflate' ? inflate : checked;
  const decoded = await Promise.all(planes.map((plane) => decode(plane, length)));
  return { kind: 'samples', width, height, planes: decoded, encoding };
}

/** Stored bytes, cut to what the tile's size needs. */
function checked(plane: Uint8Array, length: number): Uint8Array {
  if (plane.length >= length) return plane.subarray(0, length);
  throw new ImageServerError(
    502,
    `An uncompressed tile should have ${length} bytes and has ${plane.length}: the file is truncated or damaged`,
  );
}

function assertSize(tile: EncodedTile, found: { readonly width: number; readonly height: number }): void {
  if (found.width === tile.width && found.height === tile.height) return;
  throw new ImageServerError(
    502,
    `The file says that its tiles are ${tile.width} × ${tile.height} pixels, a ${tile.encoding.kind} tile is ${found.width} × ${found.height}: the file is damaged`,
  );
}
