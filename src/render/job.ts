import type { Colour, EncodedTile, TiledImage } from '../image/image.ts';
import type { ReadOptions } from '../source/source.ts';
import type { Timing } from '../timing.ts';
import type { Engine } from './engine.ts';
import type { RenderPlan } from './plan.ts';
import { render } from './render.ts';
import type { Rendering } from './rendering.ts';

/** All that a render needs, as plain data that another thread can be given. */
export interface RenderJob {
  readonly plan: RenderPlan;
  readonly colour: Colour;
  /** One for each of `plan.tiles`, still compressed; undefined where the file leaves it out. */
  readonly tiles: readonly (EncodedTile | undefined)[];
  readonly rendering: Rendering;
  readonly profile: Uint8Array | undefined;
}

/** Other threads that render. */
export interface RenderPool {
  /**
   * The compressed answer; undefined where no thread is to be had, or it went away before it answered: then the caller
   * renders by itself.
   */
  render(job: RenderJob, options: JobOptions): Promise<Uint8Array | undefined>;
}

export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timing: Timing;
}

/** More tiles than this are decoded as they arrive, on the caller's thread, instead of being collected first. */
export const JOB_TILES = 64;

/** Reads the tiles of a plan. */
export async function collectJob(
  plan: RenderPlan,
  image: TiledImage,
  settings: Pick<RenderJob, 'rendering' | 'profile'>,
  options: ReadOptions,
): Promise<RenderJob> {
  const { rendering, profile } = settings;
  const tiles = await Promise.all(
    plan.tiles.map(({ column, row }) => image.readTile(plan.level, column, row, options)),
  );
  return { plan, colour: image.colour, tiles, rendering, profile };
}

/** Renders a job on this thread. */
export function runJob(job: RenderJob, engine: Engine, options: JobOptions): Promise<Uint8Array> {
  const { plan, colour, rendering, profile } = job;
  const tiles = new Map(plan.tiles.map(({ column, row }, index) => [`${column},${row}`, job.tiles[index]]));
  const image = {
    colour,
    readTile: async (_level: unknown, column: number, row: number) => tiles.get(`${column},${row}`),
  };
  return render(plan, image, engine, { ...options, rendering, profile });
}
