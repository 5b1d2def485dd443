import type { Pixels } from '../codec/codec.ts';
import { AxisCache } from './axis-cache.ts';
import { bitonal, DEFAULT_THRESHOLD, flatten, grey } from './colour.ts';
import { applyMatrix, type MatrixTables } from './colour-matrix.ts';
import { applyTable, type PreparedTable } from './colour-table.ts';
import { compose } from './compose.ts';
import type { Filter } from './filters.ts';
import { fullRect, type Rect } from './geometry.ts';
import { DEFAULT_MEMORY_LIMIT, KernelMemory } from './memory.ts';
import { type IndexLayout, placeIndexed } from './place-indexed.ts';
import { type MaskLayout, placeMask } from './place-mask.ts';
import { placePixels } from './place-pixels.ts';
import { placeSamples } from './place-samples.ts';
import { fill, filledRaster, Raster, type Rgb } from './raster.ts';
import { type ReadChannels, readPixels } from './read.ts';
import { reduce } from './reduce.ts';
import { resampleWithGap } from './reducing-gap.ts';
import { crop, resample } from './resample.ts';
import { rotate } from './rotate.ts';
import type { SampleLayout } from './sample-layout.ts';
import { mirror, type Quarter, turn } from './turn.ts';
import type { KernelExports } from './wasm.ts';

export interface KernelOptions {
  /** Bytes the kernel's memory may grow to; by default `DEFAULT_MEMORY_LIMIT`. */
  readonly memoryLimit?: number;
}

export interface ResampleOptions {
  /**
   * For large reductions by `mitchell` and `lanczos3`: exact 2ⁿ boxes first, as long as the ratio stays at least this,
   * at least 1. Against the direct way a gap of 3 keeps 54–59 dB and one of 6 the rounding's 59; 1.5 keeps 49–52.
   * Reducing 2048² to 200² by lanczos3 takes half the time with 4, a third with 2. By default the direct way.
   */
  readonly reducingGap?: number | undefined;
}

/**
 * Pixel work in one linear memory. Everything is synchronous. Operations that make a raster throw ImageServerError 413
 * when the memory limit would be exceeded, and RangeError for arguments that don't fit together; a raster that an
 * operation is given stays the caller's, to be freed by it.
 *
 * The memory grows and never shrinks. To give it back, drop the kernel when `liveRasters` is 0 and create another one
 * from the same module, which takes about a millisecond.
 */
export interface Kernel {
  /** Size of the linear memory in bytes. */
  readonly memoryBytes: number;
  /** Rasters that were made and not yet freed. */
  readonly liveRasters: number;
  /** For a codec that works on the same memory. */
  readonly memory: KernelMemory;

  /** A raster of one colour, opaque; transparent black without one. */
  raster(width: number, height: number, colour?: Rgb): Raster;
  /** A raster that holds whatever its memory held before: for one of which every pixel will be written. */
  unfilledRaster(width: number, height: number): Raster;
  /** Fills a part, in whole pixels, with one colour; with transparent black without one. */
  fill(raster: Raster, rect: Rect, colour?: Rgb): void;
  /** Copies `crop` of decoded pixels into `target` at `x`, `y`. */
  placePixels(target: Raster, x: number, y: number, pixels: Pixels, crop: Rect): void;
  /** Converts `crop` of a tile of uncompressed samples into `target` at `x`, `y`; ImageServerError 502 when they end early. */
  placeSamples(
    target: Raster,
    x: number,
    y: number,
    planes: readonly Uint8Array[],
    layout: SampleLayout,
    tileWidth: number,
    tileHeight: number,
    crop: Rect,
  ): void;

  /** Places `crop` of a tile of palette indices into `target` at `x`, `y`; ImageServerError 502 when they end early. */
  placeIndexed(
    target: Raster,
    x: number,
    y: number,
    samples: Uint8Array,
    layout: IndexLayout,
    tileWidth: number,
    tileHeight: number,
    crop: Rect,
  ): void;

  /** Makes transparent what `crop` of a tile's one-bit mask leaves out, in `target` at `x`, `y`; ImageServerError 502 when it ends early. */
  placeMask(
    target: Raster,
    x: number,
    y: number,
    bits: Uint8Array,
    layout: MaskLayout,
    tileWidth: number,
    tileHeight: number,
    crop: Rect,
  ): void;

  /** A part, in whole pixels, as a raster of its own. */
  crop(source: Raster, rect: Rect): Raster;
  /** Exact means of 2ⁿ × 2ⁿ pixels, n = 1–8; size `ceil(size / 2ⁿ)`. */
  reduce(source: Raster, log2: number): Raster;
  /** Scales a part, with fractions, to `width` × `height`. */
  resample(
    source: Raster,
    crop: Rect,
    width: number,
    height: number,
    filter: Filter,
    options?: ResampleOptions,
  ): Raster;
  /** Left ↔ right, in place. */
  mirror(raster: Raster): void;
  /** By quarter turns clockwise. */
  turn(source: Raster, quarter: Quarter): Raster;
  /** By any angle in degrees clockwise; size as `rotatedSize`, transparent outside. */
  rotate(source: Raster, degrees: number): Raster;

  /** Device RGB to sRGB by a matrix/shaper profile (`prepareMatrix`), in place, all of it or a part in whole pixels. */
  applyMatrix(raster: Raster, tables: MatrixTables, rect?: Rect): void;
  /** RGB or CMYK to sRGB by a table (`prepareTable`), in place, all of it or a part in whole pixels. */
  applyTable(raster: Raster, table: PreparedTable, rect?: Rect): void;
  /** On a background, in place. */
  flatten(raster: Raster, background: Rgb): void;
  /** Composites `source` over `target` at `x`, `y`, in place; opacity 0–1, by default 1. */
  compose(target: Raster, x: number, y: number, source: Raster, opacity?: number): void;
  /** Rec. 601 luma, in place. */
  grey(raster: Raster): void;
  /** Black and white by luma, in place; threshold 128 by default. */
  bitonal(raster: Raster, threshold?: number): void;
  /** A copy in rows without padding; 1 is luma. */
  read<C extends ReadChannels>(source: Raster, channels: C): Pixels & { readonly channels: C };
}

/** Creates a kernel from the compiled `kernel.wasm`. */
export async function createKernel(module: WebAssembly.Module, options: KernelOptions = {}): Promise<Kernel> {
  const instance = await WebAssembly.instantiate(module, {});
  const memory = new KernelMemory(instance.exports as KernelExports, options.memoryLimit ?? DEFAULT_MEMORY_LIMIT);
  const axes = new AxisCache();
  return {
    get memoryBytes() {
      return memory.bytes;
    },
    get liveRasters() {
      return memory.liveRasters;
    },
    memory,
    raster: (width, height, colour) => filledRaster(memory, width, height, colour),
    unfilledRaster: (width, height) => new Raster(memory, width, height),
    fill: (raster, rect, colour) => fill(memory, raster, rect, colour),
    placePixels: (target, x, y, pixels, rect) => placePixels(memory, target, x, y, pixels, rect),
    placeSamples: (target, x, y, planes, layout, tileWidth, tileHeight, rect) =>
      placeSamples(memory, target, x, y, planes, layout, tileWidth, tileHeight, rect),
    placeIndexed: (target, x, y, samples, layout, tileWidth, tileHeight, rect) =>
      placeIndexed(memory, target, x, y, samples, layout, tileWidth, tileHeight, rect),
    placeMask: (target, x, y, bits, layout, tileWidth, tileHeight, rect) =>
      placeMask(memory, target, x, y, bits, layout, tileWidth, tileHeight, rect),
    crop: (source, rect) => crop(memory, source, rect),
    reduce: (source, log2) => reduce(memory, source, log2),
    resample: (source, rect, width, height, filter, { reducingGap } = {}) =>
      reducingGap === undefined
        ? resample(memory, axes, source, rect, width, height, filter)
        : resampleWithGap(memory, axes, source, rect, width, height, filter, reducingGap),
    mirror: (raster) => mirror(memory, raster),
    turn: (source, quarter) => turn(memory, source, quarter),
    rotate: (source, degrees) => rotate(memory, source, degrees),
    applyMatrix: (raster, tables, rect = fullRect(raster)) => applyMatrix(memory, raster, tables, rect),
    applyTable: (raster, table, rect = fullRect(raster)) => applyTable(memory, raster, table, rect),
    flatten: (raster, background) => flatten(memory, raster, background),
    compose: (target, x, y, source, opacity = 1) => compose(memory, target, x, y, source, opacity),
    grey: (raster) => grey(memory, raster),
    bitonal: (raster, threshold = DEFAULT_THRESHOLD) => bitonal(memory, raster, threshold),
    read: (source, channels) => readPixels(memory, source, channels),
  };
}
