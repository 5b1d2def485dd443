import type { KernelMemory } from './memory.ts';
import { checkRaster, Raster } from './raster.ts';

/** Quarter turns clockwise. */
export type Quarter = 1 | 2 | 3;

/** Exchanges left and right, in place. */
export function mirror(memory: KernelMemory, raster: Raster): void {
  checkRaster(memory, raster);
  memory.wasm.mirror(raster.address, raster.stride, raster.width, raster.height);
}

/** Turns by `quarter` · 90° clockwise. */
export function turn(memory: KernelMemory, source: Raster, quarter: Quarter): Raster {
  checkRaster(memory, source);
  const { address, stride, width, height } = source;
  const result = quarter === 2 ? new Raster(memory, width, height) : new Raster(memory, height, width);
  if (quarter === 2) {
    memory.wasm.turnHalf(address, stride, result.address, result.stride, width, height);
  } else {
    const clockwise = quarter === 1 ? 1 : 0;
    memory.wasm.turnQuarter(address, stride, result.address, result.stride, width, height, clockwise);
  }
  result.setOpaque(source.knownOpaque ? true : undefined);
  return result;
}
