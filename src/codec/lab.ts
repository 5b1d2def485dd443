import type { SamplesEncoding } from '../image/image.ts';
import type { Pixels } from './codec.ts';
import { sampleValues } from './sample-values.ts';

/**
 * CIE L*a*b* samples (TIFF 6.0, section 23; ICC L*a*b* as in Technical Note 4) as 8 bits in the places of R, G and B: L*
 * 0–255 for 0–100, a* and b* shifted by 128; alpha, if there is any, in its place.
 */
export function labPixels(
  planes: readonly Uint8Array[],
  encoding: SamplesEncoding,
  width: number,
  height: number,
): Pixels {
  const channels = encoding.alpha === 'none' ? 3 : 4;
  const data = new Uint8Array(width * height * channels);
  const distance = planes.length === 1 ? encoding.samplesPerPixel : 1;
  // Some files say of L* too that it is signed.
  const unsigned: SamplesEncoding = { ...encoding, format: 'unsigned' };
  const parts = planes.slice(0, channels).map((plane) => sampleValues({ plane, width, height, distance }, unsigned));
  for (let channel = 0; channel < channels; channel++) {
    const values = parts[planes.length === 1 ? 0 : channel] ?? new Float64Array();
    const levels = levelTable(levelOf(channel, encoding), encoding.bitsPerSample);
    let from = planes.length === 1 ? channel : 0;
    for (let to = channel; to < data.length; to += channels, from += distance) {
      data[to] = levels[values[from] ?? 0] ?? 0;
    }
  }
  return { width, height, channels, data };
}

/** A tile has several times as many samples as there are values. */
function levelTable(level: (value: number) => number, bits: number): Uint8ClampedArray {
  const table = new Uint8ClampedArray(2 ** bits);
  for (let value = 0; value < table.length; value++) table[value] = Math.round(level(value));
  return table;
}

function levelOf(channel: number, { lab, bitsPerSample }: SamplesEncoding): (value: number) => number {
  const wide = bitsPerSample === 16;
  const unit = wide ? 256 : 1;
  if (channel === 3 || (channel === 0 && lab === 'cie')) return wide ? (value) => value / 257 : (value) => value;
  if (lab === 'icc') return (value) => value / unit;
  // Two's complement.
  const half = 128 * unit;
  return (value) => (value >= half ? value - 2 * half : value) / unit + 128;
}
