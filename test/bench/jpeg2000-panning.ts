import { batchOf, potto } from './browser.ts';
import { type Figure, single } from './figures.ts';
import type { Equipment } from './group.ts';
import { squarePath } from './jpeg2000-server.ts';
import { watchWorkerMemory } from './worker-memory.ts';

const SIDE = 512;
const LIMIT_MEGABYTES = 256;
/** Moves between two looks at the memory, each of which collects what is no longer used. */
const MOVES_A_LOOK = 25;
/** Moves after which the worker holds what it will hold: its caches are full. */
const SETTLED = 0.4;
/** Moves at one resolution, before the next is gone to. */
const MOVES_A_LEVEL = 100;
const LEVELS = 3;

/**
 * Moves about in an image of the bucket, in a real browser without threads, each move a tile that wasn't shown before:
 * what the worker holds at most, and whether it grows.
 */
export async function panning(
  { browser }: Pick<Equipment, 'browser'>,
  id: string,
  moves: number,
): Promise<readonly Figure[]> {
  const bench = await browser.install(`panning-${id}`, { threads: 0 });
  const response = await bench.page.evaluate(`fetch('${potto(bench, `${id}/info.json`)}').then((got) => got.json())`);
  const tiles = walk(response as { readonly width: number; readonly height: number }, moves);
  const worker = await watchWorkerMemory(browser.context, bench.site);
  const looks: { readonly move: number; readonly megabytes: number }[] = [];
  for (let move = 0; move < tiles.length; move += MOVES_A_LOOK) {
    const wanted = tiles.slice(move, move + MOVES_A_LOOK).map((path) => ({ url: potto(bench, `${id}/${path}`) }));
    await batchOf(bench.page, wanted, 2);
    looks.push({ move, megabytes: (await worker.read()) / 2 ** 20 });
  }
  await bench.page.close();
  const settled = looks.filter(({ move }) => move >= SETTLED * moves);
  const most = Math.max(...looks.map(({ megabytes }) => megabytes));
  return [
    single(`the worker at most, in ${tiles.length} moves`, most, 'MB', { atMost: LIMIT_MEGABYTES }),
    single('its growth in 1,000 moves, after the first two fifths', 1000 * slope(settled), 'MB'),
  ];
}

/** Paths of tiles, row by row and back, at one resolution after the other, from another row on each time. */
function walk(
  { width, height }: { readonly width: number; readonly height: number },
  moves: number,
): readonly string[] {
  const next = new Array<number>(LEVELS).fill(0);
  return Array.from({ length: moves }, (_, move) => {
    const reduce = Math.floor(move / MOVES_A_LEVEL) % LEVELS;
    const columns = Math.floor(width / 2 ** reduce / SIDE);
    const rows = Math.floor(height / 2 ** reduce / SIDE);
    const index = next[reduce] ?? 0;
    next[reduce] = index + 1;
    const row = Math.floor(index / columns) % rows;
    const along = index % columns;
    // Once all was shown, half a tile aside nothing was.
    const aside = Math.floor(index / (columns * rows)) * 32;
    return squarePath((row % 2 === 0 ? along : columns - 1 - along) * SIDE + aside, row * SIDE, SIDE, reduce);
  });
}

/** Of a line through the looks, by least squares. */
function slope(looks: readonly { readonly move: number; readonly megabytes: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(looks.map(({ move }) => move)), mean(looks.map(({ megabytes }) => megabytes))];
  const covariance = mean(looks.map(({ move, megabytes }) => (move - x) * (megabytes - y)));
  return covariance / mean(looks.map(({ move }) => (move - x) ** 2));
}
