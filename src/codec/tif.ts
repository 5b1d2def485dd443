import type { Resolution } from '../image/image.ts';
import { type GreyPixels, isBitonal, packBitonal } from './bitonal.ts';
import { concat } from './bytes.ts';
import type { EncodeOptions, Encoder, Pixels } from './codec.ts';
import { fittingProfile } from './icc.ts';
import { assertDimensions } from './pixels.ts';
import { deflate } from './png-chunks.ts';
import { type TifField, tifDirectory } from './tif-directory.ts';

/** Sides are 32-bit; no reader has more than 16 for what is drawn on a screen. */
const MAX_DIMENSION = 65_535;

/** A strip of about this many bytes uncompressed: large enough to compress well, small enough to be read in parts. */
const STRIP_BYTES = 2 ** 19;

const COMPRESSION = { none: 1, deflate: 8 } as const;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const HORIZONTAL = 2;
const UNASSOCIATED = 2;

/** Writes TIFF of one image in strips: bitonal with one bit a pixel, grey, RGB, alpha. Deflate unless told otherwise. */
export function createTifEncoder(): Encoder {
  return { encode: encodeTif };
}

async function encodeTif(pixels: Pixels, options: EncodeOptions = {}): Promise<Uint8Array> {
  assertDimensions('TIFF', pixels, MAX_DIMENSION);
  const { compression = 'deflate', resolution, xmp } = options;
  const { width, height, channels } = pixels;
  const bits = isGrey(pixels) && isBitonal(pixels) ? 1 : 8;
  const rows = isGrey(pixels) && bits === 1 ? packBitonal(pixels) : pixels.data;
  const rowBytes = bits === 1 ? Math.ceil(width / 8) : width * channels;
  const predicts = compression === 'deflate' && bits === 8;
  const rowsPerStrip = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / rowBytes)));

  const strips: Uint8Array[] = [];
  for (let y = 0; y < height; y += rowsPerStrip) {
    const strip = rows.subarray(y * rowBytes, Math.min(height, y + rowsPerStrip) * rowBytes);
    const stored = predicts ? differences(strip, rowBytes, channels) : strip;
    strips.push(compression === 'deflate' ? await deflate(stored) : stored);
  }

  const profile = fittingProfile(options.profile, channels);
  const fieldsAt = (start: number): TifField[] => {
    let end = start;
    const offsets = strips.map((strip) => {
      const offset = end;
      end += strip.length;
      return offset;
    });
    return [
      long(256, width),
      long(257, height),
      short(258, ...Array<number>(channels).fill(bits)),
      short(259, COMPRESSION[compression]),
      short(262, channels <= 2 ? BLACK_IS_ZERO : RGB),
      long(273, ...offsets),
      short(277, channels),
      long(278, rowsPerStrip),
      long(279, ...strips.map((strip) => strip.length)),
      ...resolutionFields(resolution),
      ...(predicts ? [short(317, HORIZONTAL)] : []),
      ...(channels === 2 || channels === 4 ? [short(338, UNASSOCIATED)] : []),
      ...(xmp ? [{ tag: 700, type: 'byte', values: xmp } as const] : []),
      ...(profile ? [{ tag: 34675, type: 'undefined', values: profile } as const] : []),
    ];
  };
  // The directory is as long wherever the strips are said to begin.
  const { length } = tifDirectory(fieldsAt(0));
  return concat([tifDirectory(fieldsAt(length)), ...strips]);
}

function isGrey(pixels: Pixels): pixels is GreyPixels {
  return pixels.channels === 1;
}

/** XResolution, YResolution and ResolutionUnit, in dots per inch; none where it isn't known. */
export function resolutionFields(resolution: Resolution | undefined): TifField[] {
  if (resolution === undefined) return [];
  return [
    { tag: 282, type: 'rational', values: [resolution.x] },
    { tag: 283, type: 'rational', values: [resolution.y] },
    short(296, 2),
  ];
}

function short(tag: number, ...values: number[]): TifField {
  return { tag, type: 'short', values };
}

function long(tag: number, ...values: number[]): TifField {
  return { tag, type: 'long', values };
}

/** Each sample less the same one of the pixel before it (TIFF 6.0, section 14). */
function differences(rows: Uint8Array, rowBytes: number, channels: number): Uint8Array {
  const result = new Uint8Array(rows);
  for (let row = 0; row < rows.length; row += rowBytes) {
    for (let i = row + channels; i < row + rowBytes; i++) result[i] = (rows[i] ?? 0) - (rows[i - channels] ?? 0);
  }
  return result;
}
