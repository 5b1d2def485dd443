import { batchOf, potto } from './browser.ts';
import { type Figure, single } from './figures.ts';
import type { Equipment } from './group.ts';
import { squarePath } from './jpeg2000-server.ts';
import { sum } from './statistics.ts';
import { watchWorkerMemory } from './worker-memory.ts';

const SIDE = 512;
const LIMIT_MEGABYTES = 256;
/** Megabytes in 1,000 moves. Memories of WASM, which grow in steps and never shrink, stay below; a leak of answers has 40. */
const LIMIT_GROWTH = 5;
/** Moves between two looks at the memory, each of which collects what is no longer used. */
const MOVES_A_LOOK = 25;
/** Moves after which the worker holds what it will hold: the last of its caches, that of answers, is full after 400. */
const SETTLED = 1000;
/** Moves beyond that from which on growth is told from chance. */
const LEAST_SETTLED = 1000;
/** Moves at one resolution, before the next is gone to. */
const MOVES_A_LEVEL = 100;
const LEVELS = 3;

/**
 * Moves about in an image of the bucket, in a real browser without threads, each move a tile that wasn't shown before:
 * what the worker holds at most, and, where there are enough of them, whether it grows. `told` of each look.
 */
export async function panning(
  { browser }: Pick<Equipment, 'browser'>,
  id: string,
  moves: number,
  told: (look: Look) => void = () => undefined,
): Promise<readonly Figure[]> {
  const bench = await browser.install(`panning-${id}`, { threads: 0 });
  const response = await bench.page.evaluate(`fetch('${potto(bench, `${id}/info.json`)}').then((got) => got.json())`);
  const tiles = walk(response as { readonly width: number; readonly height: number }, moves);
  const worker = await watchWorkerMemory(browser.context, bench.site);
  const looks: Look[] = [];
  const [seen, read]: [number[], number[]] = [[], []];
  for (let move = 0; move < tiles.length; move += MOVES_A_LOOK) {
    const wanted = tiles.slice(move, move + MOVES_A_LOOK).map((path) => ({ url: potto(bench, `${id}/${path}`) }));
    const { exchanges } = await batchOf(bench.page, wanted, 2);
    seen.push(...exchanges.map(({ bytes }) => bytes / 2 ** 20));
    read.push(...exchanges.map(({ serverTiming }) => readBytes(serverTiming) / 2 ** 20));
    const look = { move: move + wanted.length, megabytes: (await worker.read()) / 2 ** 20 };
    looks.push(look);
    told(look);
  }
  await bench.page.close();
  const settled = looks.filter(({ move }) => move >= SETTLED);
  const most = Math.max(...looks.map(({ megabytes }) => megabytes));
  const figures = [
    single(`the worker at most, in ${tiles.length} moves`, most, 'MB', { atMost: LIMIT_MEGABYTES }),
    single('tiles seen in them', sum(seen), 'MB'),
    single('read of the file for them', sum(read), 'MB'),
  ];
  if (moves < SETTLED + LEAST_SETTLED) return figures;
  const growth = single(`its growth in 1,000 moves, from the ${SETTLED}th on`, 1000 * slope(settled), 'MB', {
    atMost: LIMIT_GROWTH,
  });
  return [...figures, growth];
}

/** What the worker held after so many moves. */
export interface Look {
  readonly move: number;
  readonly megabytes: number;
}

/** Bytes that were read for an answer, by its `Server-Timing`. */
function readBytes(serverTiming: string): number {
  return Number(/\bread;[^,]*"\d+ x, (\d+) bytes"/.exec(serverTiming)?.[1] ?? 0);
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
    // Once all was shown, a little aside nothing was; what would reach over the edge begins at the other one.
    const aside = Math.floor(index / (columns * rows)) * 32;
    const x = ((row % 2 === 0 ? along : columns - 1 - along) * SIDE + aside) % ((columns - 1) * SIDE + 1);
    return squarePath(x, row * SIDE, SIDE, reduce);
  });
}

/** Of a line through the looks, by least squares. */
function slope(looks: readonly Look[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(looks.map(({ move }) => move)), mean(looks.map(({ megabytes }) => megabytes))];
  const covariance = mean(looks.map(({ move, megabytes }) => (move - x) * (megabytes - y)));
  return covariance / mean(looks.map(({ move }) => (move - x) ** 2));
}
