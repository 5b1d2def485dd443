import type { TiledImage } from '../image/image.ts';
import { encodePixels } from './encode-pixels.ts';
import { createEngine, type Engine } from './engine.ts';
import { keepingTiles, withTile } from './known-tiles.ts';
import { memoryNeed } from './memory-need.ts';
import { passthroughPicture } from './picture-passthrough.ts';
import type { RenderPlan } from './plan.ts';
import { render } from './render.ts';
import type { CreateRenderer, Renderer, RendererOptions } from './renderer.ts';
import { withWindow } from './sample-range.ts';

/**
 * A JPEG of fewer decoded pixels is made here: one tile of 512² takes 1.7 ms, and sending it elsewhere costs 0.8 more,
 * all threads taken together.
 */
const LEAST_SENT_PIXELS = 2 ** 19;

/** More tiles than this are read as they are needed, on this thread, instead of being kept until the answer is there. */
const MOST_SENT_TILES = 64;

/** With an engine of its own. */
export const createRenderer: CreateRenderer = (wasm, options) => rendererOn(createEngine(wasm, options));

export function rendererOn(engine: Engine): Renderer {
  const { coloursOf, overlayPictures } = engine;
  const render: Renderer['render'] = (plan, image, options) => renderAnywhere(plan, image, engine, options);
  return {
    ...{ coloursOf, overlayPictures, passthroughPicture, render },
    encodePixels: (pixels, plan, options) => encodePixels(pixels, plan, engine, options),
  };
}

/** On another thread if one is free, else here; here too when that thread ends before it has answered. */
async function renderAnywhere(
  plan: RenderPlan,
  image: TiledImage,
  engine: Engine,
  options: RendererOptions,
): Promise<Uint8Array> {
  const { pool, timing, profile, convert, title, pixels } = options;
  const shown = asShown(image, engine, options);
  // Pixels that are kept are here.
  const need = () => memoryNeed(plan, image, engine.decodedTiles.pictureOf(image, plan.level));
  const here = (tiles: TiledImage) => engine.admission.run(need(), options, () => render(plan, tiles, engine, options));
  if (!pool || image.keepDecoded || !isWorthSending(plan)) return here(shown);
  // The thread would say the same, after its tiles were read.
  engine.admission.assertPossible(need());
  // What is drawn over the answer is in the plan; other overlays' pictures aren't sent along.
  const rendering = { ...options.rendering, overlays: [], redactions: [] };
  const job = { plan, colour: image.colour, rendering, profile, convert, title, pixels };
  const kept = keepingTiles(shown);
  const bytes = await pool.render(job, kept, options);
  if (!bytes) return here(kept);
  timing.mark('thread');
  return bytes;
}

/** The image with what is known of it: tiles that were read or decoded before, the range of its samples. */
function asShown(
  image: TiledImage,
  { decodedTiles, codecs }: Engine,
  { known, rendering }: RendererOptions,
): TiledImage {
  const stored = known && withTile(image, known);
  if (!image.keepDecoded) return withWindow(stored ?? image, rendering.window, codecs);
  return withWindow(stored ? decodedTiles.reading(image, stored) : decodedTiles.of(image), rendering.window, codecs);
}

function isWorthSending({ tiles, level, format }: RenderPlan): boolean {
  const pixels = tiles.length * level.tileWidth * level.tileHeight;
  // Other formats take ten times as long to encode, and JPEG 2000 thirty times as long to decode.
  const isSlow = format !== 'jpg' || level.tileFormat === 'jpeg2000';
  return (pixels >= LEAST_SENT_PIXELS || isSlow) && tiles.length <= MOST_SENT_TILES;
}
