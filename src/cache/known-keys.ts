/** Keys held in memory, half a megabyte of them; a store that has more is asked for each. */
const MOST_KEYS = 5000;

/** Lookups in vain after which the keys are read: a worker that was woken for a tile hasn't that many. */
const MISSES = 3;

/**
 * Which keys a store in the browser's storage has. To be told that there is nothing takes half a millisecond of this
 * thread, and as much of another: for a page of images that were never seen, a tenth of all that they cost (Chromium).
 */
export class KnownKeys {
  readonly #read: (most: number) => Promise<readonly string[]>;
  readonly #keys = new Set<string>();
  /** Whether the store has no other keys than these. */
  #areAll = false;
  #misses = 0;

  /** `read`: gives keys of the store, no more than it is told. */
  constructor(read: (most: number) => Promise<readonly string[]>) {
    this.#read = read;
  }

  /** Whether it is worth asking the store. */
  mayHave(key: string): boolean {
    return !this.#areAll || this.#keys.has(key);
  }

  /** The store is going to have this one. */
  add(key: string): void {
    this.#keys.add(key);
    if (this.#keys.size > 2 * MOST_KEYS) this.#giveUp();
  }

  /** The store was asked in vain. */
  missed(): void {
    this.#misses += 1;
    if (this.#misses === MISSES) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    const keys = await this.#read(MOST_KEYS + 1).catch(() => undefined);
    if (!keys || keys.length > MOST_KEYS) {
      this.#giveUp();
      return;
    }
    for (const key of keys) this.#keys.add(key);
    this.#areAll = true;
  }

  #giveUp(): void {
    this.#areAll = false;
    this.#keys.clear();
    this.#misses = Number.POSITIVE_INFINITY;
  }
}
