import type { ByteRange, ReadOptions } from '../../source/source.ts';
import { damaged } from '../header-windows.ts';
import type { ReadBytes } from '../readers.ts';
import { joinedRanges, MAX_READ } from './joined-ranges.ts';

/** Bytes of packets kept of all images together: two screenfuls at full resolution and more, each packet read once. */
export const HELD_BYTES = 32 * 2 ** 20;

/** Pieces under way or held that are looked through for one that holds a range: they overlap only by gaps. */
const LOOK_BACK = 4;

interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly owner: HeldBytes;
}

/** What is held of all images, within one budget; what was used longest ago goes first. */
export class HeldBudget {
  readonly #budget: number;
  /** In the order of their last use. */
  readonly #chunks = new Set<Chunk>();
  #bytes = 0;

  /** `budget` in bytes. */
  constructor(budget: number = HELD_BYTES) {
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  use(chunk: Chunk): void {
    if (!this.#chunks.delete(chunk)) this.#bytes += chunk.bytes.length;
    this.#chunks.add(chunk);
    for (const oldest of this.#chunks) {
      if (this.#bytes <= this.#budget || oldest === chunk) break;
      oldest.owner.drop(oldest);
    }
  }

  drop(chunk: Chunk): void {
    if (this.#chunks.delete(chunk)) this.#bytes -= chunk.bytes.length;
  }
}

const sharedBudget = new HeldBudget();

/** Bytes of one object that were read lately, and the reading of those that weren't. */
export class HeldBytes {
  readonly #read: ReadBytes;
  readonly #size: number;
  readonly #budget: HeldBudget;
  /** In the order of their offsets, each of which occurs once. */
  readonly #chunks: Chunk[] = [];
  readonly #underWay = new Set<ByteRange & { readonly done: Promise<unknown> }>();

  /** `size`: of the object in bytes, where it is known. */
  constructor(read: ReadBytes, size: number | undefined, budget: HeldBudget = sharedBudget) {
    this.#read = read;
    this.#size = size ?? Number.POSITIVE_INFINITY;
    this.#budget = budget;
  }

  /** What is held from `offset` on without a gap, up to `most` bytes; undefined where that byte isn't. */
  from(offset: number, most = MAX_READ): Uint8Array | undefined {
    const first = this.#at(offset);
    if (!first || first.length >= most) return first?.subarray(0, most);
    const parts = [first];
    let length = first.length;
    for (let next = this.#at(offset + length); next && length < most; next = this.#at(offset + length)) {
      parts.push(next);
      length += next.length;
    }
    return (parts.length === 1 ? first : concat(parts, length)).subarray(0, most);
  }

  #at(offset: number): Uint8Array | undefined {
    const last = this.#position(offset + 1) - 1;
    let longest: Chunk | undefined;
    for (let index = last; index >= Math.max(0, last - LOOK_BACK); index--) {
      const chunk = this.#chunks[index];
      if (chunk && endOf(chunk) > Math.max(offset, longest ? endOf(longest) : 0)) longest = chunk;
    }
    if (!longest) return undefined;
    this.#budget.use(longest);
    return longest.bytes.subarray(offset - longest.offset);
  }

  hold(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const position = this.#position(offset);
    const before = this.#chunks[position];
    const same = before?.offset === offset ? before : undefined;
    if (same && same.bytes.length >= bytes.length) return;
    if (same) this.#budget.drop(same);
    const chunk = { offset, bytes, owner: this };
    this.#chunks.splice(position, same ? 1 : 0, chunk);
    this.#budget.use(chunk);
  }

  /** For the budget. */
  drop(chunk: Chunk): void {
    this.#budget.drop(chunk);
    const position = this.#position(chunk.offset);
    if (this.#chunks[position] === chunk) this.#chunks.splice(position, 1);
  }

  /**
   * The bytes of each range, in the same order; those past the end of the object are left out. What isn't held is read in
   * few requests, side by side.
   */
  async readAll(ranges: readonly ByteRange[], options: ReadOptions): Promise<readonly Uint8Array[]> {
    const clamped = ranges.map(({ offset, length }) => ({
      offset,
      length: Math.max(0, Math.min(length, this.#size - offset)),
    }));
    const found = clamped.map((range) => this.#take(range));
    const others = clamped.flatMap((range, index) =>
      isWhole(found[index], range) ? [] : (this.#readingOf(range) ?? []),
    );
    // Someone else's read may be given up: then it is done here.
    if (others.length > 0) await Promise.allSettled(others);
    options.signal?.throwIfAborted();
    const missing: ByteRange[] = [];
    for (const [index, range] of clamped.entries()) {
      const held = isWhole(found[index], range) ? found[index] : this.#take(range);
      found[index] = held;
      const have = held?.length ?? 0;
      if (have < range.length) missing.push({ offset: range.offset + have, length: range.length - have });
    }
    const reads = joinedRanges(missing);
    const chunks = await Promise.all(reads.map((range) => this.#readChunk(range, options)));
    return clamped.map((range, index) => {
      const held = found[index];
      return held && isWhole(held, range) ? held : (this.#takeWhole(range) ?? assembled(range, held, reads, chunks));
    });
  }

  /** What is held of the beginning of a range. */
  #take({ offset, length }: ByteRange): Uint8Array | undefined {
    return length > 0 ? this.from(offset, length) : new Uint8Array(0);
  }

  #takeWhole(range: ByteRange): Uint8Array | undefined {
    const held = this.#take(range);
    return isWhole(held, range) ? held : undefined;
  }

  #readingOf({ offset, length }: ByteRange): Promise<unknown> | undefined {
    for (const reading of this.#underWay) {
      if (reading.offset <= offset && offset + length <= reading.offset + reading.length) return reading.done;
    }
    return undefined;
  }

  async #readChunk(range: ByteRange, options: ReadOptions): Promise<Uint8Array> {
    const done = this.#read(range, options);
    const reading = { ...range, done };
    this.#underWay.add(reading);
    try {
      const bytes = await done;
      if (bytes.length < range.length && this.#size < Number.POSITIVE_INFINITY) {
        throw damaged(`it ends after ${range.offset + bytes.length} of ${this.#size} bytes`);
      }
      this.hold(range.offset, bytes);
      return bytes;
    } finally {
      this.#underWay.delete(reading);
    }
  }

  /** Of the first chunk at or behind an offset. */
  #position(offset: number): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.offset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function endOf({ offset, bytes }: Chunk): number {
  return offset + bytes.length;
}

function isWhole(held: Uint8Array | undefined, { length }: ByteRange): boolean {
  return held !== undefined && held.length >= length;
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A range out of what was held of its beginning and the chunks that were just read; shorter where the object ends. */
function assembled(
  { offset, length }: ByteRange,
  held: Uint8Array = new Uint8Array(0),
  reads: readonly ByteRange[],
  chunks: readonly Uint8Array[],
): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(held);
  let end = held.length;
  for (const [index, read] of reads.entries()) {
    const chunk = chunks[index];
    const from = Math.max(offset + end, read.offset);
    const to = Math.min(offset + length, read.offset + (chunk?.length ?? 0));
    if (!chunk || from >= to || from > offset + end) continue;
    bytes.set(chunk.subarray(from - read.offset, to - read.offset), from - offset);
    end = to - offset;
  }
  return bytes.subarray(0, end);
}
