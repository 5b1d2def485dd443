import type { ByteRange, ReadOptions } from '../source/source.ts';

/** Reads a range of an object, clamped to its end, as `Source.read` does. */
export type ReadBytes = (range: ByteRange, options?: ReadOptions) => Promise<Uint8Array>;

/** Options of reading a structure. */
export interface StructureOptions extends ReadOptions {
  /** Length of the object in bytes, asked anew before each check, because often only the first read tells it. */
  readonly objectSize?: (() => number | undefined) | undefined;
}
