import { untilAborted } from './abort.ts';
import type { Priority } from './source.ts';

/** As many as an HTTP/1.1 connection pool of a browser holds per host: more would only wait there, unordered. */
export const SLOTS_PER_ORIGIN = 6;
/** Reading ahead leaves half of the slots to what someone looks at. */
export const LOW_PRIORITY_SLOTS = 3;

/** A piece of work in the queue. Its priority may rise while it waits; then `wake` must be called. */
export interface SlotWork {
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /** From `nextMoment`, the same for what was asked for together. */
  readonly moment: number;
}

interface Waiting {
  readonly work: SlotWork;
  readonly start: () => void;
}

interface Lane {
  running: number;
  readonly waiting: Waiting[];
}

/**
 * Bounds how many requests run at once against each origin. `low` waits behind `high`; among equals those of the latest
 * moment go first, for a viewer wants most what it asked for last; within a moment they go in order.
 */
export class OriginSlots {
  readonly #lanes = new Map<string, Lane>();
  #moment = 0;

  /** Higher than every one before. */
  nextMoment(): number {
    this.#moment += 1;
    return this.#moment;
  }

  /** Runs `request` when a slot is free. Rejects with the signal's reason when it is aborted before that. */
  async run<T>(origin: string, work: SlotWork, request: () => Promise<T>): Promise<T> {
    await this.#enter(origin, work);
    try {
      return await request();
    } finally {
      const lane = this.#lane(origin);
      lane.running -= 1;
      this.wake(origin);
    }
  }

  /** Starts what may start now. */
  wake(origin: string): void {
    const lane = this.#lane(origin);
    for (let next = nextOf(lane); next !== undefined; next = nextOf(lane)) {
      lane.waiting.splice(lane.waiting.indexOf(next), 1);
      lane.running += 1;
      next.start();
    }
    if (lane.running === 0 && lane.waiting.length === 0) this.#lanes.delete(origin);
  }

  async #enter(origin: string, work: SlotWork): Promise<void> {
    work.signal.throwIfAborted();
    const lane = this.#lane(origin);
    let started = false;
    const turn = new Promise<void>((resolve) => {
      lane.waiting.push({
        work,
        start: () => {
          started = true;
          resolve();
        },
      });
    });
    this.wake(origin);
    if (started) return;
    try {
      await untilAborted(turn, work.signal);
    } catch (reason) {
      // Aborted in the very moment its turn came: the slot is taken and must be given back.
      if (started) lane.running -= 1;
      else
        lane.waiting.splice(
          lane.waiting.findIndex((waiting) => waiting.work === work),
          1,
        );
      this.wake(origin);
      throw reason;
    }
  }

  #lane(origin: string): Lane {
    const known = this.#lanes.get(origin);
    if (known !== undefined) return known;
    const lane: Lane = { running: 0, waiting: [] };
    this.#lanes.set(origin, lane);
    return lane;
  }
}

function nextOf({ running, waiting }: Lane): Waiting | undefined {
  const high = waiting.filter(({ work }) => work.priority === 'high');
  const slots = high.length > 0 ? SLOTS_PER_ORIGIN : LOW_PRIORITY_SLOTS;
  if (running >= slots) return undefined;
  const equals = high.length > 0 ? high : waiting;
  let [next] = equals;
  for (const one of equals) if (next && one.work.moment > next.work.moment) next = one;
  return next;
}

/** The slots of this process, shared by all sources, for they share the origins too. */
export const sharedSlots = new OriginSlots();
