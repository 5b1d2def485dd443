import type { ObjectRecord, PackRecord } from './records.ts';

/** A block of an object, and the SHA-256 digest that was noted when it came. */
export interface StoredBlock {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

/** Records that belong together. */
export interface PackRecords {
  readonly packs: readonly PackRecord[];
  readonly objects: readonly ObjectRecord[];
}

/** What is to be written at once. */
export interface PackChanges extends Partial<PackRecords> {
  /** Identifiers of packs. */
  readonly removedPacks?: readonly string[];
  /** Addresses of objects. */
  readonly removedObjects?: readonly string[];
}

/** Keeps packs until they are removed. Blocks are named by the generation of their object and their number. */
export interface PackStore {
  load(): Promise<PackRecords>;
  /** All of it or nothing. */
  save(changes: PackChanges): Promise<void>;
  /** Numbers of the blocks that are noted, in order. */
  blocks(generation: string): Promise<readonly number[]>;
  /** Generations of which there are blocks. */
  generations(): Promise<readonly string[]>;
  /** A block, whether it is noted or not; undefined where there is none. Its bytes are not checked. */
  read(generation: string, index: number): Promise<StoredBlock | undefined>;
  /** Writes a block and notes it then. Rejects where there is no room. */
  write(generation: string, index: number, block: StoredBlock): Promise<void>;
  remove(generation: string, indices: readonly number[]): Promise<void>;
}
