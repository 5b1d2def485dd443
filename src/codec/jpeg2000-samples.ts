import { ImageServerError } from '../errors.ts';
import type { Jpeg2000Encoding, SamplesEncoding } from '../image/image.ts';
import type { Jpeg2000Request } from './jpeg2000-wasm.ts';

/** How the samples of a JPEG 2000 tile are decoded, and how they lie once they are. */
export interface Jpeg2000Samples extends Pick<Jpeg2000Request, 'channels' | 'wide' | 'ycbcr'> {
  readonly encoding: SamplesEncoding;
  /** Makes pixels of `encoding` of what was decoded, where that are indices of 16 bits. */
  readonly lookUp?: ((indices: Uint8Array) => Uint8Array) | undefined;
}

const COLOUR_SAMPLES = { grey: 1, rgb: 3, ycbcr: 3, cmyk: 4 } as const;

const BYTE = 255;
const WORD = 65_535;

/** Entries of a palette whose indices are bytes. */
const PALETTE_LENGTH = 4 * (BYTE + 1);

/**
 * Samples of up to 8 bits become 8; deeper ones keep their values in 16 bits, where a window tells their range, so that
 * another may be put in its place. Alpha always uses all of its bits. Beside inks and palettes it isn't decoded.
 * Indices of more than a byte are looked up here, for TIFF knows none.
 * @throws {ImageServerError} 502 when the channels don't fit the colours.
 */
export function jpeg2000Samples(jpeg2000: Jpeg2000Encoding): Jpeg2000Samples {
  const { bitsPerComponent, space, palette } = jpeg2000;
  if (palette) return indices(bitsPerComponent[0] ?? 0, palette, jpeg2000.alpha);
  const colourSamples = COLOUR_SAMPLES[space];
  const alpha = colourSamples === 4 ? 'none' : jpeg2000.alpha;
  const samplesPerPixel = colourSamples + (alpha === 'none' ? 0 : 1);
  const components = jpeg2000.channels.slice(0, samplesPerPixel);
  const bits = components.map((component) => bitsPerComponent[component] ?? 0);
  if (components.length < samplesPerPixel || bits.some((each) => each < 1)) {
    throw new ImageServerError(
      502,
      `A JPEG 2000 image of ${bitsPerComponent.length} components has too few of them for ${space} with ${alpha} alpha: the file is damaged`,
    );
  }
  const wide = Math.max(...bits) > 8;
  const full = wide ? WORD : BYTE;
  const depths = new Set(bits.slice(0, colourSamples));
  const [depth = 0] = depths;
  const colour = wide && depths.size === 1 && depth < 16 ? 2 ** depth - 1 : full;
  const whole = colour === full ? undefined : { min: 0, max: colour };
  const maximum = (channel: number) => (channel < colourSamples ? colour : full);
  return {
    channels: components.map((component, channel) => ({ component, maximum: maximum(channel) })),
    wide,
    ycbcr: space === 'ycbcr',
    encoding: {
      ...STORED,
      bitsPerSample: wide ? 16 : 8,
      samplesPerPixel,
      colourSamples,
      alpha,
      window: wide ? (jpeg2000.window ?? whole) : undefined,
    },
  };
}

function indices(bits: number, palette: Uint8Array, alpha: Jpeg2000Encoding['alpha']): Jpeg2000Samples {
  const channels = [{ component: 0, maximum: 2 ** bits - 1 }];
  if (bits > 8 || palette.length > PALETTE_LENGTH) {
    const samplesPerPixel = alpha === 'none' ? 3 : 4;
    return {
      channels,
      wide: true,
      ycbcr: false,
      encoding: { ...STORED, bitsPerSample: 8, samplesPerPixel, colourSamples: 3, alpha },
      lookUp: (found) => coloursOf(found, palette, samplesPerPixel),
    };
  }
  const colours = new Uint8Array(PALETTE_LENGTH);
  colours.set(palette);
  return {
    channels,
    wide: false,
    ycbcr: false,
    encoding: { ...STORED, bitsPerSample: 8, samplesPerPixel: 1, colourSamples: 1, alpha: 'none', palette: colours },
  };
}

/** Indices past the end are the last colour, as the standard has it (section I.5.3.5). */
function coloursOf(indices: Uint8Array, palette: Uint8Array, samplesPerPixel: number): Uint8Array {
  const view = new DataView(indices.buffer, indices.byteOffset, indices.byteLength);
  const pixels = new Uint8Array((indices.length / 2) * samplesPerPixel);
  const last = palette.length / 4 - 1;
  for (let from = 0, to = 0; to < pixels.length; from += 2, to += samplesPerPixel) {
    const entry = 4 * Math.min(last, view.getUint16(from, true));
    for (let sample = 0; sample < samplesPerPixel; sample++) pixels[to + sample] = palette[entry + sample] ?? 0;
  }
  return pixels;
}

const STORED = {
  kind: 'samples',
  compression: 'none',
  predictor: 'none',
  littleEndian: true,
  inverted: false,
} as const;
