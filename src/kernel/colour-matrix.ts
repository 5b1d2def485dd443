import { checkRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';

/**
 * From device values to linear light: an exponent, or linear values for device values evenly spaced over 0–1, straight
 * lines between them. 256 values, or 255 · n + 1, are met exactly.
 */
export type ToneCurve = number | Float32Array;

/** A matrix/shaper profile as ICC.1 annex F.3 defines it. */
export interface MatrixProfile {
  /** Red, green, blue. */
  readonly curves: readonly [ToneCurve, ToneCurve, ToneCurve];
  /** Linear RGB → XYZ relative to D50, row after row: the `rXYZ`, `gXYZ`, `bXYZ` tags are its columns. */
  readonly matrix: readonly number[];
}

/** What the kernel needs of a profile; 12 KB, made once by `prepareMatrix`. */
export interface MatrixTables {
  /** Red, green, blue × 256 device values × linear sRGB and a 0; 1 is `LINEAR_ONE`. */
  readonly shapers: Int32Array;
}

/** XYZ relative to D50 → linear sRGB (IEC 61966-2-1, Bradford adaptation), row after row. */
const XYZ_TO_SRGB = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;

/** Values of linear light that the table to sRGB tells apart: a fifth of a level where sRGB is steepest. */
const ENCODING_STEPS = 16384;

/** 8 bits finer than the table, so that the sum of three rounded parts still meets the right entry. */
const LINEAR_ONE = (ENCODING_STEPS - 1) * 256;

/** No real profile comes near; three of them still fit 32 bits. */
const LARGEST_PART = 100 * LINEAR_ONE;

const SHAPER_LENGTH = 3 * 256 * 4;

/**
 * Makes the tables of a profile; about a millisecond, so keep them with the profile.
 * @throws {RangeError} when the matrix hasn't nine finite numbers or a curve is empty or not finite.
 */
export function prepareMatrix({ curves, matrix }: MatrixProfile): MatrixTables {
  if (matrix.length !== 9 || !matrix.every(Number.isFinite)) throw new RangeError(`${matrix} is no 3 × 3 matrix`);
  const shapers = new Int32Array(SHAPER_LENGTH);
  curves.forEach((curve, channel) => {
    const column = XYZ_TO_SRGB.map(([x, y, z]) => {
      const [cx = 0, cy = 0, cz = 0] = [matrix[channel], matrix[3 + channel], matrix[6 + channel]];
      return x * cx + y * cy + z * cz;
    });
    for (let value = 0; value < 256; value++) {
      const linear = toneAt(curve, value / 255);
      if (!Number.isFinite(linear)) throw new RangeError(`Tone curve ${channel} has no value at ${value} of 255`);
      column.forEach((part, row) => {
        const scaled = Math.round(linear * part * LINEAR_ONE) + (channel === 0 ? 128 : 0);
        shapers[(channel * 256 + value) * 4 + row] = Math.max(-LARGEST_PART, Math.min(LARGEST_PART, scaled));
      });
    }
  });
  return { shapers };
}

/** sRGB profiles of different makers, rounded differently, differ by up to 0.75 of a level. */
const SAME_LEVEL = 1;

/** Device values between which curves and matrix hold no surprises: 0, 17, … 255. */
const COMPARED_VALUES = Array.from({ length: 16 }, (_, step) => step * 17);

/** Whether the tables change no colour by more than a level: the profile is sRGB under whatever name. */
export function isSrgb({ shapers }: MatrixTables): boolean {
  const part = (channel: number, value: number, row: number) => shapers[(channel * 256 + value) * 4 + row] ?? 0;
  return COMPARED_VALUES.every((red) =>
    COMPARED_VALUES.every((green) =>
      COMPARED_VALUES.every((blue) =>
        [red, green, blue].every((level, row) => {
          const linear = (part(0, red, row) + part(1, green, row) + part(2, blue, row)) / LINEAR_ONE;
          return Math.abs(255 * srgbOf(linear) - level) <= SAME_LEVEL;
        }),
      ),
    ),
  );
}

/** A colour relative to D50, cut to what sRGB has; 0–1. */
export function srgbOfXyz(X: number, Y: number, Z: number): [red: number, green: number, blue: number] {
  const [red, green, blue] = XYZ_TO_SRGB;
  const level = ([x, y, z]: readonly [number, number, number]) => srgbOf(x * X + y * Y + z * Z);
  return [level(red), level(green), level(blue)];
}

/** Converts a part of a raster, in whole pixels, to sRGB, in place; alpha is kept. */
export function applyMatrix(memory: KernelMemory, raster: Raster, { shapers }: MatrixTables, rect: Rect): void {
  checkRaster(memory, raster);
  checkRect(rect, raster.width, raster.height);
  if (shapers.length !== SHAPER_LENGTH) throw new RangeError(`${shapers.length} numbers are no tables of a matrix`);
  const from = raster.address + rect.y * raster.stride + rect.x * 4;
  memory.withScratch(shapers.byteLength + ENCODING_STEPS, (tables) => {
    const encoding = tables + shapers.byteLength;
    memory.view(tables, shapers.byteLength).set(new Uint8Array(shapers.buffer, shapers.byteOffset, shapers.byteLength));
    memory.view(encoding, ENCODING_STEPS).set(srgbEncoding());
    memory.wasm.applyMatrix(from, raster.stride, rect.width, rect.height, tables, encoding);
  });
}

function toneAt(curve: ToneCurve, x: number): number {
  if (typeof curve === 'number') return x ** curve;
  const position = x * (curve.length - 1);
  const index = Math.min(Math.floor(position), curve.length - 2);
  const lower = curve[Math.max(0, index)] ?? Number.NaN;
  return lower + ((curve[index + 1] ?? lower) - lower) * (position - index);
}

let encoding: Uint8Array | undefined;

/** Linear light → sRGB, 8 bit. The same for every profile; made when the first one is used. */
function srgbEncoding(): Uint8Array {
  encoding ??= Uint8Array.from({ length: ENCODING_STEPS }, (_, step) =>
    Math.round(255 * srgbOf(step / (ENCODING_STEPS - 1))),
  );
  return encoding;
}

/** IEC 61966-2-1; what lies beyond 0–1 is cut. */
function srgbOf(linear: number): number {
  const cut = Math.max(0, Math.min(1, linear));
  return cut <= 0.0031308 ? 12.92 * cut : 1.055 * cut ** (1 / 2.4) - 0.055;
}
