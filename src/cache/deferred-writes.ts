import { streamed } from '../streamed.ts';
import { type AnswerLayer, isMeant, type KeptAnswer, type Meant } from './derivatives.ts';

/**
 * Milliseconds without a new answer after which the cache is written. A write that starts before the answer has left
 * delays it by 2 ms of 4 (measured in Chromium): a burst of tiles is answered first and kept afterwards.
 */
export const QUIET = 30;

/** Answers that wait to be written, in bytes; with more, writing starts at once. A phone has room for them. */
const WAITING_BYTES = 16 * 2 ** 20;

/** Bytes beyond which new answers aren't kept: the storage doesn't follow. */
const MOST_WAITING_BYTES = 4 * WAITING_BYTES;

/** A cache that can be told what is going to be put. */
export interface PreparedLayer extends AnswerLayer {
  /** Called before some of these answers are put, one after the other. */
  prepare?(answers: ReadonlyMap<string, KeptAnswer>): Promise<void>;
}

/** A cache that is written when nobody waits. What isn't written yet is answered from memory. */
export class DeferredWrites implements AnswerLayer {
  readonly #cache: PreparedLayer;
  readonly #waiting = new Map<string, KeptAnswer>();
  #waitingBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing = false;
  /** Of each answer that waits, those who wait for it. */
  readonly #whenWritten = new Map<string, (() => void)[]>();

  constructor(cache: PreparedLayer) {
    this.#cache = cache;
  }

  async match(key: string, identifier?: string): Promise<Response | undefined> {
    const waiting = this.#waiting.get(key);
    if (!waiting) return this.#cache.match(key, identifier);
    return new Response(streamed(waiting.bytes), { headers: waiting.headers });
  }

  /**
   * Resolves when it doesn't wait any more, also where the write failed. Not when all are written: someone who pans on
   * for an hour may leave no such moment, and who waits for a write holds its answer.
   */
  put(key: string, answer: KeptAnswer): Promise<void> {
    if (this.#waitingBytes > MOST_WAITING_BYTES) return Promise.resolve();
    this.#waitingBytes += answer.bytes.length - (this.#waiting.get(key)?.bytes.length ?? 0);
    this.#waiting.set(key, answer);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), this.#waitingBytes > WAITING_BYTES ? 0 : QUIET);
    return new Promise((resolve) => this.#whenWritten.set(key, [...(this.#whenWritten.get(key) ?? []), resolve]));
  }

  /** Gives up what waits, all of it or what is of an image. */
  forget(meant?: Meant): void {
    for (const [key, answer] of this.#waiting) if (!meant || isMeant(answer.shown, meant)) this.#remove(key, answer);
  }

  #remove(key: string, answer: KeptAnswer): void {
    if (this.#waiting.get(key) !== answer) return;
    this.#waiting.delete(key);
    this.#waitingBytes -= answer.bytes.length;
    for (const resolve of this.#whenWritten.get(key) ?? []) resolve();
    this.#whenWritten.delete(key);
  }

  async #write(): Promise<void> {
    this.#timer = undefined;
    if (this.#writing) return;
    this.#writing = true;
    // A failed write loses what it was for, which is made again when it is asked for.
    await this.#cache.prepare?.(this.#waiting).catch(() => undefined);
    for (const [key, answer] of this.#waiting) {
      await this.#cache.put(key, answer).catch(() => undefined);
      this.#remove(key, answer);
      // Another answer was made meanwhile: leave the way free again until it is quiet.
      if (this.#timer !== undefined && this.#waitingBytes <= WAITING_BYTES) break;
    }
    this.#writing = false;
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => this.#write(), QUIET);
  }
}
