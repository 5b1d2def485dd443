import type { SamplesEncoding } from '../image/image.ts';

/** One stored part of a tile. */
export interface SamplePart {
  readonly plane: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Samples from pixel to pixel. */
  readonly distance: number;
}

/**
 * The samples of a part as numbers, byte order and predictor undone: for what is rare, as this is several times slower
 * than the kernel. Of 8 bits and more.
 */
export function sampleValues({ plane, width, height, distance }: SamplePart, encoding: SamplesEncoding): Float64Array {
  const { bitsPerSample, predictor, format = 'unsigned' } = encoding;
  const count = width * distance;
  const size = bitsPerSample / 8;
  const values = new Float64Array(count * height);
  const floating = predictor === 'floating';
  const read = reader(bitsPerSample, format, encoding.littleEndian && !floating);
  const sum = summing(bitsPerSample, format);
  for (let row = 0; row < height; row++) {
    const start = row * count * size;
    const bytes = plane.subarray(start, start + count * size);
    const stored = floating ? joinedBytes(bytes, size, distance) : bytes;
    const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
    const line = values.subarray(row * count, (row + 1) * count);
    for (let i = 0; i < count; i++) line[i] = read(view, i * size);
    if (predictor !== 'horizontal') continue;
    for (let i = distance; i < count; i++) line[i] = sum((line[i - distance] ?? 0) + (line[i] ?? 0));
  }
  return values;
}

type Read = (view: DataView, at: number) => number;

function reader(bits: number, format: 'unsigned' | 'signed' | 'float', littleEndian: boolean): Read {
  const signed = format === 'signed';
  if (bits === 8) return (view, at) => (signed ? view.getInt8(at) : view.getUint8(at));
  if (format === 'float') {
    if (bits === 16) return (view, at) => shortFloat(view.getUint16(at, littleEndian), 10, 15);
    if (bits === 32) return (view, at) => view.getFloat32(at, littleEndian);
    const [first, last] = littleEndian ? [0, 2] : [2, 0];
    return (view, at) =>
      shortFloat(view.getUint8(at + first) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + last) << 16), 16, 63);
  }
  if (bits === 16) return (view, at) => (signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian));
  return (view, at) => (signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian));
}

/** Sums overflow as the samples' type does. */
function summing(bits: number, format: 'unsigned' | 'signed' | 'float'): (sum: number) => number {
  if (format === 'signed') return (sum) => (sum << (32 - bits)) >> (32 - bits);
  return (sum) => (sum << (32 - bits)) >>> (32 - bits);
}

/** A float shorter than 32 bits: sign, exponent biased by `bias`, `fraction` bits. */
function shortFloat(bits: number, fraction: number, bias: number): number {
  const exponent = (bits >> fraction) & (2 * bias + 1);
  const mantissa = (bits & (2 ** fraction - 1)) / 2 ** fraction;
  const sign = bits >> fraction > 2 * bias + 1 ? -1 : 1;
  if (exponent === 2 * bias + 1) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** (1 - bias) : (1 + mantissa) * 2 ** (exponent - bias));
}

/** A row under predictor 3: differences of bytes, of all samples the first byte, then the second …, highest first. */
function joinedBytes(bytes: Uint8Array, size: number, distance: number): Uint8Array {
  const sums = bytes.slice();
  for (let i = distance; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (sums[i - distance] ?? 0);
  const count = sums.length / size;
  const joined = new Uint8Array(sums.length);
  for (let i = 0; i < joined.length; i++) joined[i] = sums[(i % size) * count + Math.floor(i / size)] ?? 0;
  return joined;
}
