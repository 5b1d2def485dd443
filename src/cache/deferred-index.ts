import { QUIET } from './deferred-writes.ts';
import { isOf, type MeantSource } from './derivatives.ts';
import type { BulkIndexStore, IndexRecord, IndexStore } from './index-store.ts';
import { KnownKeys } from './known-keys.ts';

/** Records that wait; with more, writing starts at once. Most have some KB, those of the largest images a megabyte. */
const WAITING_RECORDS = 64;

/**
 * An index that is written once no more images are being opened, all of them together: written one by one they take a
 * tenth of all the CPU time that a page of thumbnails costs (Chromium). What isn't written yet is known from memory.
 */
export class DeferredIndex<Structure> implements IndexStore<Structure> {
  readonly #store: BulkIndexStore<Structure>;
  readonly #known: KnownKeys;
  #waiting = new Map<string, IndexRecord<Structure>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #whenWritten: (() => void)[] = [];

  constructor(store: BulkIndexStore<Structure>) {
    this.#store = store;
    this.#known = new KnownKeys((most) => store.keys(most));
  }

  async get(url: string): Promise<IndexRecord<Structure> | undefined> {
    const waiting = this.#waiting.get(url);
    if (waiting || !this.#known.mayHave(url)) return waiting;
    const stored = await this.#store.get(url);
    if (!stored) this.#known.missed();
    return stored;
  }

  /** Resolves when it was written, or could not be: then the image is read again another time. */
  put(url: string, record: IndexRecord<Structure>): Promise<void> {
    this.#waiting.set(url, record);
    this.#known.add(url);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), this.#waiting.size > WAITING_RECORDS ? 0 : QUIET);
    return new Promise((resolve) => this.#whenWritten.push(resolve));
  }

  async delete(url: string): Promise<void> {
    this.#waiting.delete(url);
    await this.#store.delete(url);
  }

  async clear(meant?: MeantSource): Promise<void> {
    for (const [url, { privateSource }] of this.#waiting) {
      if (!meant || isOf(privateSource, meant)) this.#waiting.delete(url);
    }
    await this.#store.clear?.(meant);
  }

  async #write(): Promise<void> {
    const records = this.#waiting;
    const whenWritten = this.#whenWritten.splice(0);
    this.#waiting = new Map();
    await this.#store.putAll(records).catch(() => undefined);
    for (const resolve of whenWritten) resolve();
  }
}
