import type { DecodedTile } from '../codec/decode-tile.ts';
import { ImageServerError } from '../errors.ts';
import type { Rect } from '../iiif/request.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';

/**
 * Makes pixels transparent that were placed at `x`, `y`, by `crop` of the decoded mask of their tile.
 * @throws {ImageServerError} 502 when the mask isn't one, or ends early.
 */
export function applyMask(kernel: Kernel, target: Raster, x: number, y: number, mask: DecodedTile, crop: Rect): void {
  const [bits] = mask.kind === 'samples' ? mask.planes : [];
  if (mask.kind !== 'samples' || !bits || mask.encoding.bitsPerSample !== 1 || mask.encoding.samplesPerPixel !== 1) {
    throw new ImageServerError(502, 'A transparency mask has more than one bit per pixel: the file is damaged.');
  }
  kernel.placeMask(target, x, y, bits, mask.encoding, mask.width, mask.height, crop);
}
