import type { Timing } from '../timing.ts';
import { spanOf } from './merge-ranges.ts';
import type { SlotWork } from './origin-slots.ts';
import type { SharedWork } from './shared-work.ts';
import type { ByteRange, Priority } from './source.ts';

/** What a range is read for. */
export interface ReadWork extends SharedWork {
  /** True while nobody has asked for it: then it comes along if it can, and isn't worth a request. */
  ahead?: boolean;
}

/** A range that someone waits for. */
export interface WantedRange {
  readonly range: ByteRange;
  readonly work: ReadWork;
  readonly timing: Timing | undefined;
  resolve(bytes: Uint8Array): void;
  reject(reason: unknown): void;
}

/** Why a read ahead came to nothing. */
export const NOT_ASKED_FOR = new Error('Nobody has asked for this range');

const TAKEN_OVER = new Error('Another read brings this range');

/** One or several ranges that one request brings. Each is handed over as soon as its own bytes are there. */
export class JointRead implements SlotWork {
  /** Aborted when nobody waits for any of the ranges; its owner may abort it too. */
  readonly stop = new AbortController();
  /** By `performance.now()`. */
  readonly began = performance.now();
  readonly moment: number;
  /** In the order of the object's bytes. */
  #wanted: Set<WantedRange>;
  #requested: number | undefined;
  #noted = 0;

  /** `wanted`: at least one, in the order of the object's bytes. */
  constructor(wanted: readonly WantedRange[], moment: number) {
    this.moment = moment;
    this.#wanted = new Set(wanted);
    for (const one of wanted) this.#heed(one);
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

  /** Brings what another read was to bring, which ends. No request was made for either yet. */
  takeOver(other: JointRead): void {
    for (const one of other.#wanted) this.#heed(one);
    const wanted = [...this.#wanted, ...other.#wanted];
    this.#wanted = new Set(wanted.sort((a, b) => a.range.offset - b.range.offset));
    other.#wanted.clear();
    other.stop.abort(TAKEN_OVER);
  }

  /**
   * Counts a request that is made for this read, in the account of an answer that is not yet given: with the bytes that
   * come along ahead, for nobody may be left to count them when they have come. These are tried for once only.
   * @throws what the read was aborted with.
   */
  beginRequest(): void {
    if (this.#requested !== undefined) this.#dropAhead();
    this.signal.throwIfAborted();
    const asked = [...this.#wanted].find(({ work }) => !work.ahead);
    asked?.timing?.add('read', 0, this.#aheadBytes());
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
    one.timing?.add('read', performance.now() - (this.#requested ?? 0), Math.max(0, end - this.#noted), 0);
    this.#noted = Math.max(this.#noted, end);
    this.#wanted.delete(one);
    one.resolve(all ? bytes : bytes.slice(start, end));
  }

  #heed(one: WantedRange): void {
    one.work.signal.addEventListener('abort', () => this.#leave(one), { once: true });
  }

  #leave(one: WantedRange): void {
    this.#wanted.delete(one);
    // Once the request is on its way, what comes along may come.
    const wanted = [...this.#wanted].some(({ work }) => !work.ahead || this.#requested !== undefined);
    if (!wanted) this.stop.abort(one.work.signal.reason);
  }

  #dropAhead(): void {
    for (const one of this.#wanted) {
      if (!one.work.ahead) continue;
      this.#wanted.delete(one);
      one.reject(NOT_ASKED_FOR);
    }
    if (this.#wanted.size === 0) this.stop.abort(NOT_ASKED_FOR);
  }

  #aheadBytes(): number {
    let bytes = 0;
    let before: number | undefined;
    for (const { range, work } of this.#wanted) {
      const end = range.offset + range.length;
      if (work.ahead) bytes += end - (before ?? range.offset);
      before = Math.max(before ?? 0, end);
    }
    return bytes;
  }
}
