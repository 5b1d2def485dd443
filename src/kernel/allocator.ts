/** Allocations start at multiples of this: one cache line. */
export const ALIGNMENT = 64;

interface Block {
  readonly address: number;
  readonly size: number;
}

/**
 * Hands out ranges of one linear memory: best fit among what was freed, else from the top. The bookkeeping lives
 * outside that memory; it is made for a few large blocks, not for thousands of small ones.
 */
export class Allocator {
  readonly #used = new Map<number, number>();
  /** By address, never touching one another, never reaching the top. */
  readonly #free: Block[] = [];
  #top: number;

  constructor(base: number) {
    this.#top = align(base);
  }

  /** End of the highest block in use. */
  get top(): number {
    return this.#top;
  }

  /** What `top` would be after `allocate(bytes)`. */
  topAfter(bytes: number): number {
    const size = blockSize(bytes);
    return this.#bestFit(size) === undefined ? this.#top + size : this.#top;
  }

  /** Address of `bytes` bytes, a multiple of `ALIGNMENT`. */
  allocate(bytes: number): number {
    const size = blockSize(bytes);
    const index = this.#bestFit(size);
    const block = index === undefined ? undefined : this.#free[index];
    const address = block?.address ?? this.#top;
    if (index === undefined || block === undefined) {
      this.#top += size;
    } else if (block.size > size) {
      this.#free[index] = { address: address + size, size: block.size - size };
    } else {
      this.#free.splice(index, 1);
    }
    this.#used.set(address, size);
    return address;
  }

  /** @throws {RangeError} when nothing was allocated at the address. */
  free(address: number): void {
    const size = this.#used.get(address);
    if (size === undefined) throw new RangeError(`No block is allocated at ${address}`);
    this.#used.delete(address);
    let start = address;
    let end = address + size;
    let index = this.#free.findIndex((block) => block.address > address);
    if (index < 0) index = this.#free.length;
    const after = this.#free[index];
    if (after?.address === end) {
      end += after.size;
      this.#free.splice(index, 1);
    }
    const before = this.#free[index - 1];
    if (before !== undefined && before.address + before.size === start) {
      start = before.address;
      index -= 1;
      this.#free.splice(index, 1);
    }
    if (end === this.#top) this.#top = start;
    else this.#free.splice(index, 0, { address: start, size: end - start });
  }

  #bestFit(size: number): number | undefined {
    let best: number | undefined;
    let bestSize = Number.POSITIVE_INFINITY;
    for (const [index, block] of this.#free.entries()) {
      if (block.size >= size && block.size < bestSize) {
        best = index;
        bestSize = block.size;
      }
    }
    return best;
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Never 0: two blocks must not share an address. */
function blockSize(bytes: number): number {
  return Math.max(ALIGNMENT, align(bytes));
}
