import type { Meant, MeantImage, Shown } from './derivatives.ts';

/** A kept answer in the ledger. */
export interface LedgerEntry {
  readonly key: string;
  readonly shown: Shown;
  /** What it takes of the storage. */
  readonly bytes: number;
  /** When it was asked for last, in milliseconds since 1970. */
  readonly used: number;
}

/** What is kept, and how often it was asked for: of one image or of all. */
export interface Tally {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
}

export const NOTHING_KEPT: Tally = { entries: 0, bytes: 0, hits: 0, misses: 0 };

/** How often answers of an image were found, and weren't. */
export type Lookups = Pick<Tally, 'hits' | 'misses'>;

/** What happened since the ledger was last written. */
export interface LedgerChanges {
  /** About to be stored: counted from now on, and unsettled. */
  readonly intended?: ReadonlyMap<string, LedgerEntry> | undefined;
  /** Stored as it was intended. */
  readonly stored?: ReadonlyMap<string, LedgerEntry> | undefined;
  /** Could not be stored, or isn't there. */
  readonly missing?: Iterable<string> | undefined;
  /** Nothing of it is left to be done. */
  readonly settled?: Iterable<string> | undefined;
  /** Key → when it was asked for last. */
  readonly used?: ReadonlyMap<string, number> | undefined;
  /** Written to the disk itself, so that not even a power cut undoes it; takes some 30 ms where disks are slow. */
  readonly flush?: boolean | undefined;
  /** By identifier. */
  readonly lookups?: ReadonlyMap<string, Lookups> | undefined;
}

/** What an earlier life of the worker had begun and not finished. */
export interface Unsettled {
  readonly key: string;
  readonly begun: 'put' | 'delete';
}

/** How an earlier life left the ledger. */
export interface LedgerState {
  /** Nothing was entered since it was made, or cleared: whatever the storage holds is accounted for by nobody. */
  readonly isNew: boolean;
  readonly unsettled: readonly Unsettled[];
  readonly all: Tally;
}

/** Keys that were struck off, to be deleted from the storage and then settled; and what is left. */
export interface Struck {
  readonly keys: readonly string[];
  readonly all: Tally;
}

/** How much is struck off at once: not more answers, and none more once so many bytes are free. */
export interface StrikeLimits {
  readonly count: number;
  readonly bytes: number;
}

/**
 * The books of the cache: which answers are stored, for which image, how large, and when they were used. What is about to
 * be stored or deleted is written down before, so that after a kill at any moment the next life knows where to look, and
 * needn't list the storage. Each method is one transaction; all reject when the ledger can't be read or written.
 */
export interface Ledger {
  state(): Promise<LedgerState>;
  /** Resolves to what is kept in all. */
  apply(changes: LedgerChanges): Promise<Tally>;
  /** Strikes off answers of an image or a source, or else those that weren't used for longest. */
  strike(limits: StrikeLimits, changes: LedgerChanges, meant?: Meant): Promise<Struck>;
  /** Those that weren't used for longest. */
  oldest(count: number): Promise<readonly LedgerEntry[]>;
  list(meant: MeantImage): Promise<readonly LedgerEntry[]>;
  /** Images of which anything is kept, or may be: so many at most. */
  identifiers(most: number): Promise<readonly string[]>;
  /** Of one image, or of all. */
  tally(identifier?: string): Promise<Tally>;
  /** Strikes off everything, its figures too: it is new again. */
  clear(): Promise<void>;
}
