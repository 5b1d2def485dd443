import type { EvictionStats } from '../protocol.ts';

/** Where eviction ends, as a share of the budget: often enough to leave room, seldom enough to be done at once. */
export const EVICT_TO = 0.8;

/** Milliseconds that one slice aims at. With what a busy machine adds it stays within SLOW. */
const SLICE = 10;
/** Milliseconds from which on a slice is too long. */
const SLOW = 50;
/** Milliseconds between two looks at how late the thread is; browsers allow no shorter ones. */
const TICK = 4;
const FIRST_COUNT = 16;
const MOST_AT_ONCE = 64;

/** Slices of work, so that none takes long: how many answers the next ones drop is learnt from those before. */
export class Slices {
  #count = FIRST_COUNT;
  /** Milliseconds of the longest slice since something was learnt. */
  #lately = 0;
  #stats: EvictionStats = { slices: 0, slow: 0, longest: 0, ownSlow: 0, ownLongest: 0 };

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
    const lateness = watchLateness();
    try {
      return await slice();
    } finally {
      this.#note(performance.now() - started, lateness.end());
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

  #note(milliseconds: number, late: number): void {
    this.#lately = Math.max(this.#lately, milliseconds);
    const own = Math.max(0, milliseconds - late);
    const { slices, slow, longest, ownSlow, ownLongest } = this.#stats;
    this.#stats = {
      slices: slices + 1,
      slow: slow + Number(milliseconds > SLOW),
      longest: Math.max(longest, milliseconds),
      ownSlow: ownSlow + Number(own > SLOW),
      ownLongest: Math.max(ownLongest, own),
    };
  }
}

/** How many milliseconds a timer that has nothing to do comes too late, in all: for so long others had the thread. */
function watchLateness(): { end(): number } {
  let due = performance.now() + TICK;
  let late = 0;
  const look = () => {
    const now = performance.now();
    late += Math.max(0, now - due);
    due = now + TICK;
  };
  const timer = setInterval(look, TICK);
  return {
    end() {
      clearInterval(timer);
      // One that is due and didn't come.
      look();
      return late;
    },
  };
}
