import { untilAborted } from './abort.ts';
import type { Priority } from './source.ts';

/** What the one who does shared work does it for: all that wait for it. */
export interface SharedWork {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** The highest priority among those who wait. */
  priority: Priority;
}

/** Someone who wants work to be done. */
export interface Joining {
  readonly signal?: AbortSignal | undefined;
  /** `high` by default. */
  readonly priority?: Priority | undefined;
}

interface Running<T> {
  readonly work: SharedWork;
  readonly stop: AbortController;
  readonly result: Promise<T>;
  waiting: number;
  joined: number;
}

/** What came of shared work, and how many joined in it. */
export interface SharedResult<T> {
  readonly result: T;
  readonly joined: number;
}

/**
 * Work that is under way, each piece once. Who wants what is being done already waits for the same result; who aborts
 * leaves the others theirs; when the last one leaves, the work is aborted. Nothing is kept once settled.
 */
export class SharedWorks<T> {
  readonly #running = new Map<string, Running<T>>();

  /** The result of the work of this key, by `start` where nobody does it yet. */
  async join(
    key: string,
    { signal, priority = 'high' }: Joining,
    start: (work: SharedWork) => Promise<T>,
  ): Promise<SharedResult<T>> {
    signal?.throwIfAborted();
    const running = this.#running.get(key) ?? this.#begin(key, priority, start);
    if (priority === 'high') running.work.priority = 'high';
    running.joined += 1;
    running.waiting += 1;
    try {
      const result = await untilAborted(running.result, signal);
      return { result, joined: running.joined };
    } finally {
      running.waiting -= 1;
      // What has settled is forgotten already, and an abort would only cost the making of its reason.
      if (running.waiting === 0 && this.#running.get(key) === running) {
        this.#forget(key, running);
        running.stop.abort(signal?.reason);
      }
    }
  }

  #begin(key: string, priority: Priority, start: (work: SharedWork) => Promise<T>): Running<T> {
    const stop = new AbortController();
    const work: SharedWork = { signal: stop.signal, priority };
    const result = start(work).finally(() => this.#forget(key, running));
    const running: Running<T> = { work, stop, result, waiting: 0, joined: 0 };
    this.#running.set(key, running);
    return running;
  }

  #forget(key: string, running: Running<T>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }
}
