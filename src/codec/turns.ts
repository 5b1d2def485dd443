/** Work that blocks the thread goes on for so long before others have it: nobody sees 50 ms. */
const SLICE_MILLISECONDS = 50;

/** An answer that needs no such work takes a few turns of the event loop, each of less than a millisecond. */
const REST_MILLISECONDS = 8;

/** Does pieces of work that block the thread one after the other, in the order they came, and lets others have it in between. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #ended = Number.NEGATIVE_INFINITY;
  /** Milliseconds since the last rest. */
  #worked = 0;

  /** Runs `work` when it is its turn, unless `signal` was aborted until then. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    const turn = (async () => {
      await before;
      signal?.throwIfAborted();
      await this.#rest();
      signal?.throwIfAborted();
      const start = performance.now();
      try {
        return await work();
      } finally {
        this.#ended = performance.now();
        this.#worked += this.#ended - start;
      }
    })();
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #rest(): Promise<void> {
    const isRested = performance.now() - this.#ended >= REST_MILLISECONDS;
    if (!isRested && this.#worked < SLICE_MILLISECONDS) return;
    this.#worked = 0;
    if (!isRested) await new Promise((resolve) => setTimeout(resolve, REST_MILLISECONDS));
  }
}
