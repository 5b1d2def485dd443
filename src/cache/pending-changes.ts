import type { LedgerChanges, LedgerEntry, Lookups } from './ledger.ts';

/** Keys whose use is noted until it is written: a viewer asks for some hundred tiles a minute. */
export const MOST_USED = 5000;

/** What happened to the cache since the ledger was last written. Held in memory: a hit must not cost a write. */
export class PendingChanges {
  #used = new Map<string, number>();
  #lookups = new Map<string, Lookups>();
  #stored = new Map<string, LedgerEntry>();
  #missing = new Set<string>();
  #settled: string[] = [];

  /** An answer was asked for, and there or not. */
  lookedUp(key: string, identifier: string, found: boolean): void {
    if (found && this.#used.size < MOST_USED) this.#used.set(key, Date.now());
    const { hits, misses } = this.#lookups.get(identifier) ?? { hits: 0, misses: 0 };
    this.#lookups.set(identifier, { hits: hits + Number(found), misses: misses + Number(!found) });
  }

  stored(entry: LedgerEntry): void {
    this.#missing.delete(entry.key);
    this.#stored.set(entry.key, entry);
  }

  /** It isn't in the store, whatever the ledger says. */
  missing(key: string): void {
    this.#missing.add(key);
  }

  /** Nothing of these is left to be done. */
  settled(...keys: readonly string[]): void {
    this.#settled.push(...keys);
  }

  /** All of it; nothing is pending after that. */
  take(): LedgerChanges {
    const changes = {
      used: this.#used,
      lookups: this.#lookups,
      stored: this.#stored,
      missing: this.#missing,
      settled: this.#settled,
    };
    this.#used = new Map();
    this.#lookups = new Map();
    this.#stored = new Map();
    this.#missing = new Set();
    this.#settled = [];
    return changes;
  }
}
