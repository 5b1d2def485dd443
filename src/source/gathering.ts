import type { Timing } from '../timing.ts';
import { JointRead, NOT_ASKED_FOR, type ReadWork, type WantedRange } from './joint-read.ts';
import { mergeRanges } from './merge-ranges.ts';
import type { ByteRange, Priority } from './source.ts';

/**
 * Milliseconds. The 24 tiles of a view that a page asks for at once reach a service worker within 4–6 ms, as events of
 * their own: half of them within 0.1 ms of the one before, nine of ten within 0.7, 99 of 100 within 2.3 (Chromium).
 */
export const MOMENT = 2;
/** Moments that reads wait for more to come, while more come: as long as the tiles of one view need to arrive. */
export const MOMENTS_AT_MOST = 3;

export interface GatheringOptions {
  /** Does a read; all failures go to its `fail`. */
  readonly start: (read: JointRead) => Promise<void>;
  /** A number for reads asked for at the same time, higher than all before. */
  readonly nextMoment: () => number;
  /** Waits for MOMENT. */
  readonly moment: () => Promise<void>;
}

/**
 * Collects the ranges of an object that are wanted in the same moment, and has neighbours read together. A range that is
 * wanted while nothing is being read doesn't wait, but for those that are asked for in the same turn.
 */
export class Gathering {
  readonly #options: GatheringOptions;
  #wanted: WantedRange[] = [];
  #collecting = false;
  #running = 0;
  /** Reads that others may be read with, whose turn hasn't come. */
  readonly #waiting = new Set<JointRead>();

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  /** Reads a range, together with others if it may be. */
  read(range: ByteRange, work: ReadWork, timing: Timing | undefined, gather: boolean): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const wanted = { range, work, timing, resolve, reject };
      if (!gather) {
        this.#start([[wanted]], { gathered: false });
        return;
      }
      this.#wanted.push(wanted);
      if (!this.#collecting) void this.#collect();
    });
  }

  /**
   * Has a read whose turn has come bring those neighbours along that still wait for theirs: tiles of one view that are
   * asked for one by one, while the line is slow, wait together in the end.
   */
  bringWaiting(read: JointRead): void {
    if (!this.#waiting.delete(read) || read.signal.aborted) return;
    const others = [...this.#waiting].filter(({ signal, priority }) => !signal.aborted && priority === read.priority);
    const [group = []] = mergeRanges([read, ...others]);
    for (const other of group) if (this.#waiting.delete(other)) read.takeOver(other);
  }

  async #collect(): Promise<void> {
    this.#collecting = true;
    if (this.#running === 0) await Promise.resolve();
    else await this.#crowd();
    this.#collecting = false;
    const wanted = this.#wanted.filter(({ work }) => !work.signal.aborted);
    this.#wanted = [];
    const of = (priority: Priority) => mergeRanges(wanted.filter(({ work }) => work.priority === priority));
    this.#start([...of('high'), ...of('low')], { gathered: true });
  }

  /** Waits until a moment passes in which nothing is asked for. */
  async #crowd(): Promise<void> {
    let seen = 0;
    for (let moments = 0; moments < MOMENTS_AT_MOST && this.#wanted.length > seen; moments++) {
      seen = this.#wanted.length;
      await this.#options.moment();
    }
  }

  #start(groups: readonly (readonly WantedRange[])[], { gathered }: { readonly gathered: boolean }): void {
    const moment = this.#options.nextMoment();
    for (const group of groups) {
      // What nobody has asked for isn't worth a request of its own.
      if (group.every(({ work }) => work.ahead)) {
        for (const { reject } of group) reject(NOT_ASKED_FOR);
        continue;
      }
      const read = new JointRead(group, moment);
      if (gathered) this.#waiting.add(read);
      this.#running += 1;
      void this.#options.start(read).finally(() => {
        this.#running -= 1;
        this.#waiting.delete(read);
      });
    }
  }
}
