import type { TiledImage } from '../image/image.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import type { Engine } from './engine.ts';
import { collectJob, JOB_TILES, type RenderPool, runJob } from './job.ts';
import { passthroughTile } from './passthrough.ts';
import type { RenderPlan, ResolvedRequest } from './plan.ts';
import { planImage, planRender } from './planner.ts';
import { type RenderOptions, render } from './render.ts';
import type { Rendering } from './rendering.ts';

export interface DeriveOptions extends ReadOptions {
  readonly timing: Timing;
  readonly rendering: Rendering;
  /** Other threads, where there are any. */
  readonly pool: RenderPool | undefined;
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
  // Planned first: a plan that throws would leave the read with nobody to wait for it.
  const plan = planImage(image, request);
  const reading = carried ? image.readProfile(options) : Promise.resolve(undefined);
  if (plan.kind === 'render') {
    timing.mark('rendered');
    return renderAnywhere(plan, image, engine, { ...options, profile: await reading });
  }
  const { level, tile, crop } = plan;
  const [encoded, profile] = await Promise.all([image.readTile(level, tile.column, tile.row, options), reading]);
  const bytes = encoded && passthroughTile(encoded, { profile, crop });
  if (bytes) {
    timing.mark('passthrough');
    if (crop) timing.mark('cropped');
    return bytes;
  }
  // The file leaves this tile out, or it can't be cut.
  timing.mark('rendered');
  return renderAnywhere(planRender(image, request), image, engine, { ...options, profile });
}

/** On another thread if one is free, else here; here too when that thread ends before it has answered. */
async function renderAnywhere(
  plan: RenderPlan,
  image: TiledImage,
  engine: Engine,
  options: RenderOptions & Pick<DeriveOptions, 'pool'>,
): Promise<Uint8Array> {
  const { pool, signal, timing } = options;
  if (!pool || plan.tiles.length > JOB_TILES) return render(plan, image, engine, options);
  const job = await collectJob(plan, image, options, options);
  const bytes = await pool.render(job, options);
  if (!bytes) return runJob(job, engine, { signal, timing });
  timing.mark('thread');
  return bytes;
}
