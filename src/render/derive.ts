import { rightsPacket } from '../codec/xmp.ts';
import type { TiledImage } from '../image/image.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import type { Engine } from './engine.ts';
import type { RenderPool } from './job.ts';
import { type KnownTile, keepingTiles, withTile } from './known-tiles.ts';
import { marksOn } from './marks.ts';
import { passthroughTile } from './passthrough.ts';
import type { RenderPlan, ResolvedRequest } from './plan.ts';
import { planImage, planRender } from './planner.ts';
import { type RenderOptions, render } from './render.ts';
import type { Rendering } from './rendering.ts';
import { answerResolution } from './resolution.ts';
import { withWindow } from './sample-range.ts';

export interface DeriveOptions extends ReadOptions {
  readonly timing: Timing;
  readonly rendering: Rendering;
  /** Name of the image, for formats that have a title. */
  readonly title?: string | undefined;
  /** Other threads, where there are any. */
  readonly pool: RenderPool | undefined;
}

/**
 * A JPEG of fewer decoded pixels is made here: one tile of 512² takes 1.7 ms, and sending it elsewhere costs 0.8 more,
 * all threads taken together.
 */
const LEAST_SENT_PIXELS = 2 ** 19;

/** More tiles than this are read as they are needed, on this thread, instead of being kept until the answer is there. */
const MOST_SENT_TILES = 64;

/** Makes a derivative: the compressed bytes that answer a request, by the cheapest way there is. */
export async function derive(
  image: TiledImage,
  request: ResolvedRequest,
  engine: Engine,
  options: DeriveOptions,
): Promise<Uint8Array> {
  const { timing, rendering } = options;
  const marks = await marksOn(image, request, rendering, engine.overlayPictures);
  // Planned first: a plan that throws would leave the read with nobody to wait for it.
  const plan = planImage(image, request, marks);
  const deciding = engine.coloursOf(image, request, options);
  const shown = (known?: KnownTile) => {
    const { decodedTiles, codecs } = engine;
    const stored = known && withTile(image, known);
    const kept = stored ? decodedTiles.reading(image, stored) : decodedTiles.of(image);
    return withWindow(image.keepDecoded ? kept : (stored ?? image), rendering.window, codecs);
  };
  if (plan.kind === 'render') {
    timing.mark('rendered');
    return renderAnywhere(plan, shown(), engine, { ...options, ...(await deciding) });
  }
  const { level, tile, crop } = plan;
  const [encoded, colour] = await Promise.all([image.readTile(level, tile.column, tile.row, options), deciding]);
  const { profile, convert } = colour;
  const about = isWhole(image, request) ? aboutWhole(image, request, rendering) : {};
  const bytes = encoded && !convert && (await passthroughTile(encoded, { ...about, profile, crop }));
  if (bytes) {
    timing.mark('passthrough');
    if (crop) timing.mark('cropped');
    return bytes;
  }
  // The file leaves this tile out, or it can't be cut, or its colours are converted: what was read is rendered.
  timing.mark('rendered');
  const known = { level, place: tile, tile: encoded };
  return renderAnywhere(planRender(image, request, marks), shown(known), engine, { ...options, ...colour });
}

function isWhole(image: TiledImage, { region }: ResolvedRequest): boolean {
  return region.width === image.width && region.height === image.height;
}

/** What a whole image tells of itself where its one tile is handed on. On parts, which nobody keeps, it would be ballast. */
function aboutWhole(image: TiledImage, request: ResolvedRequest, { rights }: Rendering) {
  return { resolution: answerResolution(image.resolution, request), xmp: rightsPacket(rights) };
}

/** On another thread if one is free, else here; here too when that thread ends before it has answered. */
async function renderAnywhere(
  plan: RenderPlan,
  image: TiledImage,
  engine: Engine,
  options: RenderOptions & Pick<DeriveOptions, 'pool'>,
): Promise<Uint8Array> {
  const { pool, timing, profile, convert, title } = options;
  // Pixels that are kept are here.
  if (!pool || image.keepDecoded || !isWorthSending(plan)) return render(plan, image, engine, options);
  // What is drawn over the answer is in the plan; other overlays' pictures aren't sent along.
  const rendering = { ...options.rendering, overlays: [], redactions: [] };
  const job = { plan, colour: image.colour, rendering, profile, convert, title };
  const kept = keepingTiles(image);
  const bytes = await pool.render(job, kept, options);
  if (!bytes) return render(plan, kept, engine, options);
  timing.mark('thread');
  return bytes;
}

function isWorthSending({ tiles, level, format }: RenderPlan): boolean {
  const pixels = tiles.length * level.tileWidth * level.tileHeight;
  // Other formats take ten times as long to encode.
  return (pixels >= LEAST_SENT_PIXELS || format !== 'jpg') && tiles.length <= MOST_SENT_TILES;
}
