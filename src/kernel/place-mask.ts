import { checkRect, checkSize, type Rect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, type Raster } from './raster.ts';
import { checkSampleBytes } from './sample-layout.ts';

/** What a bit of a mask means. */
export interface MaskLayout {
  /** By default 1 is opaque and 0 transparent (TIFF 6.0, page 37); inverted it is the other way round. */
  readonly inverted: boolean;
}

const OPAQUE_BYTE = 0xff;

/**
 * Makes the pixels of `target` transparent where a mask is: `crop` of a tile of one bit each, the highest bit first, each
 * row beginning a byte, laid over `target` at `x`, `y`. The colours stay. Masks are all but empty, so that eight opaque
 * pixels at once are passed over; what is left takes less time than a call for it would.
 * @throws {ImageServerError} 502 when the mask ends before the crop does.
 * @throws {RangeError} when the crop reaches outside tile or target.
 */
export function placeMask(
  memory: KernelMemory,
  target: Raster,
  x: number,
  y: number,
  bits: Uint8Array,
  { inverted }: MaskLayout,
  tileWidth: number,
  tileHeight: number,
  crop: Rect,
): void {
  checkRaster(memory, target);
  checkSize(tileWidth, tileHeight);
  checkRect(crop, tileWidth, tileHeight);
  checkRect({ ...crop, x, y }, target.width, target.height);
  const rowBytes = Math.ceil(tileWidth / 8);
  checkSampleBytes(bits, rowBytes, crop);
  const flip = inverted ? 0xff : 0;
  const whole = memory.view(0, memory.bytes);
  const end = crop.x + crop.width;
  let touched = false;
  for (let row = 0; row < crop.height; row++) {
    const start = (crop.y + row) * rowBytes;
    const alpha = target.address + (y + row) * target.stride + (x - crop.x) * 4 + 3;
    for (let at = crop.x; at < end; ) {
      const byte = (bits[start + (at >> 3)] ?? 0) ^ flip;
      const next = Math.min(end, (at | 7) + 1);
      if (byte !== OPAQUE_BYTE) {
        for (let column = at; column < next; column++) {
          if ((byte & (0x80 >> (column & 7))) !== 0) continue;
          whole[alpha + column * 4] = 0;
          touched = true;
        }
      }
      at = next;
    }
  }
  if (touched) target.setOpaque(undefined);
}
