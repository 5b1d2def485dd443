import { BrowserPackStore } from './browser-store.ts';
import type { StoredBlock } from './store.ts';

/** Bytes freed at once: a write that fails for want of room is seldom the last one. */
const FREED_AT_ONCE = 16 * 2 ** 20;

/** Packs in a browser's storage, for which something else gives way where there is no room. */
export class YieldedPackStore extends BrowserPackStore {
  readonly #giveWay: (bytes: number) => Promise<number>;

  /** `giveWay` frees so many bytes or all it has, and resolves to how many. */
  constructor(caches: CacheStorage, name: string, giveWay: (bytes: number) => Promise<number>) {
    super(caches, name);
    this.#giveWay = giveWay;
  }

  override async write(generation: string, index: number, block: StoredBlock): Promise<void> {
    try {
      await super.write(generation, index, block);
    } catch (cause) {
      // Cache Storage and IndexedDB name it alike.
      if (!(cause instanceof DOMException && cause.name === 'QuotaExceededError')) throw cause;
      const freed = await this.#giveWay(FREED_AT_ONCE).catch(() => 0);
      if (freed === 0) throw cause;
      await super.write(generation, index, block);
    }
  }
}
