import type { Axis } from './axis.ts';
import type { AxisCache } from './axis-cache.ts';
import type { Filter } from './filters.ts';
import { checkRect, checkSize, fractionalRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, Raster } from './raster.ts';
import { LARGEST_LOG2, reduceRect } from './reduce.ts';

// Largest magnitudes, with rounding, that meet a weight of 1 (see `planAxis`).
const REACH_VERTICAL = 256;
const REACH_VERTICAL_WEIGHTED = 32_514;
const REACH_HORIZONTAL = 16_384;
// Negative weights of the vertical pass overshoot, up to where its 16-bit results saturate.
const REACH_HORIZONTAL_OVERSHOT = 32_832;

/**
 * Scales a part of a raster. Output pixel i covers `crop.x + i · crop.width / width` and so on, exactly. Filters wider
 * than a pixel also see what lies around the crop within the source, so that neighbouring tiles fit. Colours count by
 * their alpha where the source isn't opaque. Whole pixels at 1:1 are copied, 2ⁿ areas of them averaged exactly.
 * @param crop with fractions, within the source.
 * @throws {RangeError} when it isn't.
 */
export function resample(
  memory: KernelMemory,
  cache: AxisCache,
  source: Raster,
  crop: Rect,
  width: number,
  height: number,
  filter: Filter,
): Raster {
  checkRaster(memory, source);
  checkSize(width, height);
  const part = fractionalRect(crop, source.width, source.height);
  const shortcut = wholePixels(memory, source, part, width, height, filter);
  if (shortcut !== undefined) return shortcut;

  const { opaque } = source;
  const vertical = { size: source.height, offset: part.y, length: part.height, outputs: height };
  const horizontal = { size: source.width, offset: part.x, length: part.width, outputs: width };
  const yAxis = cache.plan(vertical, filter, opaque ? REACH_VERTICAL : REACH_VERTICAL_WEIGHTED);
  const xAxis = cache.plan(horizontal, filter, yAxis.gain > 1 ? REACH_HORIZONTAL_OVERSHOT : REACH_HORIZONTAL);
  const result = new Raster(memory, width, height);
  try {
    run(memory, source, result, xAxis, yAxis);
  } catch (error) {
    result.free();
    throw error;
  }
  result.setOpaque(opaque ? true : undefined);
  return result;
}

/** A part of a raster, in whole pixels, as a raster of its own. */
export function crop(memory: KernelMemory, source: Raster, rect: Rect): Raster {
  checkRaster(memory, source);
  checkRect(rect, source.width, source.height);
  const result = new Raster(memory, rect.width, rect.height);
  const from = source.address + rect.y * source.stride + rect.x * 4;
  memory.wasm.copyRows(from, source.stride, result.address, result.stride, rect.width * 4, rect.height);
  result.setOpaque(source.knownOpaque ? true : undefined);
  return result;
}

function wholePixels(
  memory: KernelMemory,
  source: Raster,
  rect: Rect,
  width: number,
  height: number,
  filter: Filter,
): Raster | undefined {
  if (![rect.x, rect.y, rect.width, rect.height].every(Number.isInteger)) return undefined;
  const ratio = rect.width / width;
  if (ratio !== rect.height / height) return undefined;
  if (ratio === 1) return crop(memory, source, rect);
  const log2 = Math.log2(ratio);
  const boxes = filter === 'area' && Number.isInteger(log2) && log2 >= 1 && log2 <= LARGEST_LOG2;
  return boxes ? reduceRect(memory, source, rect, log2) : undefined;
}

function run(memory: KernelMemory, source: Raster, result: Raster, xAxis: Axis, yAxis: Axis): void {
  const columns = xAxis.end - xAxis.first;
  const parts = [xAxis.starts, yAxis.starts, xAxis.weights, yAxis.weights].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const tableBytes = parts.reduce((sum, part) => sum + part.length, 0);
  // Strips of 32 bytes become 64, and a pair of taps may begin at the last column.
  const rowBytes = Math.ceil(columns / 8) * 64 + 64;
  memory.withScratch(rowBytes + tableBytes, (row) => {
    let end = row + rowBytes;
    const [xStarts = 0, yStarts = 0, xWeights = 0, yWeights = 0] = parts.map((part) => {
      const address = end;
      memory.view(address, part.length).set(part);
      end += part.length;
      return address;
    });
    const kernel = source.opaque ? memory.wasm.resample : memory.wasm.resampleWeighted;
    const from = source.address + yAxis.first * source.stride + xAxis.first * 4;
    kernel(
      from,
      source.stride,
      columns,
      result.address,
      result.stride,
      result.width,
      result.height,
      xStarts,
      xWeights,
      xAxis.taps,
      xAxis.shift,
      yStarts,
      yWeights,
      yAxis.taps,
      yAxis.shift,
      row,
    );
  });
}
