import type { EvictionStats } from '../protocol.ts';

/** Where eviction ends, as a share of the budget: often enough to leave room, seldom enough to be done at once. */
export const EVICT_TO = 0.8;

/** Milliseconds that one slice of deleting aims at. With what a busy machine adds it stays within SLOW. */
const SLICE = 10;
/** Milliseconds from which on a slice is too long. */
const SLOW = 50;
const FIRST_COUNT = 16;
const MOST_AT_ONCE = 64;

/** Slices of work, so that none takes long: how many answers one deletes is learnt from the one before. */
export class Slices {
  #count = FIRST_COUNT;
  #stats: EvictionStats = { slices: 0, slow: 0, longest: 0 };

  get stats(): EvictionStats {
    return this.#stats;
  }

  /** How many answers the next slice of deleting is to take. */
  get count(): number {
    return this.#count;
  }

  /** Runs a slice, and lets everything else that waits have its turn. `deleting`: how many answers it deletes. */
  async run<T>(slice: () => Promise<T>, deleting?: number): Promise<T> {
    const started = performance.now();
    try {
      return await slice();
    } finally {
      const milliseconds = performance.now() - started;
      this.#note(milliseconds);
      if (deleting) this.#learn(deleting, milliseconds);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #note(milliseconds: number): void {
    const { slices, slow, longest } = this.#stats;
    this.#stats = {
      slices: slices + 1,
      slow: slow + Number(milliseconds > SLOW),
      longest: Math.max(longest, milliseconds),
    };
  }

  #learn(deleted: number, milliseconds: number): void {
    const fitting = Math.round((deleted * SLICE) / Math.max(1, milliseconds));
    // Doubled at most: one slice may have been quick by chance.
    this.#count = Math.max(1, Math.min(MOST_AT_ONCE, fitting, this.#count * 2));
  }
}
