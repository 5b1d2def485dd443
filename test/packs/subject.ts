import { PackDownload } from '../../src/packs/download.ts';
import { createPackKeeper, type PackKeeper } from '../../src/packs/keeper.ts';
import { MemoryPackStore } from '../../src/packs/memory-store.ts';
import type { PackContent } from '../../src/packs/records.ts';
import type { PackStore } from '../../src/packs/store.ts';
import { PARTS } from '../../src/parts.ts';
import { httpFinder } from '../../src/source/finder.ts';
import { counting, type RangeServer, startRangeServer } from '../source/range-server.ts';

/** Bytes of several blocks, the last of which is short. */
export const OBJECT = counting(300_001);

export interface Subject {
  readonly store: RangeServer;
  readonly packStore: PackStore;
  /** A new life of the keeper: it remembers what the store of packs keeps for it, and nothing else. */
  keeper(packStore?: PackStore): PackKeeper;
  close(): Promise<void>;
}

export async function startSubject(file: Uint8Array = OBJECT): Promise<Subject> {
  const store = await startRangeServer(file);
  const packStore = new MemoryPackStore();
  // Each identifier has an object of its own.
  const sources = `${store.origin}/{id}.tif`;
  return {
    store,
    packStore,
    keeper: (kept = packStore) =>
      createPackKeeper({
        store: kept,
        opener: PARTS.opener,
        prefix: '/iiif/',
        finder: httpFinder(sources, { random: () => 0 }),
      }),
    close: () => store.close(),
  };
}

/** Orders a pack, of whole objects by default. */
export async function order(
  { desk }: PackKeeper,
  id: string,
  identifiers: readonly string[],
  content: PackContent = 'source',
): Promise<void> {
  const works = [];
  for (const identifier of identifiers) works.push(await desk.measure({ identifier, content }));
  await desk.begin({ id, label: id, works, documents: [], foreign: [] });
}

/** Fetches without waiting between attempts. */
export function download({ desk }: Pick<PackKeeper, 'desk'>, id: string): PackDownload {
  return new PackDownload(desk, id, { wait: async () => undefined });
}

/** Bytes of the objects that were sent since the last call, without those that sizes were asked with. */
export function takeBytes(store: RangeServer): number {
  return store.ranges.splice(0).reduce((sum, range) => {
    const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    const length = Math.min(Number(last) + 1, store.bytes.length) - Number(first);
    return sum + (length > 1 ? length : 0);
  }, 0);
}
