/** Who has a memory that it can do without. */
export interface HeapOwner {
  /** Gives it up; the next use begins anew. */
  drop(): void;
}

/**
 * The linear memories of codecs that nobody works with just now: counted, and given up, the one that was used longest ago
 * first, when there are more than fit. A codec of Emscripten's begins with 16 MB, whatever it decodes.
 */
export class KeptHeaps {
  readonly #budget: number;
  /** Bytes, in the order of their last use. */
  readonly #heaps = new Map<HeapOwner, number>();

  /** `budget` in bytes. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get bytes(): number {
    let bytes = 0;
    for (const each of this.#heaps.values()) bytes += each;
    return bytes;
  }

  /** Notes how large a memory is after its use. */
  keep(owner: HeapOwner, bytes: number): void {
    this.#heaps.delete(owner);
    this.#heaps.set(owner, bytes);
    this.shrinkTo(this.#budget);
  }

  /** Notes that there is none any more. */
  forget(owner: HeapOwner): void {
    this.#heaps.delete(owner);
  }

  /** Gives up memories until no more than so many bytes are kept. */
  shrinkTo(bytes: number): void {
    for (const owner of [...this.#heaps.keys()]) {
      if (this.bytes <= bytes) return;
      this.#heaps.delete(owner);
      owner.drop();
    }
  }
}
