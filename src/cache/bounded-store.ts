import type { EvictionStats } from '../protocol.ts';
import type { Activity } from './activity.ts';
import type { AnswerLayer, AnswerStore, KeptAnswer, Meant, MeantImage } from './derivatives.ts';
import { entryBytes } from './entry-bytes.ts';
import { EVICT_TO, Slices } from './eviction.ts';
import { KnownKeys } from './known-keys.ts';
import type { Ledger, LedgerChanges, LedgerEntry, Struck, Tally } from './ledger.ts';
import { PendingChanges } from './pending-changes.ts';

/** Writes go on while room is made for them, up to this share of the budget; beyond, answers aren't kept. */
const ADMIT_TO = 1.02;

/** Milliseconds after which what happened is written down, if nothing is being answered. */
const WRITE_AFTER = 1000;

/**
 * Milliseconds for which nothing more is stored where eviction made no room: others fill the storage, or it takes its time
 * to give room back. Trying on would only drive out what is there.
 */
const REST_WHEN_FULL = 10_000;

/** Unsettled answers that are looked up at once. */
const SETTLED_AT_ONCE = 32;

export interface BoundedStoreOptions {
  readonly store: AnswerStore;
  readonly ledger: Ledger;
  /** Asked once. */
  readonly budget: () => Promise<number>;
  readonly activity: Activity;
}

/**
 * Answers on disk within a budget of bytes. What was not used for longest goes first, in short slices, while nothing is
 * being answered. Store and ledger change one after the other, never two at once, so that they always tell the same.
 */
export class BoundedStore implements AnswerLayer {
  readonly #options: BoundedStoreOptions;
  readonly #pending = new PendingChanges();
  readonly #slices = new Slices();
  /** Of which anything is stored. */
  readonly #images: KnownKeys;
  /** Written down before, and not yet stored. */
  readonly #intended = new Map<string, LedgerEntry>();
  #begun: Promise<void> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #makingRoom: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes in the store, as the ledger last told. */
  #bytes = 0;
  #budget = 0;
  /** As `performance.now()`. */
  #restsUntil = 0;

  constructor(options: BoundedStoreOptions) {
    this.#options = options;
    this.#images = new KnownKeys((most) => options.ledger.identifiers(most));
  }

  /** Bytes that the store may hold; 0 before it was first written or asked. */
  get budget(): number {
    return this.#budget;
  }

  get eviction(): EvictionStats {
    return this.#slices.stats;
  }

  async match(key: string, identifier?: string): Promise<Response | undefined> {
    if (identifier !== undefined && !this.#images.mayHave(identifier)) return undefined;
    const answer = await this.#options.store.match(key);
    if (!answer) this.#images.missed();
    return answer;
  }

  /** Writes down what is about to be put, all in one transaction. What there is no room for is left out. */
  prepare(answers: ReadonlyMap<string, KeptAnswer>): Promise<void> {
    return this.#alone(async () => {
      if (this.#rests) return;
      const intended = new Map<string, LedgerEntry>();
      let bytes = this.#bytes;
      for (const [key, answer] of answers) {
        if (this.#intended.has(key)) continue;
        const entry = { key, shown: answer.shown, bytes: entryBytes(key, answer), used: Date.now() };
        if (bytes + entry.bytes > ADMIT_TO * this.#budget) continue;
        bytes += entry.bytes;
        intended.set(key, entry);
        this.#images.add(answer.shown.identifier);
      }
      // Slices of eviction would wait for the disk as well; what comes after them takes their writes along.
      const flush = this.#makingRoom === undefined;
      if (intended.size > 0) await this.#write({ intended, flush });
      for (const [key, entry] of intended) this.#intended.set(key, entry);
    });
  }

  /** Stores an answer, making room where the storage has none. @throws where it can't be stored all the same. */
  async put(key: string, answer: KeptAnswer): Promise<void> {
    if (this.#rests) {
      // Prepared before that.
      if (this.#intended.delete(key)) this.#pending.missing(key);
      return;
    }
    try {
      await this.#store(key, answer);
    } catch (cause) {
      if (!isFull(cause)) throw cause;
      // The storage has less room than was promised: what is stored now is all that fits.
      this.#budget = Math.min(this.#budget, this.#bytes);
      await this.#makeRoom();
      await this.#store(key, answer).catch((still: unknown) => {
        this.#restsUntil = performance.now() + REST_WHEN_FULL;
        throw still;
      });
    } finally {
      this.#writeLater();
    }
    if (this.#bytes > this.#budget) void this.#makeRoom();
  }

  /** Notes that an answer was asked for. Costs no write: that comes later. */
  note(key: string, identifier: string, found: boolean): void {
    this.#pending.lookedUp(key, identifier, found);
    this.#writeLater();
  }

  /** Drops answers of an image or a source. Resolves when they are gone. */
  async drop(meant: Meant): Promise<void> {
    let dropped: number;
    do dropped = await this.#slice(Number.POSITIVE_INFINITY, meant);
    while (dropped > 0);
  }

  /** Drops everything, and what is known of it. Resolves when it is gone. */
  clear(): Promise<void> {
    return this.#alone(async () => {
      this.#pending.take();
      this.#intended.clear();
      // Ended in between, the next life finds a new ledger, and clears the store.
      await this.#options.ledger.clear();
      await this.#options.store.clear();
      await this.#write({});
    });
  }

  /**
   * Frees so many bytes for what counts more, or all there are: what was not used for longest goes. In this life no more
   * is stored than is left then. Resolves to the bytes that are free now.
   */
  async giveWay(bytes: number): Promise<number> {
    const before = await this.#alone(async () => this.#bytes);
    this.#budget = Math.max(0, Math.min(this.#budget, before) - bytes);
    while (this.#bytes > this.#budget) {
      if ((await this.#slice(this.#bytes - this.#budget)) === 0) break;
    }
    return before - this.#bytes;
  }

  /** What is stored of one image, or in all. What is still to be stored doesn't count. */
  tally(identifier?: string): Promise<Tally> {
    return this.#alone(async () => {
      await this.#write({});
      const tally = await this.#options.ledger.tally(identifier);
      const isMeant = ({ shown }: LedgerEntry) => identifier === undefined || shown.identifier === identifier;
      const intended = [...this.#intended.values()].filter(isMeant);
      const bytes = intended.reduce((sum, entry) => sum + entry.bytes, 0);
      return { ...tally, entries: tally.entries - intended.length, bytes: tally.bytes - bytes };
    });
  }

  list(meant: MeantImage): Promise<readonly LedgerEntry[]> {
    return this.#options.ledger.list(meant);
  }

  get #rests(): boolean {
    return performance.now() < this.#restsUntil;
  }

  async #store(key: string, answer: KeptAnswer): Promise<void> {
    if (!this.#intended.has(key)) await this.prepare(new Map([[key, answer]]));
    await this.#alone(async () => {
      const entry = this.#intended.get(key);
      // There is no room for it, or it was dropped meanwhile.
      if (!entry) return;
      this.#intended.delete(key);
      // Unless it turns out to be stored.
      this.#pending.missing(key);
      await this.#options.store.put(key, answer);
      this.#pending.stored(entry);
    });
  }

  /** Evicts until there is room again. Resolves also where it fails: then the next write tries again. */
  #makeRoom(): Promise<void> {
    this.#makingRoom ??= this.#evict()
      .catch(() => undefined)
      .finally(() => {
        this.#makingRoom = undefined;
      });
    return this.#makingRoom;
  }

  async #evict(): Promise<void> {
    const enough = EVICT_TO * this.#budget;
    // Uses of thousands of answers may wait to be written: that is no part of a slice, and may find no room.
    await this.#alone(() => this.#write({})).catch(() => undefined);
    while (this.#bytes > enough) {
      await this.#options.activity.pause();
      if ((await this.#slice(this.#bytes - enough)) === 0) return;
    }
  }

  /** Deletes some answers, until so many bytes are free: of an image, or else the oldest. Resolves to how many. */
  #slice(bytes: number, meant?: Meant): Promise<number> {
    const { ledger, store } = this.#options;
    return this.#alone(async () => {
      const limits = { count: this.#slices.count, bytes };
      const strike = () => ledger.strike(limits, this.#pending.take(), meant);
      const { keys, all } = await this.#slices.run(strike).catch((cause: unknown) => {
        if (!isFull(cause)) throw cause;
        return this.#strikeWithoutRoom(limits.count);
      });
      this.#bytes = all.bytes;
      for (const key of keys) this.#intended.delete(key);
      await this.#slices.run(() => Promise.all(keys.map((key) => store.delete(key))));
      if (keys.length > 0) this.#slices.learn(keys.length);
      this.#pending.settled(...keys);
      return keys.length;
    });
  }

  /**
   * The storage has no room for a word: here the deletion comes first. Were it interrupted, the ledger would hold what is
   * no more, as what is next to be evicted.
   */
  async #strikeWithoutRoom(count: number): Promise<Struck> {
    const { ledger, store } = this.#options;
    const oldest = await ledger.oldest(count);
    const keys = oldest.map(({ key }) => key);
    await Promise.all(keys.map((key) => store.delete(key)));
    return { keys, all: await ledger.apply({ missing: keys }) };
  }

  /** Does what an earlier life left undone. */
  async #begin(): Promise<void> {
    const { ledger, store, budget } = this.#options;
    const { isNew, unsettled, all } = await ledger.state();
    if (isNew) await store.clear();
    for (let first = 0; first < unsettled.length; first += SETTLED_AT_ONCE) {
      const some = unsettled.slice(first, first + SETTLED_AT_ONCE);
      await Promise.all(
        some.map(async ({ key, begun }) => {
          if (begun === 'delete') await store.delete(key);
          else if (!(await store.match(key))) {
            this.#pending.missing(key);
            return;
          }
          this.#pending.settled(key);
        }),
      );
    }
    this.#budget = await budget();
    this.#bytes = all.bytes;
    if (isNew || unsettled.length > 0) await this.#write({});
  }

  async #write(changes: LedgerChanges): Promise<void> {
    const { bytes } = await this.#options.ledger.apply({ ...this.#pending.take(), ...changes });
    this.#bytes = bytes;
  }

  /** While nothing is being answered. */
  #writeLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#options.activity.isBusy) this.#writeLater();
      // What isn't written is made good by the next life, or is a use that is forgotten.
      else this.#alone(() => this.#write({})).catch(() => undefined);
    }, WRITE_AFTER);
  }

  /** Runs `work` when all work that was given before has ended. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      this.#begun ??= this.#begin();
      await this.#begun.catch((cause: unknown) => {
        this.#begun = undefined;
        throw cause;
      });
      return work();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function isFull(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'QuotaExceededError';
}
