import type { Pixels } from '../codec/codec.ts';
import { decodeTile } from '../codec/decode-tile.ts';
import type { Colour, TiledImage } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster, Rgb } from '../kernel/raster.ts';
import { type AssembleOptions, assemble } from './assemble.ts';
import { type ColourConversion, convertColours, isConvertedByTile } from './colour-conversion.ts';
import { carriesAlpha, encode } from './encode.ts';
import type { Engine } from './engine.ts';
import { rasterBytes } from './memory-need.ts';
import { drawOverlay } from './overlay.ts';
import type { RenderPlan } from './plan.ts';
import { paintBlanks } from './redaction.ts';
import type { Rendering } from './rendering.ts';

export interface RenderOptions extends AssembleOptions {
  readonly rendering: Rendering;
  /** ICC profile to be embedded. */
  readonly profile: Uint8Array | undefined;
  /** Name of the image, for formats that have a title. */
  readonly title?: string | undefined;
  /** Gives RGBA, 8 bits each, without encoding it. */
  readonly pixels?: boolean | undefined;
}

/** From a file without small levels, `lanczos3` takes half the time so, at 54 dB and more of the direct way. */
const REDUCING = { reducingGap: 3 } as const;

/** Carries out a plan: the compressed answer, or its pixels. Rasters are freed whatever happens. */
export async function render(
  plan: RenderPlan,
  image: Pick<TiledImage, 'colour' | 'readTile'>,
  engine: Engine,
  options: RenderOptions,
): Promise<Uint8Array> {
  const { timing, rendering, profile } = options;
  const convert = isConvertedByTile(image.colour) ? undefined : options.convert;
  const isGrey = isGreyAnswer(plan, image.colour);
  const pictures = await Promise.all(plan.overlays.map(({ content }) => engine.overlayPictures(content)));
  return engine.withKernel(rasterBytes(plan), async (kernel) => {
    const assembled = await assemble(
      plan,
      image,
      kernel,
      (tile, signal) => decodeTile(tile, engine.codecs, signal),
      options,
    );
    const finishing = { isGrey, convert, background: rendering.background, pictures };
    const raster = await timing.measure('render', () => finish(kernel, assembled, plan, finishing));
    if (options.pixels) return handOver(raster, () => kernel.read(raster, 4).data);
    const { format, resolution } = plan;
    const settings = { format, isGrey, rendering, profile, resolution, title: options.title };
    const answer = timing.measure('encode', () => encode(kernel, raster, engine.encoders, settings));
    raster.free();
    return answer;
  });
}

/** Whether all colours of an answer are grey. */
export function isGreyAnswer({ quality }: RenderPlan, { space }: Colour): boolean {
  return quality === 'gray' || quality === 'bitonal' || space === 'grey';
}

interface Finishing {
  readonly isGrey: boolean;
  readonly convert: ColourConversion | undefined;
  readonly background: Rgb;
  /** Of each of the plan's overlays. */
  readonly pictures: readonly Pixels[];
}

/** The pixels of the answer. Takes the raster over. */
function finish(kernel: Kernel, assembled: Raster, plan: RenderPlan, finishing: Finishing): Raster {
  const { isGrey, convert, background, pictures } = finishing;
  const scaled = scale(
    kernel,
    inPlace(assembled, () => paintBlanks(kernel, assembled, plan.blanks)),
    plan,
  );
  inPlace(scaled, () => {
    if (convert) convertColours(kernel, scaled, convert);
    plan.overlays.forEach((overlay, index) => {
      const picture = pictures[index];
      if (picture) drawOverlay(kernel, scaled, overlay, picture);
    });
  });
  const raster = turn(kernel, scaled, plan);
  return inPlace(raster, () => {
    if (!carriesAlpha(plan.format)) kernel.flatten(raster, background);
    if (plan.quality === 'bitonal') kernel.bitonal(raster);
    else if (isGrey) kernel.grey(raster);
  });
}

/** The same raster, changed by `work`; freed when that fails. */
function inPlace(raster: Raster, work: () => void): Raster {
  try {
    work();
    return raster;
  } catch (cause) {
    raster.free();
    throw cause;
  }
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
  return handOver(assembled, () => kernel.resample(assembled, rect, size.width, size.height, filter, REDUCING));
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

function handOver<T>(raster: Raster, operation: () => T): T {
  try {
    return operation();
  } finally {
    raster.free();
  }
}
