import { ImageServerError } from '../errors.ts';
import type { Rect } from './geometry.ts';

/** How uncompressed samples lie in a tile (TIFF 6.0 sections 3, 4, 14, 16, 18, 19). */
export interface SampleLayout {
  /** 1, 2 and 4 bits fill bytes from the highest bit on, each row beginning a byte. 24 bits are floats. */
  readonly bitsPerSample: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  /** By default `unsigned`; other formats need at least 16 bits. */
  readonly format?: SampleFormat | undefined;
  /** Samples of one pixel, those that are neither colour nor alpha included. */
  readonly samplesPerPixel: number;
  /**
   * 1 grey, 3 RGB, 4 CMYK: the first samples of a pixel. CMYK lands in the places of R, G, B and A as it is: a table
   * of four inputs must be applied to it before anything else.
   */
  readonly colourSamples: 1 | 3 | 4;
  /** Which sample is alpha, counted from 0; `associated`: the colour is premultiplied by it. None with CMYK. */
  readonly alpha?: { readonly sample: number; readonly associated: boolean } | undefined;
  readonly littleEndian: boolean;
  /** `WhiteIsZero`: 0 is white. */
  readonly inverted: boolean;
  /** `floating` is predictor 3, which says the byte order itself. */
  readonly predictor: 'none' | 'horizontal' | 'floating';
  /** Values of the colour samples that become 0 and 255; by default `naturalWindow`. At least 16 bits. */
  readonly window?: SampleWindow | undefined;
}

export type SampleFormat = 'unsigned' | 'signed' | 'float';

/** Values that become 0 and 255; what lies beyond is cut, NaN becomes 0. */
export interface SampleWindow {
  /** Becomes black. */
  readonly min: number;
  /** Becomes white. */
  readonly max: number;
}

/** More samples of a pixel than any scanner has; bounds the memory of a row. */
export const MOST_SAMPLES = 64;

/** All values of whole numbers, 0–1 of floats. */
export function naturalWindow({ bitsPerSample, format }: SampleLayout): SampleWindow {
  if (format === 'float') return { min: 0, max: 1 };
  if (format === 'signed') return { min: -(2 ** (bitsPerSample - 1)), max: 2 ** (bitsPerSample - 1) - 1 };
  return { min: 0, max: 2 ** bitsPerSample - 1 };
}

/**
 * Whether 8-bit samples are made through a window, not by the exact shortcut for whole 16-bit numbers.
 */
export function isWindowed({ bitsPerSample, format = 'unsigned', window }: SampleLayout): boolean {
  return bitsPerSample > 16 || (bitsPerSample === 16 && (format !== 'unsigned' || window !== undefined));
}

/** @throws {RangeError} when the layout contradicts itself or needs what isn't implemented. */
export function checkLayout(layout: SampleLayout, planes: number): void {
  const { samplesPerPixel, colourSamples, alpha } = layout;
  const alphaFits =
    alpha === undefined ||
    (Number.isInteger(alpha.sample) &&
      alpha.sample >= colourSamples &&
      alpha.sample < samplesPerPixel &&
      colourSamples !== 4);
  const samplesFit =
    [1, 3, 4].includes(colourSamples) &&
    Number.isInteger(samplesPerPixel) &&
    samplesPerPixel >= colourSamples &&
    samplesPerPixel <= MOST_SAMPLES;
  if (!alphaFits || !samplesFit || (planes !== 1 && planes !== samplesPerPixel)) {
    throw new RangeError(
      `${planes} planes of ${samplesPerPixel} samples can't hold ${colourSamples} colours and alpha ${alpha?.sample}`,
    );
  }
  checkFormat(layout);
  checkWindow(layout);
}

function checkFormat({ bitsPerSample, format = 'unsigned', predictor }: SampleLayout): void {
  const formats: Readonly<Record<number, readonly SampleFormat[]>> = {
    1: ['unsigned'],
    2: ['unsigned'],
    4: ['unsigned'],
    8: ['unsigned'],
    16: ['unsigned', 'signed', 'float'],
    24: ['float'],
    32: ['unsigned', 'signed', 'float'],
  };
  const predictors = ['none', ...([8, 16, 32].includes(bitsPerSample) ? ['horizontal'] : [])];
  if (format === 'float') predictors.push('floating');
  if (!formats[bitsPerSample]?.includes(format) || !predictors.includes(predictor)) {
    throw new RangeError(`${format} samples of ${bitsPerSample} bits with predictor ${predictor} can't be read`);
  }
}

function checkWindow(layout: SampleLayout): void {
  const { bitsPerSample, alpha, window } = layout;
  if (window !== undefined && !(Number.isFinite(window.max - window.min) && window.min < window.max)) {
    throw new RangeError(`${window.min}–${window.max} is no window`);
  }
  if (window !== undefined && bitsPerSample < 16) {
    throw new RangeError(`Samples of ${bitsPerSample} bits have no window`);
  }
  const { min } = window ?? naturalWindow(layout);
  if (alpha?.associated && min !== 0) {
    throw new RangeError(`A window from ${min} on doesn't fit a colour that is multiplied by its alpha`);
  }
}

/** @throws {ImageServerError} 502 when rows of `rowBytes` end before the crop does. */
export function checkSampleBytes(plane: Uint8Array, rowBytes: number, crop: Rect): void {
  const needed = rowBytes * (crop.y + crop.height);
  if (plane.length < needed) {
    throw new ImageServerError(
      502,
      `A tile of the image holds ${plane.length} bytes of samples where ${needed} are needed: the file is damaged or was written wrongly`,
    );
  }
}
