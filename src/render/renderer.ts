import type { WasmLoader } from '../codec/codec.ts';
import type { TiledImage } from '../image/image.ts';
import type { ColoursOf } from './colours.ts';
import type { EncodePixelsOptions } from './encode-pixels.ts';
import type { EngineOptions } from './engine.ts';
import type { RenderPool } from './job.ts';
import type { KnownTile } from './known-tiles.ts';
import type { OverlayPictures } from './overlay-pictures.ts';
import type { PassthroughPicture } from './picture-passthrough.ts';
import type { RenderPlan } from './plan.ts';
import type { RenderOptions } from './render.ts';

/**
 * What an answer asks of the engine, and all that it does. It is asynchronous throughout: a host may load the code that
 * renders when the first answer needs it, which a stored tile that is passed through doesn't.
 */
export interface Renderer {
  readonly coloursOf: ColoursOf;
  readonly overlayPictures: OverlayPictures;
  readonly passthroughPicture: PassthroughPicture;
  /** Carries out a plan: the compressed answer, or its pixels. */
  render(plan: RenderPlan, image: TiledImage, options: RendererOptions): Promise<Uint8Array>;
  /** The compressed answer of pixels that a plan gave. */
  encodePixels(pixels: Uint8Array, plan: RenderPlan, options: EncodePixelsOptions): Promise<Uint8Array>;
}

export interface RendererOptions extends RenderOptions {
  /** Other threads, where there are any. */
  readonly pool: RenderPool | undefined;
  /** A tile that was read already. */
  readonly known?: KnownTile | undefined;
}

/** How a host makes its renderer. */
export type CreateRenderer = (wasm: WasmLoader, options: EngineOptions) => Renderer;
