import type { Colour, TiledImage } from '../image/image.ts';
import type { Timing } from '../timing.ts';
import type { ColourConversion } from './colour-conversion.ts';
import { type DecodeJob, runDecodeJob } from './decode-job.ts';
import type { Engine } from './engine.ts';
import { tilesNeed } from './memory-need.ts';
import type { RenderPlan } from './plan.ts';
import { render } from './render.ts';
import type { Rendering } from './rendering.ts';

/** All that a render needs but its tiles, as plain data that another thread can be given. */
export interface RenderJob {
  readonly plan: RenderPlan;
  readonly colour: Colour;
  readonly rendering: Rendering;
  readonly profile: Uint8Array | undefined;
  readonly convert?: ColourConversion | undefined;
  readonly title?: string | undefined;
  readonly pixels?: boolean | undefined;
}

/** What another thread can do. */
export type Job = RenderJob | DecodeJob;

/** Where a job's tiles come from. */
export type TileReader = Pick<TiledImage, 'readTile'>;

/** Other threads that render. */
export interface RenderPool {
  /**
   * The compressed answer, or the pixels of a picture; undefined where no thread is to be had, or it went away before it answered: then the caller
   * does it by itself, and may find that some tiles were read already.
   */
  render(job: Job, image: TileReader, options: JobOptions): Promise<Uint8Array | undefined>;
}

export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timing: Timing;
}

/** Does a job on this thread. */
export function runJob(job: Job, tiles: TileReader, engine: Engine, options: JobOptions): Promise<Uint8Array> {
  if ('halvings' in job) return runDecodeJob(job, tiles, engine, options);
  const { colour, plan, ...settings } = job;
  const { readTile } = tiles;
  return engine.admission.run(tilesNeed(plan, colour), options, () =>
    render(plan, { colour, readTile }, engine, { ...options, ...settings }),
  );
}
