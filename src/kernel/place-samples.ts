import { ImageServerError } from '../errors.ts';
import { checkRaster, checkRect, checkSize, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import type { Raster } from './raster.ts';

/** How uncompressed samples lie in a tile (TIFF 6.0 sections 3, 14, 18). */
export interface SampleLayout {
  readonly bitsPerSample: 8 | 16;
  /** Samples of one pixel, those that are neither colour nor alpha included. */
  readonly samplesPerPixel: number;
  /** 1 grey, 3 RGB: the first samples of a pixel. */
  readonly colourSamples: 1 | 3;
  /** Which sample is alpha, counted from 0; `associated`: the colour is premultiplied by it. */
  readonly alpha?: { readonly sample: number; readonly associated: boolean } | undefined;
  readonly littleEndian: boolean;
  /** `WhiteIsZero`: 0 is white. */
  readonly inverted: boolean;
  readonly predictor: 'none' | 'horizontal';
}

/** More samples of a pixel than any scanner has; bounds the memory of a row. */
const MOST_SAMPLES = 64;

/** Extra bytes between planes in a band: in-place loops run past the end by less. */
const PLANE_SLACK = 64;

/**
 * Converts `crop` of a tile of uncompressed samples to RGBA in `target` at `x`, `y`. 16 bits become 8 by
 * round(v / 257); associated alpha is divided out.
 * @param planes one part with interleaved samples, or one part per sample.
 * @throws {ImageServerError} 502 when a plane is shorter than its rows up to the end of the crop.
 * @throws {RangeError} when the crop reaches outside tile or target, or the layout contradicts itself.
 */
export function placeSamples(
  memory: KernelMemory,
  target: Raster,
  x: number,
  y: number,
  planes: readonly Uint8Array[],
  layout: SampleLayout,
  tileWidth: number,
  tileHeight: number,
  crop: Rect,
): void {
  checkRaster(memory, target);
  checkSize(tileWidth, tileHeight);
  checkRect(crop, tileWidth, tileHeight);
  checkRect({ ...crop, x, y }, target.width, target.height);
  checkLayout(layout, planes.length);
  const planar = planes.length > 1;
  const distance = planar ? 1 : layout.samplesPerPixel;
  const rowSamples = tileWidth * distance;
  const rowBytes = rowSamples * (layout.bitsPerSample / 8);
  const used = planar ? neededPlanes(planes, layout) : planes;
  for (const plane of used) checkLength(plane, rowBytes, crop);

  const bandRow = used.length * (rowBytes + PLANE_SLACK);
  memory.inBands(bandRow, crop.height, (band, first, count) => {
    const start = (crop.y + first) * rowBytes;
    const length = count * rowBytes;
    const addresses = used.map((plane, index) => {
      const address = band + index * count * (rowBytes + PLANE_SLACK);
      memory.view(address, length).set(plane.subarray(start, start + length));
      restoreSamples(memory, address, rowBytes, count, distance, layout);
      return address;
    });
    const to = target.address + (y + first) * target.stride + x * 4;
    expand(memory, addresses, rowSamples, distance, layout, crop, count, to, target.stride);
  });
  if (layout.alpha !== undefined || !target.knownOpaque) target.setOpaque(undefined);
}

/** Byte order, predictor and, unless the colour must be divided by alpha first, 16 → 8 bit; all in place. */
function restoreSamples(
  { wasm }: KernelMemory,
  address: number,
  rowBytes: number,
  rows: number,
  distance: number,
  layout: SampleLayout,
): void {
  const predicted = layout.predictor === 'horizontal';
  if (layout.bitsPerSample === 8) {
    if (predicted) wasm.unpredict8(address, rowBytes, rows, distance);
    return;
  }
  const count = (rowBytes / 2) * rows;
  if (!layout.littleEndian) wasm.swap16(address, count);
  if (predicted) wasm.unpredict16(address, rowBytes, rows, distance);
  if (!layout.alpha?.associated) wasm.narrow16(address, count);
}

/** `addresses`: the needed planes, colour before alpha; or one part with `distance` samples from pixel to pixel. */
function expand(
  { wasm }: KernelMemory,
  addresses: readonly number[],
  rowSamples: number,
  distance: number,
  layout: SampleLayout,
  crop: Rect,
  rows: number,
  to: number,
  stride: number,
): void {
  const { alpha, colourSamples } = layout;
  const associated = alpha?.associated ?? false;
  const wide = layout.bitsPerSample === 16 && associated;
  const sampleBytes = wide ? 2 : 1;
  const step = distance * sampleBytes;
  const rowBytes = rowSamples * sampleBytes;
  const invert = layout.inverted ? 0x00ffffff : 0;
  const { width } = crop;
  const planar = addresses.length > 1;
  const [first = 0] = addresses;
  const start = crop.x * step;
  const rgb = colourSamples === 3;

  if (alpha === undefined && !planar && (distance === 1 || (distance === 3 && rgb))) {
    const expandRows = distance === 1 ? wasm.expandGrey : wasm.expandRgb;
    expandRows(first + start, rowBytes, to, stride, width, rows, invert);
    return;
  }
  const sample = (plane: number, index: number) =>
    start + (planar ? (addresses[plane] ?? first) : first + index * sampleBytes);
  const r = sample(0, 0);
  const g = rgb ? sample(1, 1) : r;
  const b = rgb ? sample(2, 2) : r;
  const a = alpha === undefined ? 0 : sample(colourSamples, alpha.sample);
  if (planar && !associated) {
    wasm.interleave(r, g, b, a, rowBytes, to, stride, width, rows, invert);
  } else {
    const gather = wide ? wasm.gather16 : wasm.gather8;
    gather(r, g, b, a, step, rowBytes, to, stride, width, rows, invert, associated ? 1 : 0);
  }
}

function neededPlanes(planes: readonly Uint8Array[], layout: SampleLayout): readonly Uint8Array[] {
  const alpha = layout.alpha === undefined ? undefined : planes[layout.alpha.sample];
  return [...planes.slice(0, layout.colourSamples), ...(alpha === undefined ? [] : [alpha])];
}

function checkLayout({ samplesPerPixel, colourSamples, alpha }: SampleLayout, planes: number): void {
  const alphaFits =
    alpha === undefined ||
    (Number.isInteger(alpha.sample) && alpha.sample >= colourSamples && alpha.sample < samplesPerPixel);
  const samplesFit =
    Number.isInteger(samplesPerPixel) && samplesPerPixel >= colourSamples && samplesPerPixel <= MOST_SAMPLES;
  if (!alphaFits || !samplesFit || (planes !== 1 && planes !== samplesPerPixel)) {
    throw new RangeError(
      `${planes} planes of ${samplesPerPixel} samples can't hold ${colourSamples} colours and alpha ${alpha?.sample}`,
    );
  }
}

function checkLength(plane: Uint8Array, rowBytes: number, crop: Rect): void {
  const needed = rowBytes * (crop.y + crop.height);
  if (plane.length < needed) {
    throw new ImageServerError(
      502,
      `A tile of the image holds ${plane.length} bytes of samples where ${needed} are needed: the file is damaged or was written wrongly`,
    );
  }
}
