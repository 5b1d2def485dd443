import type { ByteRange, ReadOptions } from '../source/source.ts';
import type { imageFromStructure, readStructure } from './open.ts';
import type { readPageStructure, readPages } from './pages.ts';

/** Reads a range of an object, clamped to its end, as `Source.read` does. */
export type ReadBytes = (range: ByteRange, options?: ReadOptions) => Promise<Uint8Array>;

/** Options of reading a structure. */
export interface StructureOptions extends ReadOptions {
  /** Length of the object in bytes, asked anew before each check, because often only the first read tells it. */
  readonly objectSize?: (() => number | undefined) | undefined;
}

/**
 * What opens images. A host may load it when the first of them is opened, all at once: how an image comes from its
 * structure is synchronous.
 */
export interface ImageOpener {
  readonly readStructure: typeof readStructure;
  readonly readPages: typeof readPages;
  readonly readPageStructure: typeof readPageStructure;
  readonly imageFromStructure: typeof imageFromStructure;
}
