import type { SampleLayout, SampleWindow } from '../../src/kernel/sample-layout.ts';
import type { Random } from './random.ts';

/** What stored samples mean, by their definitions, in float64. Samples are given as their bits, unsigned. */

const FLOATS: Readonly<Record<number, { readonly exponent: number; readonly fraction: number }>> = {
  16: { exponent: 5, fraction: 10 },
  24: { exponent: 7, fraction: 16 },
  32: { exponent: 8, fraction: 23 },
};

/** The number that the bits of a sample stand for (floats: IEEE 754 and TIFF technical note 3). */
export function numberOf(bits: number, { bitsPerSample, format }: SampleLayout): number {
  if (format === 'signed') return bits >= 2 ** (bitsPerSample - 1) ? bits - 2 ** bitsPerSample : bits;
  const shape = FLOATS[bitsPerSample];
  if (format !== 'float' || shape === undefined) return bits;
  const sign = bits >= 2 ** (bitsPerSample - 1) ? -1 : 1;
  const biased = Math.floor(bits / 2 ** shape.fraction) % 2 ** shape.exponent;
  const fraction = (bits % 2 ** shape.fraction) / 2 ** shape.fraction;
  const bias = 2 ** (shape.exponent - 1) - 1;
  if (biased === 2 ** shape.exponent - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (biased === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (biased - bias));
}

/** Bits of a sample: anything, floats mostly in the neighbourhood of 0–1. */
export function randomBits(random: Random, { bitsPerSample, format }: SampleLayout): number {
  const shape = FLOATS[bitsPerSample];
  const any = random.whole(0, 2 ** bitsPerSample - 1);
  if (format !== 'float' || shape === undefined || random.real() < 0.2) return any;
  const biased = 2 ** (shape.exponent - 1) - 1 + random.whole(-5, 0);
  return biased * 2 ** shape.fraction + (any % 2 ** shape.fraction);
}

/** Bits of samples → the bytes of a tile as TIFF stores them, one part or one per sample. */
export function encodeTile(
  bits: ArrayLike<number>,
  width: number,
  height: number,
  layout: SampleLayout,
  planar: boolean,
): Uint8Array[] {
  const { samplesPerPixel } = layout;
  const distance = planar ? 1 : samplesPerPixel;
  return Array.from({ length: planar ? samplesPerPixel : 1 }, (_, plane) => {
    const rows = Array.from({ length: height }, (_, y) => {
      const row = Array.from({ length: width * distance }, (_, i) => {
        const index = y * width * distance + i;
        return bits[planar ? index * samplesPerPixel + plane : index] ?? 0;
      });
      return encodeRow(row, distance, layout);
    });
    return Uint8Array.from(rows.flat());
  });
}

function encodeRow(row: readonly number[], distance: number, layout: SampleLayout): number[] {
  const { bitsPerSample, littleEndian, predictor } = layout;
  const bytes = bitsPerSample / 8;
  if (bitsPerSample < 8) {
    const text = row.map((value) => value.toString(2).padStart(bitsPerSample, '0')).join('');
    return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  }
  const byteOf = (value: number, byte: number) => Math.floor(value / 2 ** (8 * byte)) & 255;
  if (predictor === 'floating') {
    const planes = Array.from({ length: bytes }, (_, byte) => row.map((value) => byteOf(value, bytes - 1 - byte)));
    return differences(planes.flat(), distance, 8);
  }
  const stored = predictor === 'horizontal' ? differences(row, distance, bitsPerSample) : row;
  return stored.flatMap((value) =>
    Array.from({ length: bytes }, (_, byte) => byteOf(value, littleEndian ? byte : bytes - 1 - byte)),
  );
}

function differences(values: readonly number[], distance: number, bits: number): number[] {
  return values.map((value, i) => (value - (i < distance ? 0 : (values[i - distance] ?? 0)) + 2 ** bits) % 2 ** bits);
}

/** One pixel as RGBA, 0–255 with fractions; of CMYK its four samples. */
export function pixelOf(bits: ArrayLike<number>, index: number, layout: SampleLayout): number[] {
  const { samplesPerPixel, colourSamples, alpha, inverted } = layout;
  const full = fullWindow(layout);
  const at = (sample: number, { min, max }: SampleWindow) => {
    const value = numberOf(bits[index * samplesPerPixel + sample] ?? 0, layout);
    return Number.isNaN(value) ? 0 : Math.max(0, Math.min(1, (value - min) / (max - min)));
  };
  const opacity = alpha === undefined ? 1 : at(alpha.sample, full);
  const samples = colourSamples === 1 ? [0, 0, 0] : [0, 1, 2, 3].slice(0, colourSamples);
  const colours = samples.map((sample) => {
    const stored = at(sample, layout.window ?? full);
    const value = alpha?.associated ? (opacity === 0 ? 0 : Math.min(1, stored / opacity)) : stored;
    return 255 * (inverted ? 1 - value : value);
  });
  return colourSamples === 4 ? colours : [...colours, 255 * opacity];
}

function fullWindow({ bitsPerSample, format }: SampleLayout): SampleWindow {
  if (format === 'float') return { min: 0, max: 1 };
  const signed = format === 'signed' ? 2 ** (bitsPerSample - 1) : 0;
  return { min: -signed, max: 2 ** bitsPerSample - 1 - signed };
}
