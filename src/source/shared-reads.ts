import { type SharedWork, SharedWorks } from './shared-work.ts';
import type { ByteRange, ReadOptions } from './source.ts';

/** The reads that are under way, each range once. */
export class SharedReads {
  readonly #reads = new SharedWorks<Uint8Array>();

  /** The bytes of `range`, by `start` where nobody reads them yet. Each reader may keep or change what it gets. */
  async join(
    { offset, length }: ByteRange,
    options: ReadOptions,
    start: (work: SharedWork) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { result, joined } = await this.#reads.join(`${offset}+${length}`, options, start);
    return joined > 1 ? result.slice() : result;
  }
}
