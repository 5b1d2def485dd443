import {
  type DerivativeCache,
  isMeant,
  isOf,
  type KeptAnswer,
  type KeptKey,
  type Meant,
  type MeantSource,
  type Shown,
} from '../../src/cache/derivatives.ts';
import type { IndexRecord, IndexStore } from '../../src/cache/index-store.ts';

/** Keeps answers whole, as Cache Storage does. */
export class MemoryDerivatives implements DerivativeCache {
  readonly kept = new Map<string, Response>();
  readonly #shown = new Map<string, Shown>();

  async match(key: string): Promise<Response | undefined> {
    return this.kept.get(key)?.clone();
  }

  async put(key: string, { bytes, headers, shown }: KeptAnswer): Promise<void> {
    this.kept.set(key, new Response(new Uint8Array(bytes), { headers }));
    this.#shown.set(key, shown);
  }

  async drop(meant: Meant): Promise<void> {
    for (const [key, shown] of this.#shown) if (isMeant(shown, meant)) this.kept.delete(key);
  }

  async alike({ identifier, page, version, rendering }: Shown): Promise<readonly KeptKey[]> {
    return [...this.#shown]
      .filter(([key, shown]) => this.kept.has(key) && shown.plain && isMeant(shown, { identifier, version }))
      .filter(([, shown]) => shown.page === page && shown.rendering === rendering)
      .map(([key, shown]) => ({ key, shown }));
  }
}

/** Keeps clones, as IndexedDB does. */
export class MemoryIndex<Structure> implements IndexStore<Structure> {
  readonly records = new Map<string, IndexRecord<Structure>>();

  async get(url: string): Promise<IndexRecord<Structure> | undefined> {
    return structuredClone(this.records.get(url));
  }

  async put(url: string, record: IndexRecord<Structure>): Promise<void> {
    this.records.set(url, structuredClone(record));
  }

  async delete(url: string): Promise<void> {
    this.records.delete(url);
  }

  async clear(meant?: MeantSource): Promise<void> {
    for (const [url, { privateSource }] of this.records) {
      if (!meant || isOf(privateSource, meant)) this.records.delete(url);
    }
  }
}
