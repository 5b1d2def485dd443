import type { DecodedTile } from '../codec/decode-tile.ts';
import { decodeBaseline, type JpegScale } from '../codec/jpeg-decode.ts';
import { ImageServerError } from '../errors.ts';
import type { Rect } from '../iiif/request.ts';
import type { EncodedTile, TiledImage } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import type { RenderPlan, TileRef } from './plan.ts';

export interface AssembleOptions extends ReadOptions {
  readonly timing: Timing;
}

/** Tiles read and decoded at once: enough to keep the network busy, few enough to hold only some in memory. */
const TILES_AT_ONCE = 8;

/**
 * Reads and decodes the tiles of a plan into one raster of `plan.area`, halved as planned.
 * Tiles that the file leaves out are zero samples, which is black where there is no alpha.
 */
export async function assemble(
  plan: RenderPlan,
  image: Pick<TiledImage, 'colour' | 'readTile'>,
  kernel: Kernel,
  decode: (tile: EncodedTile) => Promise<DecodedTile>,
  options: AssembleOptions,
): Promise<Raster> {
  const step = 2 ** plan.halvings;
  const target = kernel.raster(
    Math.ceil(plan.area.width / step),
    Math.ceil(plan.area.height / step),
    image.colour.alpha === 'none' ? [0, 0, 0] : undefined,
  );
  const abort = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
  const waiting = [...plan.tiles].reverse();

  async function worker(): Promise<void> {
    for (let ref = waiting.pop(); ref; ref = waiting.pop()) {
      const encoded = await image.readTile(plan.level, ref.column, ref.row, { ...options, signal });
      if (!encoded) continue;
      const decoded = await options.timing.measure('decode', () => decode(encoded));
      signal.throwIfAborted();
      const work = decoded.kind === 'baseline' ? 'decode' : 'render';
      await options.timing.measure(work, () => placeTile(kernel, target, plan, ref, decoded));
    }
  }

  const workers = Array.from({ length: Math.min(TILES_AT_ONCE, plan.tiles.length) }, worker);
  try {
    await Promise.all(workers);
    return target;
  } catch (cause) {
    // The raster may only be freed when nobody places into it any more.
    abort.abort(cause);
    await Promise.allSettled(workers);
    target.free();
    throw cause;
  }
}

/** Puts the part of a tile that lies within the area where it belongs. */
function placeTile(kernel: Kernel, target: Raster, plan: RenderPlan, ref: TileRef, decoded: DecodedTile): void {
  const { area, level } = plan;
  const tileX = ref.column * level.tileWidth;
  const tileY = ref.row * level.tileHeight;
  const left = Math.max(area.x, tileX);
  const top = Math.max(area.y, tileY);
  const crop = {
    x: left - tileX,
    y: top - tileY,
    width: Math.min(area.x + area.width, tileX + level.tileWidth) - left,
    height: Math.min(area.y + area.height, tileY + level.tileHeight) - top,
  };
  const x = left - area.x;
  const y = top - area.y;
  if (plan.halvings === 0) {
    placeDecoded(kernel, target, x, y, decoded, crop);
    return;
  }
  const scale = decoded.kind === 'baseline' ? scaleWithin(crop, plan.halvings) : undefined;
  if (decoded.kind === 'baseline' && scale !== undefined) {
    const part = { x: crop.x / scale, y: crop.y / scale, width: crop.width / scale, height: crop.height / scale };
    decodeBaseline(decoded, target, x / scale, y / scale, part, { scale });
    return;
  }
  const whole = kernel.raster(crop.width, crop.height);
  try {
    placeDecoded(kernel, whole, 0, 0, decoded, crop);
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

function placeDecoded(kernel: Kernel, target: Raster, x: number, y: number, decoded: DecodedTile, crop: Rect): void {
  if (decoded.kind === 'pixels') {
    kernel.placePixels(target, x, y, decoded.pixels, crop);
    return;
  }
  if (decoded.kind === 'baseline') {
    decodeBaseline(decoded, target, x, y, crop);
    return;
  }
  const { planes, encoding, width, height } = decoded;
  const { alpha, colourSamples } = encoding;
  const layout = {
    ...encoding,
    bitsPerSample: placeableBits(encoding.bitsPerSample),
    alpha: alpha === 'none' ? undefined : { sample: colourSamples, associated: alpha === 'associated' },
  };
  kernel.placeSamples(target, x, y, planes, layout, width, height, crop);
}

function placeableBits(bitsPerSample: number): 8 | 16 {
  if (bitsPerSample === 8 || bitsPerSample === 16) return bitsPerSample;
  throw new ImageServerError(501, `Samples of ${bitsPerSample} bits are not read: store the image with 8 or 16.`);
}
