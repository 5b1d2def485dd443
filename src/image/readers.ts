import type { ByteRange, ReadOptions } from '../source/source.ts';

/** Reads a range of an object, clamped to its end, as `Source.read` does. */
export type ReadBytes = (range: ByteRange, options?: ReadOptions) => Promise<Uint8Array>;

/** The two ways an opened image reads its object. */
export interface ImageReaders {
  /** For small pieces that lie together (offset arrays, ICC profile): best through a cache of blocks. */
  readonly header: ReadBytes;
  /** For the exact bytes of tiles. */
  readonly body: ReadBytes;
}

/** Options of reading a structure. */
export interface StructureOptions extends ReadOptions {
  /** Length of the object in bytes, asked anew before each check, because often only the first read tells it. */
  readonly objectSize?: (() => number | undefined) | undefined;
}
