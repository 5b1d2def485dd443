import { streamed } from '../streamed.ts';

/** An answer with status 200, as it is kept. Its bytes are not to be changed any more. */
export interface KeptAnswer {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
}

/** Answers kept for later: a derivative is what was rendered, or passed through, from a source. */
export interface DerivativeCache {
  /** A whole answer that may be sent at once, or undefined. Never throws: a cache that fails is a cache that misses. */
  match(key: string): Promise<Response | undefined>;
  /** Keeps an answer. Rejects when it can't, which must not harm the answer. */
  put(key: string, answer: KeptAnswer): Promise<void>;
}

/**
 * Derivatives in one Cache Storage cache. One, because a cache for each image costs 2.5 times as much to write
 * and read; `keys()` is never called, because it takes seconds at 10,000 entries.
 */
export class CacheStorageDerivatives implements DerivativeCache {
  readonly #storage: CacheStorage;
  readonly #name: string;
  #cache: Promise<Cache> | undefined;

  constructor(storage: CacheStorage, name: string) {
    this.#storage = storage;
    this.#name = name;
  }

  async match(key: string): Promise<Response | undefined> {
    try {
      return await (await this.#open()).match(key);
    } catch {
      // A handle goes stale when the user clears the site's data: open a new one next time.
      this.#cache = undefined;
      return undefined;
    }
  }

  async put(key: string, { bytes, headers }: KeptAnswer): Promise<void> {
    try {
      await (await this.#open()).put(key, new Response(streamed(bytes), { headers }));
    } catch (cause) {
      this.#cache = undefined;
      throw cause;
    }
  }

  /** Begins to open the cache, which a restarted worker can do while it looks for the image's index. */
  warm(): void {
    this.#open().catch(() => undefined);
  }

  /** The handle is kept: opening costs 0.8 ms each time. */
  #open(): Promise<Cache> {
    this.#cache ??= this.#storage.open(this.#name);
    return this.#cache;
  }
}
