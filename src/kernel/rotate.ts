import { fullRect } from './geometry.ts';
import type { KernelMemory } from './memory.ts';
import { checkRaster, Raster } from './raster.ts';
import { crop } from './resample.ts';
import { turn } from './turn.ts';

/** A side that exceeds a whole number by less than this is that number: cosines are inexact. */
const ROUNDING = 1e-6;

/** Size of the smallest upright rectangle, in whole pixels, around a rectangle turned by `degrees`. */
export function rotatedSize(width: number, height: number, degrees: number): { width: number; height: number } {
  const { cos, sin } = direction(degrees);
  const side = (length: number) => Math.max(1, Math.ceil(length - ROUNDING));
  return {
    width: side(width * Math.abs(cos) + height * Math.abs(sin)),
    height: side(width * Math.abs(sin) + height * Math.abs(cos)),
  };
}

/**
 * Rotates clockwise about the centre by any angle. The result is `rotatedSize`, bilinear, transparent outside the
 * source, with an edge that fades over one pixel; multiples of 90° are exact.
 */
export function rotate(memory: KernelMemory, source: Raster, degrees: number): Raster {
  checkRaster(memory, source);
  if (!Number.isFinite(degrees)) throw new RangeError(`${degrees} is no angle`);
  const quarters = (((degrees / 90) % 4) + 4) % 4;
  if (quarters === 0) return crop(memory, source, fullRect(source));
  if (quarters === 1 || quarters === 2 || quarters === 3) return turn(memory, source, quarters);

  const { cos, sin } = direction(degrees);
  const { width, height } = rotatedSize(source.width, source.height, degrees);
  const result = new Raster(memory, width, height);
  const opaque = source.opaque ? 1 : 0;
  const { address, stride } = source;
  memory.wasm.rotate(
    address,
    stride,
    source.width,
    source.height,
    result.address,
    result.stride,
    width,
    height,
    cos,
    sin,
    opaque,
  );
  result.setOpaque(undefined);
  return result;
}

function direction(degrees: number): { cos: number; sin: number } {
  const radians = ((degrees % 360) * Math.PI) / 180;
  return { cos: Math.cos(radians), sin: Math.sin(radians) };
}
