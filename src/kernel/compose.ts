import { checkRect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';

/**
 * Composites all of `source` over `target` at `x`, `y`, in place ("over" of Porter and Duff), its alpha times `opacity`.
 * Exact to one level of each sample.
 * @throws {RangeError} when it reaches outside the target, or the opacity isn't 0–1.
 */
export function compose(
  memory: KernelMemory,
  target: Raster,
  x: number,
  y: number,
  source: Raster,
  opacity: number,
): void {
  checkRaster(memory, target);
  checkRaster(memory, source);
  if (!(opacity >= 0 && opacity <= 1)) throw new RangeError(`The opacity ${opacity} isn't between 0 and 1`);
  const { width, height } = source;
  checkRect({ x, y, width, height }, target.width, target.height);
  const wasOpaque = target.knownOpaque;
  const address = target.address + y * target.stride + x * 4;
  memory.wasm.compose(source.address, source.stride, address, target.stride, width, height, Math.round(opacity * 255));
  // What is opaque stays so; else the pixels that made it transparent may be covered now.
  target.setOpaque(wasOpaque ? true : undefined);
}
