import type { Size } from '../iiif/request.ts';
import type { Colour } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { encode } from './encode.ts';
import type { Engine } from './engine.ts';
import type { RenderPlan } from './plan.ts';
import { isGreyAnswer, type RenderOptions } from './render.ts';

/** Samples of a pixel. */
const RGBA = 4;

export interface EncodePixelsOptions extends Pick<RenderOptions, 'rendering' | 'title'> {
  /** Of the pixels, as displayed. */
  readonly size: Size;
  /** Of the image. */
  readonly colour: Colour;
}

/**
 * Encodes the pixels that `render` handed over, upright, as the answer that the plan is for: the same bytes that it would
 * have given itself.
 */
export function encodePixels(
  data: Uint8Array,
  plan: RenderPlan,
  engine: Engine,
  { rendering, title, colour, size: { width, height } }: EncodePixelsOptions,
): Promise<Uint8Array> {
  const work = async (kernel: Kernel) => {
    const raster = kernel.unfilledRaster(width, height);
    try {
      kernel.placePixels(raster, 0, 0, { width, height, channels: RGBA, data }, { x: 0, y: 0, width, height });
      const { format, resolution } = plan;
      const isGrey = isGreyAnswer(plan, colour);
      const settings = { format, isGrey, rendering, profile: undefined, resolution, title };
      // What it needs of the raster it takes before it returns.
      return encode(kernel, raster, engine.encoders, settings);
    } finally {
      raster.free();
    }
  };
  return engine.withKernel(RGBA * width * height, work);
}
