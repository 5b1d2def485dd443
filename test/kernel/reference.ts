import type { Pixels } from '../../src/codec/codec.ts';
import type { Filter } from '../../src/kernel/filters.ts';
import type { Rect } from '../../src/kernel/geometry.ts';

/** What the kernel computes, slowly, in float64, as the definitions say. Straight RGBA with fractions. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  /** R, G, B, A per pixel, 0–255, not rounded. */
  readonly data: Float64Array;
}

type Rgba = [number, number, number, number];

function pixelAt(image: Pixels, x: number, y: number): Rgba {
  const i = (y * image.width + x) * 4;
  return [image.data[i] ?? 0, image.data[i + 1] ?? 0, image.data[i + 2] ?? 0, image.data[i + 3] ?? 0];
}

/** The weighted mean of pixels, where a colour counts by its alpha and the weights add up to `total`. */
function mean(parts: Iterable<readonly [weight: number, pixel: Rgba]>, total: number): Rgba {
  let [r, g, b, a] = [0, 0, 0, 0];
  for (const [weight, pixel] of parts) {
    r += weight * pixel[0] * pixel[3];
    g += weight * pixel[1] * pixel[3];
    b += weight * pixel[2] * pixel[3];
    a += weight * pixel[3];
  }
  return Math.abs(a) < 1e-9 ? [0, 0, 0, 0] : [r / a, g / a, b / a, a / total];
}

function build(width: number, height: number, pixel: (x: number, y: number) => Rgba): FloatImage {
  const data = new Float64Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(pixel(x, y), (y * width + x) * 4);
  }
  return { width, height, data };
}

export function reduce(source: Pixels, log2: number): FloatImage {
  const side = 2 ** log2;
  return build(Math.ceil(source.width / side), Math.ceil(source.height / side), (x, y) => {
    const parts: [number, Rgba][] = [];
    for (let sy = y * side; sy < Math.min(source.height, (y + 1) * side); sy++) {
      for (let sx = x * side; sx < Math.min(source.width, (x + 1) * side); sx++) {
        parts.push([1, pixelAt(source, sx, sy)]);
      }
    }
    return mean(parts, parts.length);
  });
}

function lanczos3(x: number): number {
  if (x === 0) return 1;
  return Math.abs(x) < 3 ? (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2 : 0;
}

function mitchell(x: number, b = 1 / 3, c = 1 / 3): number {
  const t = Math.abs(x);
  if (t < 1) return ((12 - 9 * b - 6 * c) * t ** 3 + (-18 + 12 * b + 6 * c) * t ** 2 + (6 - 2 * b)) / 6;
  if (t < 2) return ((-b - 6 * c) * t ** 3 + (6 * b + 30 * c) * t ** 2 + (-12 * b - 48 * c) * t + 8 * b + 24 * c) / 6;
  return 0;
}

/** Weights of every source pixel for one output pixel. */
function weights(
  size: number,
  offset: number,
  length: number,
  outputs: number,
  index: number,
  filter: Filter,
): number[] {
  const scale = length / outputs;
  const left = offset + index * scale;
  const right = left + scale;
  return Array.from({ length: size }, (_, pixel) => {
    if (scale === 1 && Number.isInteger(offset)) return pixel === left ? 1 : 0;
    if (filter === 'area') return Math.max(0, Math.min(right, pixel + 1) - Math.max(left, pixel));
    const distance = (pixel + 0.5 - (left + right) / 2) / Math.max(1, scale);
    return filter === 'mitchell' ? mitchell(distance) : lanczos3(distance);
  });
}

export function resample(source: Pixels, crop: Rect, width: number, height: number, filter: Filter): FloatImage {
  const columns = Array.from({ length: width }, (_, x) => weights(source.width, crop.x, crop.width, width, x, filter));
  const rows = Array.from({ length: height }, (_, y) => weights(source.height, crop.y, crop.height, height, y, filter));
  return build(width, height, (x, y) => {
    const parts: [number, Rgba][] = [];
    let total = 0;
    rows[y]?.forEach((wy, sy) => {
      if (wy === 0) return;
      columns[x]?.forEach((wx, sx) => {
        if (wx === 0) return;
        parts.push([wx * wy, pixelAt(source, sx, sy)]);
        total += wx * wy;
      });
    });
    return mean(parts, total);
  });
}

export function rotate(source: Pixels, degrees: number, width: number, height: number): FloatImage {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return build(width, height, (x, y) => {
    const dx = x + 0.5 - width / 2;
    const dy = y + 0.5 - height / 2;
    const u = cos * dx + sin * dy + source.width / 2 - 0.5;
    const v = cos * dy - sin * dx + source.height / 2 - 0.5;
    const parts: [number, Rgba][] = [];
    for (const sy of [Math.floor(v), Math.floor(v) + 1]) {
      for (const sx of [Math.floor(u), Math.floor(u) + 1]) {
        if (sx < 0 || sy < 0 || sx >= source.width || sy >= source.height) continue;
        parts.push([(1 - Math.abs(u - sx)) * (1 - Math.abs(v - sy)), pixelAt(source, sx, sy)]);
      }
    }
    return mean(parts, 1);
  });
}

/** How far pixels are from the reference: each colour as far as its alpha lets it be seen, and the alpha itself. */
export interface Difference {
  /** Largest difference in levels of 0–255 beyond the half that rounding makes. */
  readonly largest: number;
  /** Peak signal-to-noise ratio in dB over all samples; rounding alone gives 59. */
  readonly psnr: number;
}

export function compare(actual: Pixels, expected: FloatImage): Difference {
  if (actual.width !== expected.width || actual.height !== expected.height) {
    throw new Error(`${actual.width} × ${actual.height} instead of ${expected.width} × ${expected.height}`);
  }
  const clamp = (value: number) => Math.max(0, Math.min(255, value));
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < actual.data.length; i += 4) {
    const alpha = clamp(expected.data[i + 3] ?? 0);
    const found = actual.data[i + 3] ?? 0;
    for (let channel = 0; channel < 4; channel++) {
      const a = actual.data[i + channel] ?? 0;
      const e = clamp(expected.data[i + channel] ?? 0);
      const difference = channel === 3 ? Math.abs(a - e) : Math.abs(a * found - e * alpha) / 255;
      largest = Math.max(largest, difference - 0.5);
      squares += difference ** 2;
    }
  }
  return { largest, psnr: 10 * Math.log10((255 ** 2 * actual.data.length) / squares) };
}
