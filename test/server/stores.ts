import type { DerivativeCache, KeptAnswer } from '../../src/cache/derivatives.ts';
import type { IndexRecord, IndexStore } from '../../src/cache/index-store.ts';

/** Keeps answers whole, as Cache Storage does. */
export class MemoryDerivatives implements DerivativeCache {
  readonly kept = new Map<string, Response>();

  async match(key: string): Promise<Response | undefined> {
    return this.kept.get(key)?.clone();
  }

  async put(key: string, { bytes, headers }: KeptAnswer): Promise<void> {
    this.kept.set(key, new Response(new Uint8Array(bytes), { headers }));
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
}
