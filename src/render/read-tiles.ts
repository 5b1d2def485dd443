import type { EncodedTile, Level, TileBlock, TiledImage } from '../image/image.ts';
import { firstOf } from '../source/abort.ts';
import type { ReadOptions } from '../source/source.ts';
import type { RenderPlan, TileRef } from './plan.ts';

/** Pixels whose tiles are read at once, so that one round trip brings a screenful: 64 tiles of 512². */
const READ_PIXELS = 2 ** 24;

/** However small or large they are: enough to keep the network busy, few enough to be held in memory. */
const AT_ONCE = { least: 8, most: 64 };

/**
 * Reads the tiles of a plan, many at once, and hands over each as soon as it is there, undefined where the file leaves
 * it out. Settles when nothing is under way any more; once one tile fails, the others are given up.
 */
export async function readTiles(
  { tiles, level, masked }: Pick<RenderPlan, 'tiles' | 'level'> & Partial<Pick<RenderPlan, 'masked'>>,
  image: Pick<TiledImage, 'readTile'>,
  options: ReadOptions,
  use: (place: TileRef, tile: EncodedTile | undefined, signal: AbortSignal) => Promise<void> | void,
): Promise<void> {
  const abort = new AbortController();
  const { signal, release } = firstOf([options.signal, abort.signal]);
  const waiting = [...tiles].reverse();
  const reading = { ...options, signal, mask: masked, among: blockOf(tiles) };

  async function lane(): Promise<void> {
    for (let place = waiting.pop(); place; place = waiting.pop()) {
      const tile = await image.readTile(level, place.column, place.row, reading);
      signal.throwIfAborted();
      await use(place, tile, signal);
    }
  }

  const lanes = Array.from({ length: Math.min(atOnce(level), tiles.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (cause) {
    abort.abort(cause);
    await Promise.allSettled(lanes);
    throw cause;
  } finally {
    release();
  }
}

/** The tiles of a plan are all those between its first and its last. */
function blockOf(tiles: readonly TileRef[]): TileBlock | undefined {
  const [first, last] = [tiles[0], tiles.at(-1)];
  if (!first || !last) return undefined;
  const { column, row } = first;
  return { column, row, columns: last.column - column + 1, rows: last.row - row + 1 };
}

export function atOnce({ tileWidth, tileHeight }: Level): number {
  return Math.max(AT_ONCE.least, Math.min(AT_ONCE.most, Math.floor(READ_PIXELS / (tileWidth * tileHeight))));
}
