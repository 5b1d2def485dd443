import { untilAborted } from './abort.ts';
import type { ByteRange, Priority, ReadOptions } from './source.ts';

/** What the one who does a shared read works for: all that wait for it. */
export interface SharedWork {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** The highest priority among those who wait. */
  priority: Priority;
}

interface SharedRead {
  readonly work: SharedWork;
  readonly stop: AbortController;
  readonly bytes: Promise<Uint8Array>;
  waiting: number;
  readers: number;
}

/**
 * The reads that are under way, each range once. Who asks for a range that is being read waits for the same bytes;
 * who aborts leaves the others theirs; when the last one leaves, the read is aborted. Nothing is kept once settled.
 */
export class SharedReads {
  readonly #reads = new Map<string, SharedRead>();

  /** The bytes of `range`, by `start` where nobody reads them yet. Each reader may keep or change what it gets. */
  async join(
    range: ByteRange,
    { signal, priority = 'high' }: ReadOptions,
    start: (work: SharedWork) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const key = `${range.offset}+${range.length}`;
    const read = this.#reads.get(key) ?? this.#begin(key, priority, start);
    if (priority === 'high') read.work.priority = 'high';
    read.readers += 1;
    read.waiting += 1;
    try {
      const bytes = await untilAborted(read.bytes, signal);
      return read.readers > 1 ? bytes.slice() : bytes;
    } finally {
      read.waiting -= 1;
      if (read.waiting === 0) {
        this.#forget(key, read);
        read.stop.abort();
      }
    }
  }

  #begin(key: string, priority: Priority, start: (work: SharedWork) => Promise<Uint8Array>): SharedRead {
    const stop = new AbortController();
    const work: SharedWork = { signal: stop.signal, priority };
    const bytes = start(work).finally(() => this.#forget(key, read));
    const read: SharedRead = { work, stop, bytes, waiting: 0, readers: 0 };
    this.#reads.set(key, read);
    return read;
  }

  #forget(key: string, read: SharedRead): void {
    if (this.#reads.get(key) === read) this.#reads.delete(key);
  }
}
