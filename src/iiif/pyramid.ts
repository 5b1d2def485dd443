import { isWithinLimits } from './fit.ts';
import type { Limits, Size } from './request.ts';

/** One stored resolution, in displayed orientation. */
export interface LevelDescription extends Size {
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Full-resolution pixels per pixel of this level; listed where it is an integer. */
  readonly scale: number;
}

/** An entry of `tiles` (3.0, section 5.4). */
export interface TileDescription {
  readonly width: number;
  /** Told of square tiles, too, where it may be left out: OpenLayers and Allmaps stretch tiles that are told without. */
  readonly height: number;
  readonly scaleFactors: readonly number[];
}

/**
 * A stored level this long is still drawn from few tiles. Above it scale factors go on, doubled, past what is stored:
 * else a viewer that zooms out would fetch hundreds of tiles of the coarsest level, where we can scale them for it.
 */
const LONGEST_COARSEST_SIDE = 2048;

/**
 * The tiles to publish: the stored tile sizes, each with its integer scale factors, each factor once.
 * A tile size above the limits is left out (3.0, section 5.2: "tiles … within any size limits").
 */
export function describeTiles(image: Size, levels: readonly LevelDescription[], limits: Limits): TileDescription[] {
  const groups = new Map<string, { tile: Size; factors: number[] }>();
  for (const { factor, tile } of scaleFactors(image, levels)) {
    const answer = { width: Math.min(tile.width, image.width), height: Math.min(tile.height, image.height) };
    if (!isWithinLimits(answer, limits)) continue;
    const key = `${tile.width},${tile.height}`;
    const group = groups.get(key) ?? { tile, factors: [] };
    group.factors.push(factor);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ tile: { width, height }, factors }) => ({ width, height, scaleFactors: factors }));
}

/** The full image at each scale factor, sides rounded up as viewers do, smallest first, within the limits. */
export function describeSizes(image: Size, levels: readonly LevelDescription[], limits: Limits): Size[] {
  return scaleFactors(image, levels)
    .map(({ factor }) => reduced(image, factor))
    .filter((size) => isWithinLimits(size, limits))
    .reverse();
}

/** Each factor with the tile size it is stored, or continued, in; finest first. */
function scaleFactors(image: Size, levels: readonly LevelDescription[]): { factor: number; tile: Size }[] {
  const byFactor = new Map<number, Size>();
  for (const { scale, tileWidth, tileHeight } of levels) {
    if (Number.isInteger(scale) && scale >= 1 && !byFactor.has(scale)) {
      byFactor.set(scale, { width: tileWidth, height: tileHeight });
    }
  }
  const factors = [...byFactor].map(([factor, tile]) => ({ factor, tile })).sort((a, b) => a.factor - b.factor);
  let last = factors.at(-1);
  if (last === undefined) return [];
  const coarsest = reduced(image, last.factor);
  if (Math.max(coarsest.width, coarsest.height) <= LONGEST_COARSEST_SIDE) return factors;
  // Ends: an image of any size is 1 × 1 before the factor passes its longer side.
  while (!fits(reduced(image, last.factor), last.tile)) {
    last = { factor: last.factor * 2, tile: last.tile };
    factors.push(last);
  }
  return factors;
}

function reduced(image: Size, factor: number): Size {
  return { width: Math.ceil(image.width / factor), height: Math.ceil(image.height / factor) };
}

function fits(size: Size, tile: Size): boolean {
  return size.width <= Math.max(1, tile.width) && size.height <= Math.max(1, tile.height);
}
