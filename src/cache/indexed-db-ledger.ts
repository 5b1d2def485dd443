import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { Meant, MeantImage } from './derivatives.ts';
import {
  type Ledger,
  type LedgerChanges,
  type LedgerEntry,
  type LedgerState,
  NOTHING_KEPT,
  type StrikeLimits,
  type Struck,
  type Tally,
  type Unsettled,
} from './ledger.ts';

interface Schema extends DBSchema {
  entries: {
    key: string;
    value: LedgerEntry;
    indexes: { used: number; image: [identifier: string, version: string]; source: string };
  };
  unsettled: { key: string; value: Unsettled };
  /** By `ALL` or `imageKey`. */
  tallies: { key: string; value: Tally };
}

const STORES = ['entries', 'unsettled', 'tallies'] as const;
type Transaction = IDBPTransaction<Schema, typeof STORES, 'readwrite'>;

/** Changes whenever the shape of a record does: the cache then starts anew, for answers can be made again. */
const SCHEMA_VERSION = 2;

const ALL = 'all';
const IMAGE = 'image ';
const imageKey = (identifier: string) => IMAGE + identifier;

/** A ledger in a database of its own. */
export class IndexedDbLedger implements Ledger {
  readonly #name: string;
  #database: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async state(): Promise<LedgerState> {
    const transaction = (await this.#open()).transaction(STORES);
    const [unsettled, all] = await Promise.all([
      transaction.objectStore('unsettled').getAll(),
      transaction.objectStore('tallies').get(ALL),
    ]);
    return { isNew: all === undefined, unsettled, all: all ?? NOTHING_KEPT };
  }

  apply(changes: LedgerChanges): Promise<Tally> {
    return this.#write((books) => books.enter(changes), changes.flush);
  }

  async strike({ count, bytes }: StrikeLimits, changes: LedgerChanges, meant?: Meant): Promise<Struck> {
    let keys: readonly string[] = [];
    const all = await this.#write(async (books) => {
      await books.enter(changes);
      const struck: string[] = [];
      let freed = 0;
      for (const entry of await books.choose(count, meant)) {
        if (freed >= bytes) break;
        freed += entry.bytes;
        books.strike(entry, 'delete');
        struck.push(entry.key);
      }
      keys = struck;
    });
    return { keys, all };
  }

  async oldest(count: number): Promise<readonly LedgerEntry[]> {
    return (await this.#open()).getAllFromIndex('entries', 'used', undefined, count);
  }

  async list(meant: MeantImage): Promise<readonly LedgerEntry[]> {
    return (await this.#open()).getAllFromIndex('entries', 'image', rangeOf(meant));
  }

  async identifiers(most: number): Promise<readonly string[]> {
    const images = IDBKeyRange.bound(IMAGE, `${IMAGE}\uffff`);
    const keys = await (await this.#open()).getAllKeys('tallies', images, most);
    return keys.map((key) => key.slice(IMAGE.length));
  }

  async tally(identifier?: string): Promise<Tally> {
    const key = identifier === undefined ? ALL : imageKey(identifier);
    return (await (await this.#open()).get('tallies', key)) ?? NOTHING_KEPT;
  }

  async clear(): Promise<void> {
    const transaction = (await this.#open()).transaction(STORES, 'readwrite', { durability: 'strict' });
    await Promise.all([...STORES.map((name) => transaction.objectStore(name).clear()), transaction.done]);
  }

  async #write(work: (books: Books) => Promise<void>, flush = false): Promise<Tally> {
    const durability = flush ? 'strict' : 'relaxed';
    const transaction = (await this.#open()).transaction(STORES, 'readwrite', { durability });
    const books = new Books(transaction);
    try {
      await work(books);
      return await books.close();
    } catch (cause) {
      books.abandon();
      throw cause;
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= openDB<Schema>(this.#name, SCHEMA_VERSION, {
      upgrade(database) {
        for (const store of database.objectStoreNames) database.deleteObjectStore(store);
        const entries = database.createObjectStore('entries', { keyPath: 'key' });
        entries.createIndex('used', 'used');
        entries.createIndex('image', ['shown.identifier', 'shown.version']);
        // Of private sources alone: what has no such name isn't in it.
        entries.createIndex('source', 'shown.privateSource');
        database.createObjectStore('unsettled', { keyPath: 'key' });
        database.createObjectStore('tallies');
      },
      blocking(_current, _blocked, event) {
        // A newer worker wants to upgrade: don't stand in its way.
        (event.target as IDBDatabase).close();
      },
      terminated: () => {
        this.#database = undefined;
      },
    });
    this.#database.catch(() => {
      this.#database = undefined;
    });
    return this.#database;
  }
}

/** One transaction, and what it adds to the tallies. */
class Books {
  readonly #entries;
  readonly #unsettled;
  readonly #tallies;
  /** Awaited in the end: a transaction is as fast as its requests follow each other. */
  readonly #requests: Promise<unknown>[];
  /** What is added to each tally, by its key. */
  readonly #added = new Map<string, Tally>();

  constructor(transaction: Transaction) {
    this.#entries = transaction.objectStore('entries');
    this.#unsettled = transaction.objectStore('unsettled');
    this.#tallies = transaction.objectStore('tallies');
    this.#requests = [transaction.done];
  }

  async enter({ intended, stored, missing, settled, used, lookups }: LedgerChanges): Promise<void> {
    const found = new Map<string, LedgerEntry>();
    const touched = new Set([...(intended?.keys() ?? []), ...(stored?.keys() ?? []), ...(used?.keys() ?? [])]);
    for (const key of missing ?? []) touched.add(key);
    await Promise.all(
      Array.from(touched, async (key) => {
        const entry = await this.#entries.get(key);
        if (entry) found.set(key, entry);
      }),
    );
    for (const [key, time] of used ?? []) {
      const entry = found.get(key);
      if (entry && time > entry.used) this.#requests.push(this.#entries.put({ ...entry, used: time }));
    }
    for (const key of missing ?? []) {
      const entry = found.get(key);
      found.delete(key);
      if (entry) this.strike(entry);
      else this.#requests.push(this.#unsettled.delete(key));
    }
    for (const [key, entry] of stored ?? []) {
      // Another life of the worker, which ended meanwhile, may have taken it for missing.
      if (!found.has(key)) this.#keep(entry, undefined);
      this.#requests.push(this.#unsettled.delete(key));
    }
    for (const key of settled ?? []) this.#requests.push(this.#unsettled.delete(key));
    for (const [key, entry] of intended ?? []) {
      this.#keep(entry, found.get(key));
      this.#requests.push(this.#unsettled.put({ key, begun: 'put' }));
    }
    for (const [identifier, { hits, misses }] of lookups ?? []) {
      this.#add(identifier, { entries: 0, bytes: 0, hits, misses });
    }
  }

  choose(count: number, meant: Meant | undefined): Promise<readonly LedgerEntry[]> {
    if (!meant) return this.#entries.index('used').getAll(undefined, count);
    if ('privateSource' in meant) return this.#entries.index('source').getAll(meant.privateSource, count);
    return this.#entries.index('image').getAll(rangeOf(meant), count);
  }

  /** Takes an entry out of the books. */
  strike({ key, shown, bytes }: LedgerEntry, begun?: Unsettled['begun']): void {
    this.#requests.push(this.#entries.delete(key));
    this.#requests.push(begun ? this.#unsettled.put({ key, begun }) : this.#unsettled.delete(key));
    this.#add(shown.identifier, { entries: -1, bytes: -bytes, hits: 0, misses: 0 });
  }

  /** Writes the tallies; resolves to that of all. */
  async close(): Promise<Tally> {
    this.#addTo(ALL, NOTHING_KEPT);
    let all = NOTHING_KEPT;
    await Promise.all(
      Array.from(this.#added, async ([key, added]) => {
        const before = (await this.#tallies.get(key)) ?? NOTHING_KEPT;
        const tally = sum(before, added);
        if (key === ALL) all = tally;
        // An image of which nothing is left isn't remembered: there may be any number of them.
        const isLeft = key === ALL || tally.entries > 0 || before.entries === 0;
        await (isLeft ? this.#tallies.put(tally, key) : this.#tallies.delete(key));
      }),
    );
    await Promise.all(this.#requests);
    return all;
  }

  /** After a failure: nobody waits for the rest, which fails as well. */
  abandon(): void {
    for (const request of this.#requests) request.catch(() => undefined);
  }

  #keep(entry: LedgerEntry, before: LedgerEntry | undefined): void {
    this.#requests.push(this.#entries.put(entry));
    if (before) this.#add(before.shown.identifier, { entries: -1, bytes: -before.bytes, hits: 0, misses: 0 });
    this.#add(entry.shown.identifier, { entries: 1, bytes: entry.bytes, hits: 0, misses: 0 });
  }

  #add(identifier: string, added: Tally): void {
    this.#addTo(imageKey(identifier), added);
    this.#addTo(ALL, added);
  }

  #addTo(key: string, added: Tally): void {
    this.#added.set(key, sum(this.#added.get(key) ?? NOTHING_KEPT, added));
  }
}

function sum(a: Tally, b: Tally): Tally {
  return {
    entries: a.entries + b.entries,
    bytes: a.bytes + b.bytes,
    hits: a.hits + b.hits,
    misses: a.misses + b.misses,
  };
}

/** Arrays sort after all strings (Indexed Database API 3.0, section 2.4). */
function rangeOf({ identifier, version }: MeantImage): IDBKeyRange {
  return version === undefined
    ? IDBKeyRange.bound([identifier], [identifier, []])
    : IDBKeyRange.only([identifier, version]);
}
