import { rightsPacket } from '../codec/xmp.ts';
import type { TiledImage } from '../image/image.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import type { RenderPool } from './job.ts';
import { marksOn } from './marks.ts';
import { passthroughTile } from './passthrough.ts';
import type { RenderPlan, ResolvedRequest } from './plan.ts';
import { planImage, planRender } from './planner.ts';
import type { Renderer, RendererOptions } from './renderer.ts';
import type { Rendering } from './rendering.ts';
import { answerResolution } from './resolution.ts';

export interface DeriveOptions extends ReadOptions {
  readonly timing: Timing;
  readonly rendering: Rendering;
  /** Name of the image, for formats that have a title. */
  readonly title?: string | undefined;
  /** Other threads, where there are any. */
  readonly pool: RenderPool | undefined;
}

/** What answers a request. */
export interface Derived {
  /** Compressed, unless there is `encode`: then pixels, RGBA, in sRGB. */
  readonly bytes: Uint8Array;
  /** Compresses the pixels, for a cache. */
  readonly encode?: (() => Promise<Uint8Array>) | undefined;
}

/** Makes a derivative: the compressed bytes that answer a request, by the cheapest way there is. */
export async function derive(
  image: TiledImage,
  request: ResolvedRequest,
  renderer: Renderer,
  options: DeriveOptions,
): Promise<Uint8Array> {
  return (await deriveForScreen(image, request, renderer, { ...options, pixels: false })).bytes;
}

/**
 * As `derive`; what has to be rendered comes as `pixels` where that is allowed and nothing else tells what colours they
 * are. The request is one without rotation.
 */
export async function deriveForScreen(
  image: TiledImage,
  request: ResolvedRequest,
  renderer: Renderer,
  options: DeriveOptions & { readonly pixels: boolean },
): Promise<Derived> {
  const { timing, rendering } = options;
  const marks = await marksOn(image, request, rendering, renderer.overlayPictures);
  // Planned first: a plan that throws would leave the read with nobody to wait for it.
  const plan = planImage(image, request, marks);
  const deciding = renderer.coloursOf(image, request, options);
  if (plan.kind === 'render') {
    return rendered(plan, { ...options, ...(await deciding) });
  }
  const { level, tile, crop } = plan;
  const [encoded, colour] = await Promise.all([image.readTile(level, tile.column, tile.row, options), deciding]);
  const { profile, convert } = colour;
  const about = isWhole(image, request) ? aboutWhole(image, request, rendering) : {};
  const passed = { ...about, profile, crop };
  const bytes = encoded && !convert && (await passthroughTile(encoded, passed, renderer.passthroughPicture));
  if (bytes) {
    timing.mark('passthrough');
    if (crop) timing.mark('cropped');
    return { bytes };
  }
  // The file leaves this tile out, or it can't be cut, or its colours are converted: what was read is rendered.
  const known = { level, place: tile, tile: encoded };
  return rendered(planRender(image, request, marks), { ...options, ...colour, known });

  async function rendered(plan: RenderPlan, asked: RendererOptions): Promise<Derived> {
    timing.mark('rendered');
    const pixels = options.pixels && asked.profile === undefined;
    const bytes = await renderer.render(plan, image, { ...asked, pixels });
    if (!pixels) return { bytes };
    const { size } = request;
    const { title } = options;
    return {
      bytes,
      encode: () => renderer.encodePixels(bytes, plan, { rendering, title, size, colour: image.colour }),
    };
  }
}

function isWhole(image: TiledImage, { region }: ResolvedRequest): boolean {
  return region.width === image.width && region.height === image.height;
}

/** What a whole image tells of itself where its one tile is handed on. On parts, which nobody keeps, it would be ballast. */
function aboutWhole(image: TiledImage, request: ResolvedRequest, { rights }: Rendering) {
  return { resolution: answerResolution(image.resolution, request), xmp: rightsPacket(rights) };
}
