import type { DecodedTile } from '../codec/decode-tile.ts';
import { decodeBaseline, type JpegScale } from '../codec/jpeg-decode.ts';
import type { Rect } from '../iiif/request.ts';
import type { EncodedTile, TiledImage } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster, Rgb } from '../kernel/raster.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import { type ColourConversion, convertColours, isConvertedByTile } from './colour-conversion.ts';
import { applyMask } from './mask.ts';
import { MemoryBudget } from './memory-budget.ts';
import { placeDecoded } from './place-decoded.ts';
import type { RenderPlan, TileRef } from './plan.ts';
import { readTiles } from './read-tiles.ts';

export interface AssembleOptions extends ReadOptions {
  readonly timing: Timing;
  /** To sRGB; here for images that are converted tile by tile. */
  readonly convert?: ColourConversion | undefined;
}

/** Bytes of tiles that are decoded at once beside the raster; a JPEG's go into it directly. */
const DECODED_BYTES = 2 ** 25;

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
  decode: (tile: EncodedTile) => Promise<DecodedTile>,
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
  const budget = new MemoryBudget(DECODED_BYTES);
  try {
    await readTiles(plan, image, options, async (place, encoded, signal) => {
      // A mask that the file leaves out is transparent all over.
      if (!encoded || (plan.masked && !encoded.mask)) {
        kernel.fill(target, halved(partOf(plan, place), plan.halvings), empty);
        return;
      }
      await budget.run(decodedBytes(encoded), async () => {
        const { mask } = encoded;
        const [decoded, masking] = await timing.measure('decode', () =>
          Promise.all([decode(encoded), plan.masked && mask ? decode(mask) : undefined]),
        );
        signal.throwIfAborted();
        const work = decoded.kind === 'baseline' ? 'decode' : 'render';
        await timing.measure(work, () => placeTile(kernel, target, plan, place, decoded, masking, convert));
      });
    });
    return target;
  } catch (cause) {
    target.free();
    throw cause;
  }
}

function decodedBytes({ width, height, encoding }: EncodedTile): number {
  const bytes = encoding.kind === 'samples' ? (encoding.samplesPerPixel * encoding.bitsPerSample) / 8 : 4;
  return width * height * bytes;
}

/** The part of a tile that lies within the plan's area, in pixels of the level from the area's corner on. */
function partOf({ area, level }: RenderPlan, { column, row }: TileRef): Rect {
  const left = Math.max(area.x, column * level.tileWidth);
  const top = Math.max(area.y, row * level.tileHeight);
  return {
    x: left - area.x,
    y: top - area.y,
    width: Math.min(area.x + area.width, (column + 1) * level.tileWidth) - left,
    height: Math.min(area.y + area.height, (row + 1) * level.tileHeight) - top,
  };
}

/** Tiles begin where a halved pixel begins; the last one may be of fewer pixels. */
function halved({ x, y, width, height }: Rect, halvings: number): Rect {
  const step = 2 ** halvings;
  return { x: x / step, y: y / step, width: Math.ceil(width / step), height: Math.ceil(height / step) };
}

/** Puts the part of a tile that lies within the area where it belongs. */
function placeTile(
  kernel: Kernel,
  target: Raster,
  plan: RenderPlan,
  place: TileRef,
  decoded: DecodedTile,
  mask: DecodedTile | undefined,
  convert: ColourConversion | undefined,
): void {
  const { area, level } = plan;
  const { x, y, width, height } = partOf(plan, place);
  const crop = {
    x: area.x + x - place.column * level.tileWidth,
    y: area.y + y - place.row * level.tileHeight,
    width,
    height,
  };
  if (plan.halvings === 0) {
    placeDecoded(kernel, target, x, y, decoded, crop);
    if (convert) convertColours(kernel, target, convert, { x, y, width, height });
    if (mask) applyMask(kernel, target, x, y, mask, crop);
    return;
  }
  const scale = decoded.kind === 'baseline' && !convert && !mask ? scaleWithin(crop, plan.halvings) : undefined;
  if (decoded.kind === 'baseline' && scale !== undefined) {
    const part = { x: crop.x / scale, y: crop.y / scale, width: crop.width / scale, height: crop.height / scale };
    decodeBaseline(decoded, target, x / scale, y / scale, part, { scale });
    return;
  }
  const whole = kernel.unfilledRaster(crop.width, crop.height);
  try {
    placeDecoded(kernel, whole, 0, 0, decoded, crop);
    if (convert) convertColours(kernel, whole, convert);
    if (mask) applyMask(kernel, whole, 0, 0, mask, crop);
    const halved = kernel.reduce(whole, plan.halvings);
    try {
      const pixels = kernel.read(halved, 4);
      kernel.placePixels(target, x / 2 ** plan.halvings, y / 2 ** plan.halvings, pixels, {
        x: 0,
        y: 0,
        width: halved.width,
        height: halved.height,
      });
    } finally {
      halved.free();
    }
  } finally {
    whole.free();
  }
}

/**
 * The scale at which a JPEG is decoded to halved pixels. There is none where the last ones are means of fewer pixels:
 * the tile's padding would be among them.
 */
function scaleWithin({ width, height }: Rect, halvings: number): JpegScale | undefined {
  const scale = ([1, 2, 4, 8] as const)[halvings];
  return scale !== undefined && width % scale === 0 && height % scale === 0 ? scale : undefined;
}
