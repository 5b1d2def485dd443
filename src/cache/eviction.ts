import type { EvictionStats } from '../protocol.ts';

/** Where eviction ends, as a share of the budget: often enough to leave room, seldom enough to be done at once. */
export const EVICT_TO = 0.8;

/** Milliseconds that one slice of eviction aims at. With what a busy machine adds it stays within 50. */
const SLICE = 15;
/** Milliseconds from which on a slice is too long. */
const SLOW = 50;
const FIRST_COUNT = 16;
const MOST_AT_ONCE = 64;

/** How many answers one slice of work takes: as many as the one before could have, in its time. */
export class Slices {
  #count = FIRST_COUNT;
  #stats: EvictionStats = { slices: 0, slow: 0, longest: 0 };

  get stats(): EvictionStats {
    return this.#stats;
  }

  /** Runs one slice, which resolves to how many answers it dealt with. */
  async run(slice: (count: number) => Promise<number>): Promise<number> {
    const started = performance.now();
    const done = await slice(this.#count);
    const milliseconds = performance.now() - started;
    const { slices, slow, longest } = this.#stats;
    this.#stats = {
      slices: slices + 1,
      slow: slow + Number(milliseconds > SLOW),
      longest: Math.max(longest, milliseconds),
    };
    const fitting = Math.round((this.#count * SLICE) / Math.max(1, milliseconds));
    // Doubled at most: one slice may have been quick by chance.
    this.#count = Math.max(1, Math.min(MOST_AT_ONCE, fitting, this.#count * 2));
    return done;
  }
}
