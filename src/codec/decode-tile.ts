import { ImageServerError } from '../errors.ts';
import type { EncodedTile, SamplesEncoding } from '../image/image.ts';
import type { Pixels } from './codec.ts';
import type { Codecs } from './codecs.ts';
import { decodeSamples } from './decode-samples.ts';
import { type BaselineJpeg, coloursOf, readBaseline } from './jpeg-baseline.ts';
import { assertColour, headerSegments, jpegFrame } from './jpeg-frame.ts';
import { toSequential } from './jpeg-sequential.ts';
import { spliceJpeg } from './jpeg-splice.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import { decodePicture } from './pictures.ts';
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

/**
 * Undoes a tile's compression. Sizes are checked before memory is spent. What waits for its turn is given up when `signal`
 * is aborted.
 * @throws {ImageServerError} 502 when the tile is damaged or isn't as large as the file says, 501 when it is stored
 * in a way that can't be decoded here, 503 when the codec can't be loaded.
 */
export async function decodeTile(tile: EncodedTile, codecs: Codecs, signal?: AbortSignal): Promise<DecodedTile> {
  const { encoding, planes } = tile;
  if (encoding.kind === 'samples') return decodeSamples(tile, encoding, codecs);
  if (encoding.kind === 'jpeg2000') return decodeJpeg2000(tile, encoding, codecs, signal);
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
  if (encoding.kind === 'picture') {
    const { format } = encoding;
    if (format === 'jpeg') return decodeTile({ ...tile, encoding: jpegEncoding(bytes) }, codecs);
    const picture = await decodePicture(bytes, format, codecs);
    assertSize(tile, picture.kind === 'pixels' ? picture.pixels : picture);
    return picture;
  }
  const { colour } = encoding;
  const baseline = readBaseline(bytes, encoding);
  if (baseline.kind === 'baseline') {
    assertSize(tile, baseline);
    assertColour(baseline.components.length, colour);
    return baseline;
  }
  if (colour === 'cmyk' || colour === 'ycck') {
    const { width, height, components } = jpegFrame(bytes);
    assertSize(tile, { width, height });
    assertColour(components.length, colour);
    return toSequential(bytes, encoding);
  }
  const jpeg = spliceJpeg(bytes, { ...encoding, colour });
  assertSize(tile, jpegFrame(jpeg));
  return { kind: 'pixels', pixels: await codecs.jpg.decode(jpeg) };
}

/** Of a JPEG that no container tells of. */
function jpegEncoding(bytes: Uint8Array): EncodedTile['encoding'] {
  const segments = headerSegments(bytes);
  return { kind: 'jpeg', tables: undefined, ...coloursOf(bytes, jpegFrame(bytes, segments), segments) };
}

/** A picture that is higher is cut: some writers make the last strip as high as the others. */
function assertSize(tile: EncodedTile, found: { readonly width: number; readonly height: number }): void {
  if (found.width === tile.width && found.height >= tile.height) return;
  throw new ImageServerError(
    502,
    `The file says that its tiles are ${tile.width} × ${tile.height} pixels, a ${tile.encoding.kind} tile is ${found.width} × ${found.height}: the file is damaged`,
  );
}
