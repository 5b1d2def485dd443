import { ImageServerError } from '../../src/errors.ts';
import type { ReadBytes } from '../../src/image/readers.ts';
import type { ByteRange } from '../../src/source/source.ts';

/** An object in memory that notes every range that is read of it. */
export interface CountingObject {
  readonly read: ReadBytes;
  /** Ranges read since the last `reset`. */
  readonly ranges: ByteRange[];
  reset(): void;
}

/** Reads as a source does: clamped to the object's end, 416 past it, nothing after an abort. */
export function countingObject(bytes: Uint8Array): CountingObject {
  const ranges: ByteRange[] = [];
  return {
    ranges,
    reset: () => ranges.splice(0),
    read: async (range, options) => {
      options?.signal?.throwIfAborted();
      ranges.push(range);
      if (range.offset >= bytes.length) throw new ImageServerError(416, 'past the end');
      return bytes.slice(range.offset, range.offset + range.length);
    },
  };
}
