import { ImageServerError } from '../errors.ts';
import type { SamplesEncoding, YCbCrLayout } from '../image/image.ts';
import type { Pixels } from './codec.ts';
import { sampleValues } from './sample-values.ts';

/** Bytes of a tile's one part, or of each of its planes. */
export function ycbcrLengths(layout: YCbCrLayout, width: number, height: number, planes: number): readonly number[] {
  const across = Math.ceil(width / layout.horizontal);
  const down = Math.ceil(height / layout.vertical);
  if (planes === 1) return [across * down * (layout.horizontal * layout.vertical + 2)];
  return [width * height, across * down, across * down];
}

/**
 * YCbCr samples of 8 bits (TIFF 6.0, section 21) as RGB. Colours are repeated over the pixels that share them, and the
 * sums rounded, as libtiff does.
 * @throws {ImageServerError} 501 for samples of other kinds.
 */
export function ycbcrPixels(
  planes: readonly Uint8Array[],
  encoding: SamplesEncoding,
  layout: YCbCrLayout,
  width: number,
  height: number,
): Pixels {
  const { horizontal, vertical } = layout;
  const subsampled = horizontal * vertical > 1;
  const { predictor, bitsPerSample, samplesPerPixel } = encoding;
  if (bitsPerSample !== 8 || samplesPerPixel !== 3 || (subsampled && predictor !== 'none')) {
    throw new ImageServerError(
      501,
      `YCbCr of ${samplesPerPixel} samples of ${bitsPerSample} bits with predictor ${predictor} is not read: store the image as RGB`,
    );
  }
  const across = Math.ceil(width / horizontal);
  const [first = new Uint8Array(), second = first, third = first] =
    predictor === 'none' ? planes : unpredicted(planes, encoding, width, height);
  const chunky = planes.length === 1;
  const luma = horizontal * vertical;
  const block = luma + 2;
  const { tables, red, blue, greenRed, greenBlue } = conversion(layout);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const blockRow = Math.floor(y / vertical) * across;
    const inBlock = (y % vertical) * horizontal;
    for (let x = 0; x < width; x++, to += 3) {
      const at = blockRow + Math.floor(x / horizontal);
      const light = tables[first[chunky ? at * block + inBlock + (x % horizontal) : y * width + x] ?? 0] ?? 0;
      const cb = (chunky ? first[at * block + luma] : second[at]) ?? 0;
      const cr = (chunky ? first[at * block + luma + 1] : third[at]) ?? 0;
      data[to] = light + (red[cr] ?? 0);
      data[to + 1] = light + (((greenBlue[cb] ?? 0) + (greenRed[cr] ?? 0)) >> 16);
      data[to + 2] = light + (blue[cb] ?? 0);
    }
  }
  return { width, height, channels: 3, data: new Uint8Array(data.buffer) };
}

function unpredicted(planes: readonly Uint8Array[], encoding: SamplesEncoding, width: number, height: number) {
  const distance = planes.length === 1 ? 3 : 1;
  return planes.map((plane) => Uint8Array.from(sampleValues({ plane, width, height, distance }, encoding)));
}

const FIXED = 65_536;

/** What each sample adds, as `TIFFYCbCrToRGBInit` of libtiff has it: green with 16 bits behind the point. */
function conversion({ coefficients, reference }: YCbCrLayout) {
  const [lumaRed, lumaGreen, lumaBlue] = coefficients;
  const [blackY, whiteY, blackCb, whiteCb, blackCr, whiteCr] = reference;
  const fixed = (factor: number) => Math.trunc(factor * FIXED + 0.5);
  const redFactor = 2 - 2 * lumaRed;
  const blueFactor = 2 - 2 * lumaBlue;
  const ofRed = fixed(redFactor);
  const ofBlue = fixed(blueFactor);
  const greenOfRed = -fixed((lumaRed * redFactor) / lumaGreen);
  const greenOfBlue = -fixed((lumaBlue * blueFactor) / lumaGreen);
  const level = (code: number, black: number, white: number, range: number) =>
    Math.trunc(((code - black) * range) / (white === black ? 1 : white - black));
  const table = (each: (code: number) => number) => Int32Array.from({ length: 256 }, (_, code) => each(code));
  const cb = (code: number) => level(code - 128, blackCb - 128, whiteCb - 128, 127);
  const cr = (code: number) => level(code - 128, blackCr - 128, whiteCr - 128, 127);
  return {
    tables: table((code) => level(code, blackY, whiteY, 255)),
    red: table((code) => (ofRed * cr(code) + FIXED / 2) >> 16),
    blue: table((code) => (ofBlue * cb(code) + FIXED / 2) >> 16),
    greenRed: table((code) => greenOfRed * cr(code)),
    greenBlue: table((code) => greenOfBlue * cb(code) + FIXED / 2),
  };
}
