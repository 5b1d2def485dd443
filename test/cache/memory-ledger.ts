import { isMeant, type Meant } from '../../src/cache/derivatives.ts';
import type {
  Ledger,
  LedgerChanges,
  LedgerEntry,
  LedgerState,
  StrikeLimits,
  Struck,
  Tally,
  Unsettled,
} from '../../src/cache/ledger.ts';

/** A ledger that outlives what writes in it: a new life of the worker finds it as the last one left it. */
export class MemoryLedger implements Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  readonly unsettled = new Map<string, Unsettled>();
  isNew = true;
  /** Transactions that wrote. */
  writes = 0;
  #hits = 0;
  #misses = 0;

  async state(): Promise<LedgerState> {
    return { isNew: this.isNew, unsettled: [...this.unsettled.values()], all: await this.tally() };
  }

  async apply({ intended, stored, missing, settled, used, lookups }: LedgerChanges): Promise<Tally> {
    this.writes += 1;
    this.isNew = false;
    for (const [key, time] of used ?? []) {
      const entry = this.entries.get(key);
      if (entry) this.entries.set(key, { ...entry, used: Math.max(time, entry.used) });
    }
    for (const key of missing ?? []) {
      this.entries.delete(key);
      this.unsettled.delete(key);
    }
    for (const [key, entry] of stored ?? []) {
      if (!this.entries.has(key)) this.entries.set(key, entry);
      this.unsettled.delete(key);
    }
    for (const key of settled ?? []) this.unsettled.delete(key);
    for (const [key, entry] of intended ?? []) {
      this.entries.set(key, entry);
      this.unsettled.set(key, { key, begun: 'put' });
    }
    for (const { hits, misses } of lookups?.values() ?? []) {
      this.#hits += hits;
      this.#misses += misses;
    }
    return this.tally();
  }

  async strike({ count, bytes }: StrikeLimits, changes: LedgerChanges, meant?: Meant): Promise<Struck> {
    await this.apply(changes);
    const chosen = meant ? (await this.list(meant)).slice(0, count) : await this.oldest(count);
    let freed = 0;
    const struck = chosen.filter((entry) => {
      const isNeeded = freed < bytes;
      freed += entry.bytes;
      return isNeeded;
    });
    for (const { key } of struck) {
      this.entries.delete(key);
      this.unsettled.set(key, { key, begun: 'delete' });
    }
    return { keys: struck.map(({ key }) => key), all: await this.tally() };
  }

  async oldest(count: number): Promise<readonly LedgerEntry[]> {
    return [...this.entries.values()].sort((a, b) => a.used - b.used).slice(0, count);
  }

  async list(meant: Meant): Promise<readonly LedgerEntry[]> {
    return [...this.entries.values()].filter(({ shown }) => isMeant(shown, meant));
  }

  async identifiers(most: number): Promise<readonly string[]> {
    return [...new Set([...this.entries.values()].map(({ shown }) => shown.identifier))].slice(0, most);
  }

  async tally(identifier?: string): Promise<Tally> {
    const entries = [...this.entries.values()].filter(
      ({ shown }) => identifier === undefined || shown.identifier === identifier,
    );
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    return { entries: entries.length, bytes, hits: this.#hits, misses: this.#misses };
  }

  async clear(): Promise<void> {
    this.entries.clear();
    this.unsettled.clear();
    this.isNew = true;
  }
}
