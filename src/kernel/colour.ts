import type { KernelMemory } from './memory.ts';
import { checkRaster, packRgb, type Raster, type Rgb } from './raster.ts';

/** Luma from which on a pixel is white in `bitonal`. */
export const DEFAULT_THRESHOLD = 128;

/** Composites on a background, in place; the raster is opaque afterwards. */
export function flatten(memory: KernelMemory, raster: Raster, background: Rgb): void {
  checkRaster(memory, raster);
  const ground = packRgb(background);
  if (raster.opaque) return;
  memory.wasm.flatten(raster.address, raster.stride, raster.width, raster.height, ground);
  raster.setOpaque(true);
}

/**
 * Takes the colour away, in place: Rec. 601 luma of the values as they are,
 * (19595 R + 38470 G + 7471 B + 32768) >> 16, which is also Pillow's `L`. IIIF leaves the formula open. Alpha is kept.
 */
export function grey(memory: KernelMemory, raster: Raster): void {
  checkRaster(memory, raster);
  memory.wasm.grey(raster.address, raster.stride, raster.width, raster.height);
}

/** White where the luma of `grey` is at least `threshold` (0–256), else black, in place; alpha is kept. */
export function bitonal(memory: KernelMemory, raster: Raster, threshold: number): void {
  checkRaster(memory, raster);
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > 256) {
    throw new RangeError(`The threshold ${threshold} is no whole number from 0 to 256`);
  }
  memory.wasm.bitonal(raster.address, raster.stride, raster.width, raster.height, threshold);
}
