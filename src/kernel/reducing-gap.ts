import type { AxisCache } from './axis-cache.ts';
import { axisFilters, type Filter } from './filters.ts';
import { checkSize, fractionalRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';
import { LARGEST_LOG2, reduceRect } from './reduce.ts';
import { resample } from './resample.ts';

/**
 * `resample` in two steps: exact 2ⁿ boxes while the ratio stays at least `gap`, then the filter, which is left with a
 * ratio of `gap` to 2 · `gap` (Pillow's `reducing_gap`, libvips' `gap`). Where the ratio is less than 2 · `gap`, and for
 * `area`, which would gain little, it is `resample` itself. Boxes stand on a grid of the whole source, so that neighbouring tiles of one scale fit.
 * @throws {RangeError} as `resample`, and when the gap isn't at least 1.
 */
export function resampleWithGap(
  memory: KernelMemory,
  cache: AxisCache,
  source: Raster,
  crop: Rect,
  width: number,
  height: number,
  filter: Filter,
  gap: number,
): Raster {
  checkRaster(memory, source);
  checkSize(width, height);
  if (!(gap >= 1)) throw new RangeError(`A gap of ${gap} is less than 1`);
  const part = fractionalRect(crop, source.width, source.height);
  const ratios = [part.width / width, part.height / height] as const;
  const log2 = Math.min(LARGEST_LOG2, Math.floor(Math.log2(Math.min(...ratios) / gap)));
  if (filter === 'area' || log2 < 1) return resample(memory, cache, source, part, width, height, filter);

  const side = 2 ** log2;
  const { radius } = axisFilters[filter];
  const x = seen(part.x, part.width, radius * ratios[0], side, source.width);
  const y = seen(part.y, part.height, radius * ratios[1], side, source.height);
  const boxes = { x: x.start, y: y.start, width: x.end - x.start, height: y.end - y.start };
  const reduced = reduceRect(memory, source, boxes, log2);
  try {
    const rest = {
      x: (part.x - boxes.x) / side,
      y: (part.y - boxes.y) / side,
      width: part.width / side,
      height: part.height / side,
    };
    return resample(memory, cache, reduced, rest, width, height, filter);
  } finally {
    reduced.free();
  }
}

/** The boxes that a filter sees along one axis, in source pixels. */
function seen(
  start: number,
  length: number,
  reach: number,
  side: number,
  size: number,
): { start: number; end: number } {
  return {
    start: Math.max(0, Math.floor((start - reach) / side) * side),
    end: Math.min(size, Math.ceil((start + length + reach) / side) * side),
  };
}
