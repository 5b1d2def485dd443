import { QUIET } from './deferred-writes.ts';
import type { BulkIndexStore, IndexRecord, IndexStore } from './index-store.ts';

/** Records that wait; with more, writing starts at once. Most have some KB, those of the largest images a megabyte. */
const WAITING_RECORDS = 64;

/**
 * An index that is written once no more images are being opened, all of them together: written one by one they take a
 * tenth of all the CPU time that a page of thumbnails costs (Chromium). What isn't written yet is known from memory.
 */
export class DeferredIndex<Structure> implements IndexStore<Structure> {
  readonly #store: BulkIndexStore<Structure>;
  #waiting = new Map<string, IndexRecord<Structure>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #whenWritten: (() => void)[] = [];

  constructor(store: BulkIndexStore<Structure>) {
    this.#store = store;
  }

  async get(url: string): Promise<IndexRecord<Structure> | undefined> {
    return this.#waiting.get(url) ?? this.#store.get(url);
  }

  /** Resolves when it was written, or could not be: then the image is read again another time. */
  put(url: string, record: IndexRecord<Structure>): Promise<void> {
    this.#waiting.set(url, record);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), this.#waiting.size > WAITING_RECORDS ? 0 : QUIET);
    return new Promise((resolve) => this.#whenWritten.push(resolve));
  }

  async delete(url: string): Promise<void> {
    this.#waiting.delete(url);
    await this.#store.delete(url);
  }

  async clear(): Promise<void> {
    this.#waiting.clear();
    await this.#store.clear?.();
  }

  async #write(): Promise<void> {
    const records = this.#waiting;
    const whenWritten = this.#whenWritten.splice(0);
    this.#waiting = new Map();
    await this.#store.putAll(records).catch(() => undefined);
    for (const resolve of whenWritten) resolve();
  }
}
