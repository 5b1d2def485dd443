import { describe, expect, test } from 'vitest';
import type { EncodedTile } from '../../src/image/image.ts';
import type { TileRef } from '../../src/render/plan.ts';
import { planRender } from '../../src/render/planner.ts';
import { readTiles } from '../../src/render/read-tiles.ts';
import { pyramid } from './planned-image.ts';

const TILE: EncodedTile = { planes: [], encoding: { kind: 'webp' }, width: 256, height: 256 };

function planOf(columns: number, tile: number) {
  const side = columns * tile;
  return planRender(pyramid(side, side, [1], { tile }), {
    region: { x: 0, y: 0, width: side, height: side },
    size: { width: side, height: side },
    rotation: { mirror: false, degrees: 0 },
    quality: 'default',
    format: 'png',
  });
}

/** Reads that wait until the test lets them end. */
function controlled() {
  const reads: { readonly place: TileRef; readonly signal: AbortSignal | undefined; end(error?: unknown): void }[] = [];
  return {
    reads,
    readTile: (_level: unknown, column: number, row: number, options: { signal?: AbortSignal | undefined } = {}) =>
      new Promise<EncodedTile | undefined>((resolve, reject) => {
        const { signal } = options;
        signal?.addEventListener('abort', () => reject(signal.reason));
        const end = (error?: unknown) => (error === undefined ? resolve(TILE) : reject(error));
        reads.push({ place: { column, row }, signal, end });
      }),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('tiles of a plan', () => {
  test('are handed over as they arrive, in whatever order', async () => {
    const { reads, readTile } = controlled();
    const used: TileRef[] = [];
    const done = readTiles(planOf(2, 256), { readTile }, {}, (place) => void used.push(place));
    await turn();
    for (const index of [2, 0, 3, 1]) {
      reads[index]?.end();
      await turn();
      expect(used.at(-1)).toEqual(reads[index]?.place);
    }
    await done;
  });

  test.each([
    ['64 where they are small', 10, 256, 64],
    ['64 of 512²', 9, 512, 64],
    ['16 of 1024²', 5, 1024, 16],
    ['8 where they are large', 4, 4096, 8],
  ])('are read at once: %s', async (_, columns, tile, expected) => {
    const { reads, readTile } = controlled();
    const stop = new AbortController();
    const done = readTiles(planOf(columns, tile), { readTile }, { signal: stop.signal }, () => undefined);
    await turn();
    expect(reads).toHaveLength(expected);
    stop.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
  });

  test('are given up once one of them fails', async () => {
    const { reads, readTile } = controlled();
    const done = readTiles(planOf(3, 256), { readTile }, {}, () => undefined);
    await turn();
    reads[4]?.end(new Error('the fifth is damaged'));
    await expect(done).rejects.toThrow('the fifth is damaged');
    expect(reads.filter(({ signal }) => signal?.aborted)).toHaveLength(9);
  });

  test('are waited for where they are still in use when another one fails', async () => {
    const { reads, readTile } = controlled();
    let finish = () => {};
    let settled = false;
    const done = readTiles(planOf(2, 256), { readTile }, {}, () => new Promise((resolve) => (finish = resolve)));
    done.catch(() => undefined).finally(() => (settled = true));
    await turn();
    reads[0]?.end();
    await turn();
    reads[1]?.end(new Error('damaged'));
    await turn();
    expect(settled).toBe(false);
    finish();
    await expect(done).rejects.toThrow('damaged');
  });
});
