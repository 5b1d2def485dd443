import type { Pixels } from '../codec/codec.ts';
import { decodeTile } from '../codec/decode-tile.ts';
import { fittingProfile } from '../codec/icc.ts';
import { encodeJpeg } from '../codec/jpeg-encode.ts';
import type { TiledImage } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster, Rgb } from '../kernel/raster.ts';
import { type AssembleOptions, assemble } from './assemble.ts';
import type { Engine } from './engine.ts';
import type { RenderPlan } from './plan.ts';
import { DEFAULT_QUALITY, type Rendering } from './rendering.ts';

export interface RenderOptions extends AssembleOptions {
  readonly rendering: Rendering;
  /** ICC profile of the image, carried where the format can hold one. */
  readonly profile: Uint8Array | undefined;
}

/** Carries out a plan: the compressed answer. Rasters are freed whatever happens. */
export function render(
  plan: RenderPlan,
  image: Pick<TiledImage, 'colour' | 'readTile'>,
  engine: Engine,
  options: RenderOptions,
): Promise<Uint8Array> {
  const { timing, rendering } = options;
  const isGrey = plan.quality === 'gray' || plan.quality === 'bitonal' || image.colour.space === 'grey';
  return engine.withKernel(rasterBytes(plan), async (kernel) => {
    const assembled = await assemble(plan, image, kernel, (tile) => decodeTile(tile, engine.codecs), options);
    const raster = await timing.measure('render', () => finish(kernel, assembled, plan, isGrey, rendering.background));
    // A profile for colour doesn't fit grey samples.
    const profile = isGrey && image.colour.space !== 'grey' ? undefined : options.profile;
    let pixels: Pixels;
    try {
      if (plan.format === 'jpg') {
        return await timing.measure('encode', () =>
          encodeJpeg(raster, {
            quality: rendering.encoding.jpg?.quality ?? DEFAULT_QUALITY,
            sampling: isGrey ? 'grey' : '4:2:0',
            profile: fittingProfile(profile, isGrey ? 1 : 3),
          }),
        );
      }
      pixels = kernel.read(raster, isGrey && raster.opaque ? 1 : raster.opaque ? 3 : 4);
    } finally {
      raster.free();
    }
    const codec = engine.codecs[plan.format];
    return timing.measure('encode', () =>
      codec.encode(pixels, { quality: rendering.encoding.webp?.quality ?? DEFAULT_QUALITY, profile }),
    );
  });
}

/** The pixels of the answer. Takes the raster over. */
function finish(kernel: Kernel, assembled: Raster, plan: RenderPlan, isGrey: boolean, background: Rgb): Raster {
  const raster = turn(kernel, scale(kernel, assembled, plan), plan);
  try {
    if (plan.format === 'jpg') kernel.flatten(raster, background);
    if (plan.quality === 'bitonal') kernel.bitonal(raster);
    else if (isGrey) kernel.grey(raster);
    return raster;
  } catch (cause) {
    raster.free();
    throw cause;
  }
}

/** What the rasters of a plan need at most: the assembled one and the scaled, or that and its turned copy. */
function rasterBytes({ area, halvings, size }: RenderPlan): number {
  const assembled = (area.width * area.height) / 4 ** halvings;
  const scaled = size.width * size.height;
  // Turned by 45°, a square needs twice its area.
  return 4 * Math.max(assembled + scaled, 3 * scaled);
}

/** The crop at its size. Takes the raster over. */
function scale(kernel: Kernel, assembled: Raster, { area, crop, size, filter, halvings }: RenderPlan): Raster {
  const step = 2 ** halvings;
  const x = (crop.x - area.x) / step;
  const y = (crop.y - area.y) / step;
  const rect = {
    x,
    y,
    width: Math.min(crop.width / step, assembled.width - x),
    height: Math.min(crop.height / step, assembled.height - y),
  };
  if (rect.width === size.width && rect.height === size.height && Number.isInteger(x) && Number.isInteger(y)) {
    if (assembled.width === size.width && assembled.height === size.height) return assembled;
    return handOver(assembled, () => kernel.crop(assembled, rect));
  }
  return handOver(assembled, () => kernel.resample(assembled, rect, size.width, size.height, filter));
}

/** Mirrored and rotated. Takes the raster over. */
function turn(kernel: Kernel, raster: Raster, { mirror, degrees }: RenderPlan): Raster {
  if (mirror) kernel.mirror(raster);
  switch (degrees) {
    case 0:
      return raster;
    case 90:
      return handOver(raster, () => kernel.turn(raster, 1));
    case 180:
      return handOver(raster, () => kernel.turn(raster, 2));
    case 270:
      return handOver(raster, () => kernel.turn(raster, 3));
    default:
      return handOver(raster, () => kernel.rotate(raster, degrees));
  }
}

function handOver(raster: Raster, operation: () => Raster): Raster {
  try {
    return operation();
  } finally {
    raster.free();
  }
}
