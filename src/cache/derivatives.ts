import type { Rect, Size } from '../iiif/request.ts';
import { streamed } from '../streamed.ts';

/** What an answer shows. */
export interface Shown {
  readonly identifier: string;
  /** Of the file that the identifier stands for, from 1 on. */
  readonly page: number;
  /** Of the source. */
  readonly version: string;
  /** Tells apart what was rendered under other options. */
  readonly rendering: string;
  /** In pixels of the full image. */
  readonly region: Rect;
  /** Of the region in the answer, in pixels, before it is turned. */
  readonly size: Size;
  /** Name of the source that it is of, where not everyone may read that. */
  readonly privateSource?: string | undefined;
  /** Neither turned nor mirrored nor without its colours, and a picture: other answers can be made from it. */
  readonly plain: boolean;
}

/** An answer with status 200, as it is kept. Its bytes are not to be changed any more. */
export interface KeptAnswer {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  readonly shown: Shown;
}

/** A kept answer that can be had by its key. */
export interface KeptKey {
  readonly key: string;
  readonly shown: Shown;
}

/** All answers of an image, or those of one version of its source. */
export interface MeantImage {
  readonly identifier: string;
  readonly version?: string | undefined;
}

/** All answers of a source that not everyone may read, or of every such source where it is undefined. */
export interface MeantSource {
  readonly privateSource: string | undefined;
}

/** Which answers are meant. */
export type Meant = MeantImage | MeantSource;

export function isMeant(shown: Pick<Shown, 'identifier' | 'version' | 'privateSource'>, meant: Meant): boolean {
  if ('privateSource' in meant) return isOf(shown.privateSource, meant);
  const { identifier, version = shown.version } = meant;
  return shown.identifier === identifier && shown.version === version;
}

export function isOf(source: string | undefined, { privateSource = source }: MeantSource): boolean {
  return source !== undefined && source === privateSource;
}

/** Answers kept for later: a derivative is what was rendered, or passed through, from a source. */
export interface DerivativeCache {
  /** A whole answer that may be sent at once, or undefined. Never throws: a cache that fails is a cache that misses. */
  match(key: string, shown: Shown): Promise<Response | undefined>;
  /** Keeps an answer. Rejects when it can't, which must not harm the answer. */
  put(key: string, answer: KeptAnswer): Promise<void>;
  /** Drops answers. Resolves when they are gone. */
  drop?(meant: Meant): Promise<void>;
  /** The plain answers of this image, version and rendering, those that show the same as `shown` among them. */
  alike?(shown: Shown): Promise<readonly KeptKey[]>;
}

/** One place where answers are kept, memory or disk; a cache has several, one behind the other. */
export interface AnswerLayer {
  /** Never throws. `identifier`: of the image that the answer shows. */
  match(key: string, identifier?: string): Promise<Response | undefined>;
  /** @throws {DOMException} `QuotaExceededError` where there is no room. */
  put(key: string, answer: KeptAnswer): Promise<void>;
}

/** The last layer, which holds the bytes across restarts. */
export interface AnswerStore extends AnswerLayer {
  delete(key: string): Promise<void>;
  /** Drops everything. */
  clear(): Promise<void>;
}

/**
 * Derivatives in one Cache Storage cache. One, because a cache for each image costs 2.5 times as much to write
 * and read; `keys()` is never called, because it takes seconds at 10,000 entries.
 */
export class CacheStorageDerivatives implements AnswerStore {
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

  put(key: string, { bytes, headers }: KeptAnswer): Promise<void> {
    return this.#with((cache) => cache.put(key, new Response(streamed(bytes), { headers })));
  }

  async delete(key: string): Promise<void> {
    await this.#with((cache) => cache.delete(key));
  }

  async clear(): Promise<void> {
    this.#cache = undefined;
    await this.#storage.delete(this.#name);
  }

  /** Begins to open the cache, which a restarted worker can do while it looks for the image's index. */
  warm(): void {
    this.#open().catch(() => undefined);
  }

  async #with<T>(use: (cache: Cache) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#open());
    } catch (cause) {
      this.#cache = undefined;
      throw cause;
    }
  }

  /** The handle is kept: opening costs 0.8 ms each time. */
  #open(): Promise<Cache> {
    this.#cache ??= this.#storage.open(this.#name);
    return this.#cache;
  }
}
