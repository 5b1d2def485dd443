import type { Pixels } from '../../src/codec/codec.ts';
import type { MatrixProfile, ToneCurve } from '../../src/kernel/colour-matrix.ts';
import type { ColourTable } from '../../src/kernel/colour-table.ts';
import type { FloatImage } from './reference.ts';

/** Colour transforms by their definitions, in float64. */

/** Chromaticity matrix of sRGB relative to D50 (ICC's sRGB profiles), row after row. */
export const SRGB_MATRIX: readonly number[] = [
  0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733,
];

/** XYZ relative to D50 → linear sRGB: the inverse of it. */
const TO_SRGB = inverse(SRGB_MATRIX);

/** IEC 61966-2-1. */
export const srgb = {
  decode: (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4),
  encode: (x: number) => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055),
};

export function applyMatrix(source: Pixels, { curves, matrix }: MatrixProfile): FloatImage {
  return mapped(source, ([r = 0, g = 0, b = 0, a = 0]) => {
    const linear = [r, g, b].map((value, channel) => tone(curves[channel] ?? 1, value / 255));
    const colour = times(TO_SRGB, times(matrix, linear)).map((x) => 255 * srgb.encode(Math.max(0, Math.min(1, x))));
    return [...colour, a];
  });
}

export function applyTable(source: Pixels, table: ColourTable): FloatImage {
  const { inputs, grid, nodes } = table;
  const full = nodes instanceof Uint8Array ? 255 : 65535;
  return mapped(source, (pixel) => {
    const places = pixel.slice(0, inputs).map((value) => {
      const position = (value / 255) * (grid - 1);
      const lower = Math.min(Math.floor(position), grid - 2);
      return { lower, upper: position - lower };
    });
    const sum = [0, 0, 0];
    for (let corner = 0; corner < 2 ** inputs; corner++) {
      let [weight, node] = [1, 0];
      places.forEach(({ lower, upper }, axis) => {
        const side = (corner >> axis) & 1;
        weight *= side === 1 ? upper : 1 - upper;
        node = node * grid + lower + side;
      });
      for (let channel = 0; channel < 3; channel++) {
        sum[channel] = (sum[channel] ?? 0) + weight * ((nodes[node * 3 + channel] ?? 0) / full) * 255;
      }
    }
    return [...sum, inputs === 4 ? 255 : (pixel[3] ?? 0)];
  });
}

function tone(curve: ToneCurve, x: number): number {
  if (typeof curve === 'number') return x ** curve;
  const position = x * (curve.length - 1);
  const index = Math.floor(position);
  const lower = curve[index] ?? 0;
  return lower + ((curve[index + 1] ?? lower) - lower) * (position - index);
}

function mapped({ width, height, data }: Pixels, colour: (pixel: readonly number[]) => number[]): FloatImage {
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 4) result.set(colour([...data.subarray(i, i + 4)]), i);
  return { width, height, data: result };
}

function times(matrix: readonly number[], vector: readonly number[]): number[] {
  return [0, 3, 6].map((row) => vector.reduce((sum, value, i) => sum + value * (matrix[row + i] ?? 0), 0));
}

function inverse(m: readonly number[]): number[] {
  const at = (row: number, column: number) => m[(row % 3) * 3 + (column % 3)] ?? 0;
  const cofactor = (row: number, column: number) =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = at(0, 0) * cofactor(0, 0) + at(0, 1) * cofactor(0, 1) + at(0, 2) * cofactor(0, 2);
  return Array.from({ length: 9 }, (_, i) => cofactor(i % 3, Math.floor(i / 3)) / determinant);
}
