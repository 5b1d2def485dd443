import type { TiledImage } from '../image/image.ts';
import type { Rgb } from '../kernel/raster.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import type { Engine } from './engine.ts';
import { passthroughTile } from './passthrough.ts';
import { planImage, planRender, type ResolvedRequest } from './plan.ts';
import { render } from './render.ts';

export interface DeriveOptions extends ReadOptions {
  readonly timing: Timing;
  /** What shows behind transparent pixels in a format without alpha. */
  readonly background: Rgb;
  /** 1–100, of formats that lose something. */
  readonly encodingQuality: number;
}

/**
 * Larger profiles would weigh more than the tile they are put into. The same for tiles passed through and rendered,
 * so that they meet in one colour.
 */
export const CARRIED_PROFILE_BYTES = 16_384;

/** Makes a derivative: the compressed bytes that answer a request, by the cheapest way there is. */
export async function derive(
  image: TiledImage,
  request: ResolvedRequest,
  engine: Engine,
  options: DeriveOptions,
): Promise<Uint8Array> {
  const { timing } = options;
  const carried = image.colour.profileLength > 0 && image.colour.profileLength <= CARRIED_PROFILE_BYTES;
  const reading = carried ? image.readProfile(options) : Promise.resolve(undefined);
  const plan = planImage(image, request);
  if (plan.kind === 'render') {
    timing.mark('rendered');
    return render(plan, image, engine, { ...options, profile: await reading });
  }
  const { level, tile } = plan;
  const [encoded, profile] = await Promise.all([image.readTile(level, tile.column, tile.row, options), reading]);
  const bytes = encoded && passthroughTile(encoded, profile);
  if (bytes) {
    timing.mark('passthrough');
    return bytes;
  }
  // The file leaves this tile out.
  timing.mark('rendered');
  return render(planRender(image, request), image, engine, { ...options, profile });
}
