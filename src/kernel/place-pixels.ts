import type { Pixels } from '../codec/codec.ts';
import { checkRect, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';

/**
 * Copies `crop` of decoded pixels into `target` at `x`, `y`, as RGBA.
 * @throws {RangeError} when the crop reaches outside the pixels or the target.
 */
export function placePixels(
  memory: KernelMemory,
  target: Raster,
  x: number,
  y: number,
  pixels: Pixels,
  crop: Rect,
): void {
  checkRaster(memory, target);
  checkRect(crop, pixels.width, pixels.height);
  checkRect({ ...crop, x, y }, target.width, target.height);
  const { channels, data } = pixels;
  const rowBytes = pixels.width * channels;
  if (data.length < rowBytes * pixels.height) {
    throw new RangeError(`${data.length} bytes can't hold ${pixels.width} × ${pixels.height} × ${channels} samples`);
  }
  const rowAddress = (row: number) => target.address + (y + row) * target.stride + x * 4;
  const { wasm } = memory;
  const hasAlpha = channels === 2 || channels === 4;

  if (channels === 4) {
    const whole = memory.view(0, memory.bytes);
    for (let row = 0; row < crop.height; row++) {
      const start = (crop.y + row) * rowBytes + crop.x * 4;
      whole.set(data.subarray(start, start + crop.width * 4), rowAddress(row));
    }
  } else {
    memory.inBands(rowBytes, crop.height, (band, first, count) => {
      const start = (crop.y + first) * rowBytes;
      const length = count * rowBytes;
      memory.view(band, length).set(data.subarray(start, start + length));
      const source = band + crop.x * channels;
      const to = rowAddress(first);
      if (channels === 2) {
        const [step, alpha] = [channels, source + 1];
        wasm.gather8(source, source, source, alpha, step, rowBytes, to, target.stride, crop.width, count, 0);
      } else {
        const expand = channels === 1 ? wasm.expandGrey : wasm.expandRgb;
        expand(source, rowBytes, to, target.stride, crop.width, count, 0);
      }
    });
  }
  if (hasAlpha || !target.knownOpaque) target.setOpaque(undefined);
}
