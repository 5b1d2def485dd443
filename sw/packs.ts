import type { KeptDerivatives } from '../src/cache/kept-derivatives.ts';
import type { PackDesk } from '../src/packs/desk.ts';
import { pinnedFinder } from '../src/packs/pinned-finder.ts';
import { Shelf } from '../src/packs/shelf.ts';
import { YieldedPackStore } from '../src/packs/yielded-store.ts';
import type { SourceFinder } from '../src/source/finder.ts';
import { createDocuments, type Documents } from './documents.ts';
import type { WorkerParts } from './parts.ts';

/** The packs of a service worker. */
export interface WorkerPacks {
  /** Reads pinned bytes first. */
  readonly finder: SourceFinder;
  /** Made when it is first needed. */
  readonly desk: () => PackDesk;
  /** Begins to read what is pinned, which a restarted worker can do while it looks for the image's index. */
  warm(): void;
  readonly documents: Documents;
}

export interface WorkerPacksOptions {
  /** Of the database and the cache. */
  readonly name: string;
  readonly finder: SourceFinder;
  readonly prefix: string;
  readonly budget: number | undefined;
  /** Gets what pinned images need besides their bytes. */
  readonly equip: () => Promise<unknown>;
  /** Gives way to packs. */
  readonly cache: Pick<KeptDerivatives, 'figures' | 'giveWay'>;
}

export function createWorkerPacks(parts: WorkerParts, { name, cache, ...options }: WorkerPacksOptions): WorkerPacks {
  const giveWay = (bytes: number) => cache.giveWay(bytes);
  const shelf = new Shelf(new YieldedPackStore(caches, name, giveWay));
  const yielding = { bytes: async () => (await cache.figures()).bytes, giveWay };
  let desk: PackDesk | undefined;
  return {
    finder: pinnedFinder(shelf, options.finder),
    desk() {
      desk ??= parts.createPackDesk({ ...options, shelf, opener: parts.opener, yielding });
      return desk;
    },
    documents: createDocuments(shelf, options.prefix, parts.documents),
    warm() {
      shelf.load().catch(() => undefined);
    },
  };
}
