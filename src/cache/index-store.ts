import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { MeantSource } from './derivatives.ts';

/** What is known of an image without asking its source; plain data that can be cloned. */
export interface IndexRecord<Structure> {
  /** Number of the structure's shape: another one than today's is of no use. */
  readonly shape: number;
  /** Version of the source that the structure was read from. */
  readonly version: string;
  /** Length of the source in bytes. */
  readonly size: number | undefined;
  readonly structure: Structure;
  /** Name of its source, where not everyone may read that. */
  readonly privateSource?: string | undefined;
  /** When the source was last seen to have this version, in milliseconds since 1970. */
  readonly confirmed: number;
}

/** The indexes of images, kept across restarts, so that a restarted worker reads no headers again. */
export interface IndexStore<Structure> {
  /** Never throws: a store that fails is a store that knows nothing. */
  get(url: string): Promise<IndexRecord<Structure> | undefined>;
  put(url: string, record: IndexRecord<Structure>): Promise<void>;
  delete(url: string): Promise<void>;
  /** Drops everything, or what is of private sources. */
  clear?(meant?: MeantSource): Promise<void>;
}

/** An index that can be written in bulk. */
export interface BulkIndexStore<Structure> extends IndexStore<Structure> {
  putAll(records: ReadonlyMap<string, IndexRecord<Structure>>): Promise<void>;
  /** Keys of its records, so many at most. */
  keys(most: number): Promise<readonly string[]>;
}

interface Schema<Structure> extends DBSchema {
  images: { key: string; value: IndexRecord<Structure>; indexes: { source: string } };
}

/** Changes whenever the shape of a record does: old records are dropped, not migrated, for they can be read again. */
const SCHEMA_VERSION = 2;

export class IndexedDbIndexStore<Structure> implements BulkIndexStore<Structure> {
  readonly #name: string;
  #database: Promise<IDBPDatabase<Schema<Structure>>> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async get(url: string): Promise<IndexRecord<Structure> | undefined> {
    try {
      return await (await this.#open()).get('images', url);
    } catch {
      this.#database = undefined;
      return undefined;
    }
  }

  put(url: string, record: IndexRecord<Structure>): Promise<void> {
    return this.putAll(new Map([[url, record]]));
  }

  async putAll(records: ReadonlyMap<string, IndexRecord<Structure>>): Promise<void> {
    // Relaxed: the index can be read again, so it isn't worth a flush to disk.
    const transaction = (await this.#open()).transaction('images', 'readwrite', { durability: 'relaxed' });
    const puts = Array.from(records, ([url, record]) => transaction.store.put(record, url));
    await Promise.all([...puts, transaction.done]);
  }

  async keys(most: number): Promise<readonly string[]> {
    return (await this.#open()).getAllKeys('images', undefined, most);
  }

  async delete(url: string): Promise<void> {
    await (await this.#open()).delete('images', url);
  }

  async clear(meant?: MeantSource): Promise<void> {
    const { store, done } = (await this.#open()).transaction('images', 'readwrite');
    if (meant) for (const url of await store.index('source').getAllKeys(meant.privateSource)) void store.delete(url);
    else void store.clear();
    await done;
  }

  #open(): Promise<IDBPDatabase<Schema<Structure>>> {
    this.#database ??= openDB<Schema<Structure>>(this.#name, SCHEMA_VERSION, {
      upgrade(database) {
        for (const store of database.objectStoreNames) database.deleteObjectStore(store);
        database.createObjectStore('images').createIndex('source', 'privateSource');
      },
      blocking(_current, _blocked, event) {
        // A newer worker wants to upgrade: don't stand in its way.
        (event.target as IDBDatabase).close();
      },
    });
    this.#database.catch(() => {
      this.#database = undefined;
    });
    return this.#database;
  }
}
