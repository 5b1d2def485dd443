import type { EvictionStats } from '../protocol.ts';

/** Where eviction ends, as a share of the budget: often enough to leave room, seldom enough to be done at once. */
export const EVICT_TO = 0.8;

/** Milliseconds that one slice aims at. With what a busy machine adds it stays within SLOW. */
const SLICE = 10;
/** Milliseconds from which on a slice is too long. */
const SLOW = 50;
const FIRST_COUNT = 16;
const MOST_AT_ONCE = 64;

/** Slices of work, so that none takes long: how many answers the next ones drop is learnt from those before. */
export class Slices {
  #count = FIRST_COUNT;
  /** Milliseconds of the longest slice since something was learnt. */
  #lately = 0;
  #stats: EvictionStats = { slices: 0, slow: 0, longest: 0 };

  get stats(): EvictionStats {
    return this.#stats;
  }

  /** How many answers the next slices are to drop. */
  get count(): number {
    return this.#count;
  }

  /** Runs a slice, and lets everything else that waits have its turn. */
  async run<T>(slice: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await slice();
    } finally {
      this.#note(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** So many answers were dropped by the latest slices: the next ones are to take as long as they should. */
  learn(dropped: number): void {
    const fitting = Math.round((dropped * SLICE) / Math.max(1, this.#lately));
    // Doubled at most: one slice may have been quick by chance.
    this.#count = Math.max(1, Math.min(MOST_AT_ONCE, fitting, this.#count * 2));
    this.#lately = 0;
  }

  #note(milliseconds: number): void {
    this.#lately = Math.max(this.#lately, milliseconds);
    const { slices, slow, longest } = this.#stats;
    this.#stats = {
      slices: slices + 1,
      slow: slow + Number(milliseconds > SLOW),
      longest: Math.max(longest, milliseconds),
    };
  }
}
