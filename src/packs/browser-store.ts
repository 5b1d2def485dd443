import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { streamed } from '../streamed.ts';
import type { ObjectRecord, PackRecord } from './records.ts';
import type { PackChanges, PackRecords, PackStore, StoredBlock } from './store.ts';

interface Schema extends DBSchema {
  packs: { key: string; value: PackRecord };
  objects: { key: string; value: ObjectRecord };
  /** The digest of each block, by generation and number. */
  blocks: { key: [generation: string, index: number]; value: Uint8Array };
}

/** Packs can't be made again without a network: a later version migrates them, and never drops any. */
const SCHEMA_VERSION = 1;

/** A block's digest beside its bytes, for blocks whose note was lost with the worker that was about to write it. */
const DIGEST_HEADER = 'X-Digest';

/** Blocks removed side by side. */
const REMOVED_AT_ONCE = 64;

/**
 * Packs in IndexedDB, the bytes of their blocks in one Cache Storage cache that nothing else writes to. The bytes come
 * first and the note follows, so that what is noted is there.
 */
export class BrowserPackStore implements PackStore {
  readonly #name: string;
  readonly #caches: CacheStorage;
  #database: Promise<IDBPDatabase<Schema>> | undefined;
  #cache: Promise<Cache> | undefined;

  /** `name`: of the database and of the cache. */
  constructor(caches: CacheStorage, name: string) {
    this.#caches = caches;
    this.#name = name;
  }

  async load(): Promise<PackRecords> {
    const transaction = (await this.#open()).transaction(['packs', 'objects']);
    const [packs, objects] = await Promise.all([
      transaction.objectStore('packs').getAll(),
      transaction.objectStore('objects').getAll(),
    ]);
    return { packs, objects };
  }

  async save({ packs = [], objects = [], removedPacks = [], removedObjects = [] }: PackChanges): Promise<void> {
    const transaction = (await this.#open()).transaction(['packs', 'objects'], 'readwrite', { durability: 'strict' });
    const packStore = transaction.objectStore('packs');
    const objectStore = transaction.objectStore('objects');
    await Promise.all([
      ...removedPacks.map((id) => packStore.delete(id)),
      ...removedObjects.map((url) => objectStore.delete(url)),
      ...packs.map((pack) => packStore.put(pack, pack.id)),
      ...objects.map((object) => objectStore.put(object, object.url)),
      transaction.done,
    ]);
  }

  async blocks(generation: string): Promise<readonly number[]> {
    const keys = await (await this.#open()).getAllKeys('blocks', blocksOf(generation));
    return keys.map(([, index]) => index);
  }

  async generations(): Promise<readonly string[]> {
    const generations: string[] = [];
    const { store } = (await this.#open()).transaction('blocks');
    // One step for each generation: arrays that go on are greater than all numbers.
    for (let cursor = await store.openKeyCursor(); cursor; ) {
      const [generation] = cursor.key;
      generations.push(generation);
      cursor = await cursor.continue([generation, Number.POSITIVE_INFINITY]);
    }
    return generations;
  }

  async read(generation: string, index: number): Promise<StoredBlock | undefined> {
    const [noted, response] = await Promise.all([
      this.#open().then((database) => database.get('blocks', [generation, index])),
      this.#openCache().then((cache) => cache.match(keyOf(generation, index))),
    ]);
    const digest = noted ?? fromHex(response?.headers.get(DIGEST_HEADER) ?? '');
    return response && { bytes: new Uint8Array(await response.arrayBuffer()), digest };
  }

  async write(generation: string, index: number, { bytes, digest }: StoredBlock): Promise<void> {
    const headers = { 'Content-Length': String(bytes.length), [DIGEST_HEADER]: toHex(digest) };
    const cache = await this.#openCache();
    await cache.put(keyOf(generation, index), new Response(streamed(bytes), { headers }));
    const database = await this.#open();
    const transaction = database.transaction('blocks', 'readwrite', { durability: 'relaxed' });
    await Promise.all([transaction.store.put(digest, [generation, index]), transaction.done]);
  }

  async remove(generation: string, indices: readonly number[]): Promise<void> {
    const [database, cache] = await Promise.all([this.#open(), this.#openCache()]);
    for (let first = 0; first < indices.length; first += REMOVED_AT_ONCE) {
      const some = indices.slice(first, first + REMOVED_AT_ONCE);
      // The notes go last: by them a removal that was cut off is found again.
      await Promise.all(some.map((index) => cache.delete(keyOf(generation, index))));
      const transaction = database.transaction('blocks', 'readwrite');
      await Promise.all([...some.map((index) => transaction.store.delete([generation, index])), transaction.done]);
    }
  }

  /** Cleared site data makes a handle stale: another one is opened the next time. */
  #openCache(): Promise<Cache> {
    this.#cache ??= this.#caches.open(this.#name).catch((cause: unknown) => {
      this.#cache = undefined;
      throw cause;
    });
    return this.#cache;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => {
      this.#database = undefined;
    };
    this.#database ??= openDB<Schema>(this.#name, SCHEMA_VERSION, {
      upgrade(database) {
        database.createObjectStore('packs');
        database.createObjectStore('objects');
        database.createObjectStore('blocks');
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((cause: unknown) => {
      forget();
      throw cause;
    });
    return this.#database;
  }
}

function blocksOf(generation: string): IDBKeyRange {
  return IDBKeyRange.bound([generation, 0], [generation, Number.POSITIVE_INFINITY]);
}

/** Cache Storage takes no other URLs than those of HTTP; this host can't exist (RFC 2606). */
function keyOf(generation: string, index: number): string {
  return `https://packs.invalid/${generation}/${index}`;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
