import type { ImageStructure } from '../../src/image/open.ts';
import { createPackKeeper, type PackKeeper } from '../../src/packs/keeper.ts';
import { MemoryPackStore } from '../../src/packs/memory-store.ts';
import { PARTS } from '../../src/parts.ts';
import { createImageServer, type ImageServer } from '../../src/server.ts';
import { createBreakers } from '../../src/source/breakers.ts';
import { httpFinder } from '../../src/source/finder.ts';
import { OriginSlots, type SlotWork } from '../../src/source/origin-slots.ts';
import { loadWasm } from '../codec/load.ts';
import { MemoryDerivatives, MemoryIndex } from '../server/stores.ts';
import { pageFetch } from './page-fetch.ts';

/** Milliseconds: short enough for a test, long enough for an answer on a busy machine. */
export const DEADLINE = 1000;

/** Tells how many requests have a slot, or wait for one. */
class CountingSlots extends OriginSlots {
  running = 0;

  override async run<T>(origin: string, work: SlotWork, request: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await super.run(origin, work, request);
    } finally {
      this.running -= 1;
    }
  }
}

/** All that reads a source: the image server and the packs, as one worker has them. */
export interface Reader {
  readonly keeper: PackKeeper;
  /** `path` comes after the prefix. Resolves when the work that went on after the answer has ended too. */
  ask(path: string): Promise<Response>;
  /** Another life, of which only what was kept is the same. */
  restart(): Reader;
  /** Requests go there in place of the source; undefined ends that. */
  lose(origin: string | undefined): void;
  /** Lets every pause of a breaker pass. */
  later(): void;
  /** Promises of reads that are not settled. */
  readonly pending: number;
}

interface Kept {
  readonly cache: MemoryDerivatives;
  readonly index: MemoryIndex<ImageStructure>;
  readonly packs: MemoryPackStore;
}

const nothingKept = (): Kept => ({
  cache: new MemoryDerivatives(),
  index: new MemoryIndex(),
  packs: new MemoryPackStore(),
});

/** Reads `origin` as a page of another one does. */
export function createReader(origin: string, kept: Kept = nothingKept()): Reader {
  let fetching = 0;
  let lost: string | undefined;
  let ahead = 0;
  const slots = new CountingSlots();
  const counted: typeof fetch = async (input, init) => {
    fetching += 1;
    try {
      const url = String(input);
      return await pageFetch(lost === undefined ? url : url.replace(origin, lost), init);
    } finally {
      fetching -= 1;
    }
  };
  const finder = httpFinder(`${origin}/{id}`, {
    fetch: counted,
    random: () => 0,
    slots,
    deadline: DEADLINE,
    breakers: createBreakers({ now: () => Date.now() + ahead }),
  });
  const { cache, index, packs: store } = kept;
  const keeper = createPackKeeper({ store, opener: PARTS.opener, prefix: '/iiif/', finder });
  const server: ImageServer = createImageServer({
    sources: finder,
    wasm: loadWasm,
    cache,
    index,
    deadline: DEADLINE,
  });
  return {
    keeper,
    async ask(path) {
      const after: Promise<unknown>[] = [];
      const request = new Request(`https://potto.example/iiif/3/${path}`);
      const response = await server.fetch(request, { waitUntil: (work) => after.push(work) });
      await Promise.all(after);
      return response;
    },
    restart: () => createReader(origin, kept),
    lose(origin) {
      lost = origin;
    },
    later() {
      ahead += 60_000;
    },
    get pending() {
      return fetching + slots.running;
    },
  };
}
