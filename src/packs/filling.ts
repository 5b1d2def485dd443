import type { ByteRange } from '../source/source.ts';
import { blockRange, blocksOf } from './blocks.ts';
import type { Part } from './desk.ts';
import { SHORTEST_READ } from './window.ts';

/** A block all bytes of which have come. */
export interface FullBlock {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Puts blocks together from ranges of any length, in any order. */
export class Filling {
  readonly part: Part;
  /** Bytes that nobody reads yet, in order. */
  readonly #ranges: ByteRange[];
  readonly #begun = new Map<number, { readonly bytes: Uint8Array; filled: number }>();

  constructor(part: Part) {
    this.part = part;
    this.#ranges = part.missing.map(({ first, end }) => {
      const { offset } = blockRange(part, first);
      const last = blockRange(part, end - 1);
      return { offset, length: last.offset + last.length - offset };
    });
  }

  /** The next bytes to read, `length` of them or a few more where these are the last; they are the caller's until they come or are given back. */
  take(length: number): ByteRange | undefined {
    const next = this.#ranges.shift();
    if (!next || next.length <= length + SHORTEST_READ) return next;
    this.#ranges.unshift({ offset: next.offset + length, length: next.length - length });
    return { offset: next.offset, length };
  }

  giveBack(range: ByteRange): void {
    this.#ranges.unshift(range);
  }

  /** The blocks that are full with these bytes. */
  add({ offset, length }: ByteRange, bytes: Uint8Array): readonly FullBlock[] {
    const full: FullBlock[] = [];
    const { first, end } = blocksOf(this.part, { offset, length });
    for (let index = first; index < end; index++) {
      const block = blockRange(this.part, index);
      const begun = this.#begun.get(index) ?? { bytes: new Uint8Array(block.length), filled: 0 };
      const from = Math.max(offset, block.offset);
      const to = Math.min(offset + length, block.offset + block.length);
      begun.bytes.set(bytes.subarray(from - offset, to - offset), from - block.offset);
      begun.filled += to - from;
      this.#begun.set(index, begun);
      if (begun.filled < block.length) continue;
      this.#begun.delete(index);
      full.push({ index, bytes: begun.bytes });
    }
    return full;
  }
}
