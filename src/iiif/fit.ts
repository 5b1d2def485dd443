import type { Limits, Size } from './request.ts';

/** `maxHeight`, inferred from `maxWidth` where only that is given (3.0, section 5.2). */
export function limitHeight(limits: Limits): number {
  return limits.maxHeight ?? limits.maxWidth ?? Infinity;
}

/** Upscaling needs a published `maxWidth` or `maxArea` (3.0, section 5.7), else a request could ask for any size. */
export function canUpscale(limits: Limits): boolean {
  return limits.maxWidth !== undefined || limits.maxArea !== undefined;
}

export function isWithinLimits(size: Size, limits: Limits): boolean {
  return (
    size.width <= (limits.maxWidth ?? Infinity) &&
    size.height <= limitHeight(limits) &&
    size.width * size.height <= (limits.maxArea ?? Infinity)
  );
}

/**
 * The side that belongs to `wanted`, where a region's sides are `other` and `side`: the nearest whole number, at least 1.
 * Reductions by a power of two round up instead, as the tiles and `sizes` of a pyramid do: a viewer of 2.1 asks for the
 * right-hand tile 487 × 1024 as `122,` and lays out 122 × 256 for it, where the nearest would be 257.
 */
export function proportional(other: number, side: number, wanted: number): number {
  const exact = (other * wanted) / side;
  const factor = Math.round(side / wanted);
  const roundedUp = Math.ceil(other / factor);
  const isPowerOfTwo = Number.isInteger(Math.log2(factor));
  if (isPowerOfTwo && Math.ceil(side / factor) === wanted && Math.abs(roundedUp - exact) < 1) return roundedUp;
  return Math.max(1, Math.round(exact));
}

/** The region scaled so that its area is as near to `area` as whole pixels allow, never above. */
export function nearest(region: Size, area: number): Size {
  const scale = Math.sqrt(area / (region.width * region.height));
  return withinArea({ width: floor(region.width * scale), height: floor(region.height * scale) }, area);
}

/**
 * What `max` and `^max` stand for: area first, then width, then height, each side computed from the region's own size
 * so that roundings don't add up (3.0 implementation notes, section 4). Without limits it is the region's own size.
 */
export function maximumSize(region: Size, limits: Limits, upscale: boolean): Size {
  const { maxWidth = Infinity, maxArea = Infinity } = limits;
  const maxHeight = limitHeight(limits);
  let { width, height } = region;
  if (maxArea < width * height || (upscale && maxArea < Infinity)) ({ width, height } = nearest(region, maxArea));
  if (maxWidth < width || (upscale && maxArea === Infinity && maxWidth < Infinity)) {
    width = maxWidth;
    height = rounded((region.height * maxWidth) / region.width);
  }
  if (maxHeight < height) {
    height = maxHeight;
    width = rounded((region.width * maxHeight) / region.height);
  }
  return withinArea({ width, height }, maxArea);
}

/** Rounding a long thin region's short side up can exceed the area by less than one row. */
function withinArea({ width, height }: Size, area: number): Size {
  if (width * height <= area) return { width, height };
  return width > height
    ? { width: Math.max(1, Math.floor(area / height)), height }
    : { width, height: Math.max(1, Math.floor(area / width)) };
}

function rounded(length: number): number {
  return Math.max(1, Math.round(length));
}

/** A whole number that came out a hair too small, as square roots make them, is still that number. */
function floor(length: number): number {
  return Math.max(1, Math.floor(length + 1e-9));
}
