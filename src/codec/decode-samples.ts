import { ImageServerError } from '../errors.ts';
import type { EncodedTile, SamplesEncoding } from '../image/image.ts';
import { decodeCcitt } from './ccitt.ts';
import type { Codecs } from './codecs.ts';
import type { DecodedTile } from './decode-tile.ts';
import { inflate } from './inflate.ts';
import { labPixels } from './lab.ts';
import { decodeLzw } from './lzw.ts';
import { decodePackBits } from './packbits.ts';
import { reverseBits } from './reverse-bits.ts';
import { shortData } from './short-data.ts';
import { ycbcrLengths, ycbcrPixels } from './ycbcr.ts';

/** A tile of 4096² pixels of four 32-bit samples; larger ones aren't made, and would not fit into a phone. */
const MAX_TILE_BYTES = 256 * 1024 * 1024;

/**
 * Undoes the compression of a tile of samples. Sizes are checked before memory is spent.
 * @throws {ImageServerError} 502 when the tile is damaged, 501 when it is too large or stored in a way that isn't read,
 * 503 when a codec can't be loaded.
 */
export async function decodeSamples(
  tile: EncodedTile,
  encoding: SamplesEncoding,
  codecs: Pick<Codecs, 'zstd' | 'lerc'>,
): Promise<DecodedTile> {
  const { width, height } = tile;
  const lengths = planeLengths(tile, encoding);
  const planes = await Promise.all(
    tile.planes.map((plane, index) => {
      const bytes = encoding.reversedBits ? reverseBits(plane) : plane;
      return decodePlane(bytes, lengths[index] ?? 0, tile, encoding, codecs);
    }),
  );
  const { ycbcr, lab, bitsPerSample } = encoding;
  if (ycbcr) return { kind: 'pixels', pixels: ycbcrPixels(planes, encoding, ycbcr, width, height) };
  if (lab && (bitsPerSample === 8 || bitsPerSample === 16)) {
    return { kind: 'pixels', pixels: labPixels(planes, encoding, width, height) };
  }
  return { kind: 'samples', width, height, planes, encoding: remaining(encoding) };
}

/** What is still to be resolved. */
function remaining(encoding: SamplesEncoding): SamplesEncoding {
  if (encoding.compression === 'lerc')
    return { ...encoding, littleEndian: true, predictor: 'none', reversedBits: false };
  return encoding.reversedBits ? { ...encoding, reversedBits: false } : encoding;
}

/** Bytes that each part has without its compression. */
function planeLengths({ width, height, planes }: EncodedTile, encoding: SamplesEncoding): readonly number[] {
  const { samplesPerPixel, bitsPerSample, ycbcr } = encoding;
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
  return ycbcr ? ycbcrLengths(ycbcr, width, height, planes.length) : planes.map(() => length);
}

async function decodePlane(
  bytes: Uint8Array,
  length: number,
  { width, height, planes }: EncodedTile,
  encoding: SamplesEncoding,
  { zstd, lerc }: Pick<Codecs, 'zstd' | 'lerc'>,
): Promise<Uint8Array> {
  const { compression, t4Options, samplesPerPixel, bitsPerSample } = encoding;
  const samples = planes.length === 1 ? samplesPerPixel : 1;
  switch (compression) {
    case 'none':
      return whole('uncompressed', bytes, length);
    case 'deflate':
      return inflate(bytes, length);
    case 'lzw':
      return decodeLzw(bytes, length);
    case 'packbits':
      return decodePackBits(bytes, length);
    case 'zstd':
      return whole('Zstandard', await zstd.decode(bytes, length), length);
    case 'lerc':
      return whole('LERC', await lerc.decode(bytes, { width, height, samples, encoding }), length);
    default:
      if (samples === 1 && bitsPerSample === 1) {
        return decodeCcitt(bytes, { width, height, scheme: compression, t4Options });
      }
      throw new ImageServerError(
        502,
        `Fax compression is for 1 sample of 1 bit, the file says ${samples} of ${bitsPerSample}: it is damaged`,
      );
  }
}

/** Bytes, cut to what the tile's size needs. */
function whole(method: string, bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= length) return bytes.subarray(0, length);
  throw shortData(method, length, bytes.length);
}
