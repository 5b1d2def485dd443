import { readFile } from 'node:fs/promises';
import type { Pixels } from '../../src/codec/codec.ts';
import { createKernel, type Kernel, type KernelOptions } from '../../src/kernel/kernel.ts';
import type { Raster } from '../../src/kernel/raster.ts';

const compiled = readFile(new URL('../../src/kernel/kernel.wasm', import.meta.url)).then((bytes) =>
  WebAssembly.compile(bytes),
);

/** A kernel of its own from the built wasm (`asc --config src/kernel/asconfig.json --target release` writes it). */
export async function loadKernel(options?: KernelOptions): Promise<Kernel> {
  return createKernel(await compiled, options);
}

/** RGBA pixels as a raster. */
export function rasterOf(kernel: Kernel, pixels: Pixels): Raster {
  const raster = kernel.raster(pixels.width, pixels.height);
  kernel.placePixels(raster, 0, 0, pixels, { x: 0, y: 0, width: pixels.width, height: pixels.height });
  return raster;
}
