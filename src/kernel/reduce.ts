import { checkRect, fullRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, Raster } from './raster.ts';

/** Largest exponent: sums of 256 × 256 pixels still fit 32 bits. */
export const LARGEST_LOG2 = 8;

/**
 * Averages boxes of 2ⁿ × 2ⁿ pixels exactly, rounded half up, each box weighted by alpha where the source isn't opaque.
 * The result is `ceil(size / 2ⁿ)`: what is left over at the right and bottom edge makes smaller boxes. Whole boxes of
 * n = 1 are bit-identical to a pyramid by libvips, which drops what is left over.
 * @param log2 n, 1–8.
 */
export function reduce(memory: KernelMemory, source: Raster, log2: number): Raster {
  checkRaster(memory, source);
  return reduceRect(memory, source, fullRect(source), log2);
}

/** The same for a part of a raster, in whole pixels. */
export function reduceRect(memory: KernelMemory, source: Raster, rect: Rect, log2: number): Raster {
  checkRect(rect, source.width, source.height);
  if (!Number.isInteger(log2) || log2 < 1 || log2 > LARGEST_LOG2) {
    throw new RangeError(`A box of 2^${log2} pixels is not within 2^1–2^${LARGEST_LOG2}`);
  }
  const side = 2 ** log2;
  const { opaque, stride } = source;
  const width = Math.ceil(rect.width / side);
  const height = Math.ceil(rect.height / side);
  const result = new Raster(memory, width, height);
  result.setOpaque(opaque ? true : undefined);
  const { wasm } = memory;
  const from = (x: number, y: number) => source.address + (rect.y + y) * stride + (rect.x + x) * 4;
  const to = (x: number, y: number) => result.address + y * result.stride + x * 4;
  if (!opaque) {
    const { width: w, height: h } = rect;
    wasm.boxWeighted(from(0, 0), stride, w, h, to(0, 0), result.stride, width, height, log2);
    return result;
  }

  const columns = Math.floor(rect.width / side);
  const rows = Math.floor(rect.height / side);
  if (columns > 0 && rows > 0) {
    if (log2 === 1) wasm.box2(from(0, 0), stride, to(0, 0), result.stride, columns, rows);
    else wasm.box(from(0, 0), stride, to(0, 0), result.stride, columns, rows, log2);
  }
  const restWidth = rect.width - columns * side;
  const restHeight = rect.height - rows * side;
  if (restWidth > 0) {
    const start = from(columns * side, 0);
    wasm.boxWeighted(start, stride, restWidth, rect.height, to(columns, 0), result.stride, 1, height, log2);
  }
  if (restHeight > 0 && columns > 0) {
    const start = from(0, rows * side);
    wasm.boxWeighted(start, stride, columns * side, restHeight, to(0, rows), result.stride, columns, 1, log2);
  }
  return result;
}
