import type { Timing } from '../timing.ts';
import { spanOf } from './merge-ranges.ts';
import type { SlotWork } from './origin-slots.ts';
import type { SharedWork } from './shared-reads.ts';
import type { ByteRange, Priority } from './source.ts';

/** A range that someone waits for. */
export interface WantedRange {
  readonly range: ByteRange;
  readonly work: SharedWork;
  readonly timing: Timing | undefined;
  resolve(bytes: Uint8Array): void;
  reject(reason: unknown): void;
}

/** One or several ranges that one request brings. Each is handed over as soon as its own bytes are there. */
export class JointRead implements SlotWork {
  /** Aborted when nobody waits for any of the ranges; its owner may abort it too. */
  readonly stop = new AbortController();
  readonly moment: number;
  /** In the order of the object's bytes. */
  readonly #wanted: Set<WantedRange>;
  #requested = 0;
  #noted = 0;

  /** `wanted`: at least one, in the order of the object's bytes. */
  constructor(wanted: readonly WantedRange[], moment: number) {
    this.moment = moment;
    this.#wanted = new Set(wanted);
    for (const one of wanted) one.work.signal.addEventListener('abort', () => this.#leave(one), { once: true });
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** The highest among those who wait. */
  get priority(): Priority {
    return [...this.#wanted].some(({ work }) => work.priority === 'high') ? 'high' : 'low';
  }

  /** Whether there is more than one range, so that it is worth handing over before all bytes are there. */
  get isShared(): boolean {
    return this.#wanted.size > 1;
  }

  /** All that is still waited for. */
  get range(): ByteRange {
    return spanOf([...this.#wanted].map(({ range }) => range));
  }

  /** Counts a request that is made for this read, in the account of an answer that is not yet given. */
  countRequest(): void {
    const [first] = this.#wanted;
    first?.timing?.add('read', 0);
    this.#requested = performance.now();
    this.#noted = 0;
  }

  /** Hands over each range that lies within the first `length` of `bytes`, which begin at `offset` of the object. */
  arrived(bytes: Uint8Array, offset: number, length: number): void {
    for (const one of this.#wanted) {
      if (one.range.offset + one.range.length <= offset + length) this.#handOver(one, bytes, offset);
    }
  }

  /** Hands over the rest, shorter than asked where `bytes` end before. */
  finish(bytes: Uint8Array, offset: number): void {
    for (const one of this.#wanted) this.#handOver(one, bytes, offset);
  }

  fail(reason: unknown): void {
    for (const { reject } of this.#wanted) reject(reason);
  }

  #handOver(one: WantedRange, bytes: Uint8Array, offset: number): void {
    const start = one.range.offset - offset;
    const end = Math.min(start + one.range.length, bytes.length);
    const all = start === 0 && end === bytes.length;
    // A gap is noted with the range that follows it.
    one.timing?.add('read', performance.now() - this.#requested, Math.max(0, end - this.#noted), 0);
    this.#noted = Math.max(this.#noted, end);
    this.#wanted.delete(one);
    one.resolve(all ? bytes : bytes.slice(start, end));
  }

  #leave(one: WantedRange): void {
    this.#wanted.delete(one);
    if (this.#wanted.size === 0) this.stop.abort(one.work.signal.reason);
  }
}
