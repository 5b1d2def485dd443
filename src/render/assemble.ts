import type { DecodedTile } from '../codec/decode-tile.ts';
import type { Rect } from '../iiif/request.ts';
import type { EncodedTile, TiledImage } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster, Rgb } from '../kernel/raster.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import { type ColourConversion, isConvertedByTile } from './colour-conversion.ts';
import { Halving } from './halving.ts';
import { MemoryBudget } from './memory-budget.ts';
import { DECODED_BYTES } from './memory-need.ts';
import type { RenderPlan, TileRef } from './plan.ts';
import { readTiles } from './read-tiles.ts';
import { drawingOf, drawingOfNothing, type TileDrawing } from './tile-drawing.ts';

export interface AssembleOptions extends ReadOptions {
  readonly timing: Timing;
  /** To sRGB; here for images that are converted tile by tile. */
  readonly convert?: ColourConversion | undefined;
}

const NO_LIGHT: Rgb = [0, 0, 0];
const NO_INK: Rgb = [255, 255, 255];

/**
 * Reads and decodes the tiles of a plan into one raster of `plan.area`, halved as planned.
 * Tiles that the file leaves out are zero samples, which is black where there is no alpha, and white without ink.
 */
export async function assemble(
  plan: RenderPlan,
  image: Pick<TiledImage, 'colour' | 'readTile'>,
  kernel: Kernel,
  decode: (tile: EncodedTile, signal: AbortSignal) => Promise<DecodedTile>,
  options: AssembleOptions,
): Promise<Raster> {
  const { timing } = options;
  const step = 2 ** plan.halvings;
  const { colour } = image;
  const convert = isConvertedByTile(colour) ? options.convert : undefined;
  const empty = colour.space === 'cmyk' ? NO_INK : colour.alpha === 'none' ? NO_LIGHT : undefined;
  // Its tiles cover all of it, so that it needn't be cleared, which would take as long as encoding the answer.
  const target = kernel.unfilledRaster(Math.ceil(plan.area.width / step), Math.ceil(plan.area.height / step));
  target.setOpaque(empty && true);
  const halving = new Halving(kernel, target, plan);
  const place = (ref: TileRef, drawing: TileDrawing) => {
    const part = partOf(plan, ref);
    if (plan.halvings > 0) halving.place(part, drawing);
    else drawing.draw(target, part.x, part.y, part);
  };
  const budget = new MemoryBudget(DECODED_BYTES);
  try {
    await readTiles(plan, image, options, async (ref, encoded, signal) => {
      // A mask that the file leaves out is transparent all over.
      if (!encoded || (plan.masked && !encoded.mask)) {
        place(ref, drawingOfNothing(kernel, empty));
        return;
      }
      await budget.run(decodedBytes(encoded), async () => {
        const { mask: masking } = encoded;
        const [decoded, mask] = await timing.measure('decode', () =>
          Promise.all([decode(encoded, signal), plan.masked && masking ? decode(masking, signal) : undefined]),
        );
        signal.throwIfAborted();
        const work = decoded.kind === 'baseline' ? 'decode' : 'render';
        const drawing = drawingOf(kernel, { decoded, mask, convert, ...cornerOf(plan, ref) });
        await timing.measure(work, () => place(ref, drawing));
      });
    });
    return target;
  } catch (cause) {
    halving.free();
    target.free();
    throw cause;
  }
}

function decodedBytes({ width, height, encoding }: EncodedTile): number {
  const bytes = encoding.kind === 'samples' ? (encoding.samplesPerPixel * encoding.bitsPerSample) / 8 : 4;
  return width * height * bytes;
}

/** Where a tile begins, in pixels of the level from the area's corner on. */
function cornerOf({ area, level }: RenderPlan, { column, row }: TileRef) {
  return { x: column * level.tileWidth - area.x, y: row * level.tileHeight - area.y };
}

/** The part of a tile that lies within the plan's area, in pixels of the level from the area's corner on. */
function partOf(plan: RenderPlan, ref: TileRef): Rect {
  const { area, level } = plan;
  const corner = cornerOf(plan, ref);
  const [left, top] = [Math.max(0, corner.x), Math.max(0, corner.y)];
  return {
    x: left,
    y: top,
    width: Math.min(area.width, corner.x + level.tileWidth) - left,
    height: Math.min(area.height, corner.y + level.tileHeight) - top,
  };
}
