import type { Pixels } from '../codec/codec.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';

/** What an encoder takes: 1 luma as in `grey` (of a grey raster: its value), 3 RGB, 4 RGBA. */
export type ReadChannels = 1 | 3 | 4;

/** A copy of the pixels in rows without padding. With fewer than 4 channels alpha is left out: flatten first. */
export function readPixels<C extends ReadChannels>(
  memory: KernelMemory,
  source: Raster,
  channels: C,
): Pixels & { readonly channels: C } {
  checkRaster(memory, source);
  const { width, height, stride, address } = source;
  const { wasm } = memory;
  const rowBytes = width * channels;
  const data = new Uint8Array(rowBytes * height);
  memory.inBands(rowBytes, height, (band, first, count) => {
    const from = address + first * stride;
    if (channels === 1) wasm.packGrey(from, stride, width, count, band);
    else if (channels === 3) wasm.packRgb(from, stride, width, count, band);
    else wasm.copyRows(from, stride, band, rowBytes, rowBytes, count);
    data.set(memory.view(band, count * rowBytes), first * rowBytes);
  });
  return { width, height, channels, data };
}
