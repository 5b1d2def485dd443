import { axisFilters, type Filter } from './filters.ts';

/** Which source pixels make each output pixel of one axis, and by how much. */
export interface Axis {
  /** Source pixels `first` … `end` (exclusive) are used at all. */
  readonly first: number;
  readonly end: number;
  /** Per output pixel: its first source pixel, counted from `first`. */
  readonly starts: Int32Array;
  /** Per output pixel: `taps` weights, whose sum is 2^`shift`. */
  readonly weights: Int16Array;
  /** Even. */
  readonly taps: number;
  readonly shift: number;
  /** Largest sum of absolute weights, as a multiple of their sum; 1 where none is negative. */
  readonly gain: number;
}

/** What an axis is made from: `outputs` pixels that cover `offset` … `offset + length` of `size` source pixels. */
export interface AxisGeometry {
  readonly size: number;
  readonly offset: number;
  readonly length: number;
  readonly outputs: number;
}

/** Computed edges of pixels are that inexact. */
const EPSILON = 1e-9;

interface Window {
  readonly start: number;
  readonly values: readonly number[];
}

/**
 * Weights of a separable filter. Output pixel i covers `offset + i · length / outputs` and so many pixels; the filter
 * is widened by the ratio when reducing. Source pixels outside the image don't count, so weights at its edge are scaled
 * up. A ratio of exactly 1 at whole pixels copies.
 * @param reach largest magnitude, with rounding, that meets a weight of 1 in the accumulator: the sum of the weights is
 *   chosen as large as 32 bits allow, so that hundreds of taps keep their precision.
 */
export function planAxis(geometry: AxisGeometry, filter: Filter, reach: number): Axis {
  const { size, outputs } = geometry;
  const windows: Window[] = [];
  let taps = 2;
  let gain = 1;
  let largest = 0;
  for (let index = 0; index < outputs; index++) {
    const window = normalised(windowOf(geometry, filter, index));
    windows.push(window);
    taps = Math.max(taps, window.values.length);
    let negative = 0;
    for (const value of window.values) {
      negative -= Math.min(0, value);
      largest = Math.max(largest, Math.abs(value));
    }
    gain = Math.max(gain, 1 + 2 * negative);
  }
  taps += taps & 1;
  const shift = Math.floor(Math.min(Math.log2((2 ** 31 - 1) / (gain * reach)), Math.log2(32766 / largest)));

  const starts = new Int32Array(outputs);
  const weights = new Int16Array(outputs * taps);
  windows.forEach(({ start, values }, index) => {
    const shifted = Math.max(0, Math.min(start, size - taps));
    starts[index] = shifted;
    quantise(values, 2 ** shift, weights.subarray(index * taps + start - shifted, (index + 1) * taps));
  });
  const first = starts.reduce((least, start) => Math.min(least, start), size);
  const end = starts.reduce((most, start) => Math.max(most, start + taps), 0);
  for (let index = 0; index < outputs; index++) starts[index] = (starts[index] ?? 0) - first;
  return { first, end: Math.min(end, size), starts, weights, taps, shift, gain };
}

function windowOf(geometry: AxisGeometry, filter: Filter, index: number): Window {
  const { size, offset, length, outputs } = geometry;
  const scale = length / outputs;
  const left = offset + index * scale;
  if (scale === 1 && Number.isInteger(offset)) return { start: left, values: [1] };
  const values: number[] = [];
  if (filter === 'area') {
    const right = left + scale;
    const start = Math.min(size - 1, Math.floor(left + EPSILON));
    const end = Math.min(size, Math.max(start + 1, Math.ceil(right - EPSILON)));
    for (let pixel = start; pixel < end; pixel++) values.push(Math.min(right, pixel + 1) - Math.max(left, pixel));
    return { start, values };
  }
  const { radius, weight } = axisFilters[filter];
  const stretch = Math.max(1, scale);
  const centre = left + scale / 2;
  const start = Math.max(0, Math.floor(centre - radius * stretch + 0.5 + EPSILON));
  const end = Math.min(size, Math.max(start + 1, Math.ceil(centre + radius * stretch - 0.5 - EPSILON)));
  for (let pixel = start; pixel < end; pixel++) values.push(weight((pixel + 0.5 - centre) / stretch));
  return { start, values };
}

function normalised({ start, values }: Window): Window {
  const sum = values.reduce((total, value) => total + value, 0);
  return { start, values: values.map((value) => value / sum) };
}

/** Rounds the running sum, so that the weights add up to `total` and no single one carries all the rounding. */
function quantise(values: readonly number[], total: number, weights: Int16Array): void {
  let exact = 0;
  let rounded = 0;
  values.forEach((value, index) => {
    exact += value * total;
    const next = index === values.length - 1 ? total : Math.round(exact);
    weights[index] = next - rounded;
    rounded = next;
  });
}
