import type { ObjectRecord, PackRecord } from './records.ts';
import type { PackChanges, PackRecords, PackStore, StoredBlock } from './store.ts';

/** Packs that last as long as the process, for hosts without IndexedDB. */
export class MemoryPackStore implements PackStore {
  readonly #packs = new Map<string, PackRecord>();
  readonly #objects = new Map<string, ObjectRecord>();
  readonly #blocks = new Map<string, Map<number, StoredBlock>>();

  async load(): Promise<PackRecords> {
    return structuredClone({ packs: [...this.#packs.values()], objects: [...this.#objects.values()] });
  }

  async save({ packs = [], objects = [], removedPacks = [], removedObjects = [] }: PackChanges): Promise<void> {
    for (const id of removedPacks) this.#packs.delete(id);
    for (const url of removedObjects) this.#objects.delete(url);
    for (const pack of packs) this.#packs.set(pack.id, structuredClone(pack));
    for (const object of objects) this.#objects.set(object.url, structuredClone(object));
  }

  async blocks(generation: string): Promise<readonly number[]> {
    return [...(this.#blocks.get(generation)?.keys() ?? [])].sort((a, b) => a - b);
  }

  async generations(): Promise<readonly string[]> {
    return [...this.#blocks.keys()];
  }

  async read(generation: string, index: number): Promise<StoredBlock | undefined> {
    return structuredClone(this.#blocks.get(generation)?.get(index));
  }

  async write(generation: string, index: number, block: StoredBlock): Promise<void> {
    const blocks = this.#blocks.get(generation) ?? new Map<number, StoredBlock>();
    this.#blocks.set(generation, blocks.set(index, { bytes: block.bytes.slice(), digest: block.digest.slice() }));
  }

  async remove(generation: string, indices: readonly number[]): Promise<void> {
    const blocks = this.#blocks.get(generation);
    for (const index of indices) blocks?.delete(index);
    if (blocks?.size === 0) this.#blocks.delete(generation);
  }
}
