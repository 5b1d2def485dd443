import { ImageServerError } from '../errors.ts';
import { firstOf, untilAborted } from '../source/abort.ts';
import type { Priority } from '../source/source.ts';

/** Bytes that an answer needs while it is made. */
export interface MemoryNeed {
  /** Its own. */
  readonly bytes: number;
  /** Those of a picture that is decoded once for all answers which need it at the same time; counted once. */
  readonly shared?: { readonly key: string; readonly bytes: number } | undefined;
  /** How it came about, for the reader of a refusal. */
  readonly why: string;
}

/** Memory that can be given up, but is worth keeping while nobody needs it. */
export interface GivenUpMemory {
  readonly bytes: number;
  /** Gives up what is more than so many bytes. */
  shrinkTo(bytes: number): void;
}

export interface AdmissionOptions {
  /** Bytes for all answers together. */
  readonly limit: number;
  /** Counts within the limit. */
  readonly kept?: GivenUpMemory | undefined;
  /** Milliseconds after which what waits is refused; `LONGEST_WAIT` by default. */
  readonly longestWait?: number | undefined;
  /** Milliseconds, by which those who wait are ordered; `performance.now` by default. */
  readonly now?: () => number;
}

interface Asking {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: Priority | undefined;
}

interface Waiting {
  readonly need: MemoryNeed;
  readonly priority: Priority;
  readonly since: number;
  readonly start: () => void;
}

/** What is left is for small answers alone, so that none waits behind a large one. */
const LARGEST_SHARE = 3 / 4;

/** Larger answers are large: most tiles, made of what a file stores, need a tenth of it. */
const SMALL_SHARE = 1 / 16;

/** Milliseconds. OpenSeadragon gives up after 30 s. */
export const LONGEST_WAIT = 20_000;

/** Milliseconds after which nobody who came later goes first any more. */
const PATIENCE = 2000;

/** What a viewer asks for within a frame, in milliseconds, belongs together and goes in order. */
const MOMENT = 16;

/** Seconds, sent as `Retry-After`. */
const ASK_AGAIN_AFTER = 5;

/**
 * Lets answers begin when there is memory for them. What can never fit is refused at once, what doesn't fit now waits
 * its turn: the latest first, for a viewer wants most what it asked for last, but whoever has waited for long comes before
 * all others. Small answers pass large ones, and can't hold them up for ever either.
 */
export class Admission {
  readonly limit: number;
  readonly #kept: GivenUpMemory | undefined;
  readonly #longestWait: number;
  readonly #now: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #shared = new Map<string, { bytes: number; users: number }>();
  #used = { small: 0, large: 0 };

  constructor({ limit, kept, longestWait = LONGEST_WAIT, now = () => performance.now() }: AdmissionOptions) {
    this.limit = limit;
    this.#kept = kept;
    this.#longestWait = longestWait;
    this.#now = now;
  }

  /** Bytes of all answers that are being made. */
  get usedBytes(): number {
    return this.#used.small + this.#used.large;
  }

  /** @throws {ImageServerError} 413 when it can never fit: also what is made on other threads must fit here. */
  assertPossible({ bytes, shared, why }: MemoryNeed): void {
    const whole = bytes + (shared?.bytes ?? 0);
    const most = this.limit * LARGEST_SHARE;
    if (whole > most) throw tooLarge(whole, most, why);
  }

  /**
   * Runs `work` once there is memory for it, which it gives back when it ends.
   * @throws {ImageServerError} 413 when it can never fit, 503 when it waited in vain; the signal's reason when it is
   * aborted while it waits.
   */
  async run<T>(need: MemoryNeed, asking: Asking, work: () => Promise<T>): Promise<T> {
    asking.signal?.throwIfAborted();
    this.assertPossible(need);
    const release = this.#fits(need) ? this.#take(need) : await this.#turn(need, asking);
    try {
      return await work();
    } finally {
      release();
      this.#wake();
    }
  }

  #bytesOf({ bytes, shared }: MemoryNeed): number {
    return bytes + (shared && !this.#shared.has(shared.key) ? shared.bytes : 0);
  }

  #isLarge(bytes: number): boolean {
    return bytes > this.limit * SMALL_SHARE;
  }

  #fits(need: MemoryNeed): boolean {
    const bytes = this.#bytesOf(need);
    const { small, large } = this.#used;
    if (small + large + bytes > this.limit) return false;
    if (this.#isLarge(bytes)) return large + bytes <= this.limit * LARGEST_SHARE;
    const someLargeWaits = this.#waiting.some((other) => this.#isLarge(this.#bytesOf(other.need)));
    return !someLargeWaits || small + bytes <= this.limit * (1 - LARGEST_SHARE);
  }

  /** Takes the memory; returns what gives it back. */
  #take(need: MemoryNeed): () => void {
    const { shared } = need;
    const whole = this.#bytesOf(need);
    const size = this.#isLarge(whole) ? 'large' : 'small';
    if (shared) {
      const known = this.#shared.get(shared.key) ?? { bytes: shared.bytes, users: 0 };
      known.users += 1;
      this.#shared.set(shared.key, known);
      // The last one who uses it gives it back, who may have come later.
      if (known.users === 1) this.#used.large += shared.bytes;
    }
    this.#used[size] += need.bytes;
    const room = this.limit - this.usedBytes;
    if (this.#kept && this.#kept.bytes > room) this.#kept.shrinkTo(Math.max(0, room));
    return () => {
      this.#used[size] -= need.bytes;
      const known = shared && this.#shared.get(shared.key);
      if (!shared || !known) return;
      known.users -= 1;
      if (known.users > 0) return;
      this.#shared.delete(shared.key);
      this.#used.large -= known.bytes;
    };
  }

  async #turn(need: MemoryNeed, { signal, priority = 'high' }: Asking): Promise<() => void> {
    let release: (() => void) | undefined;
    let waiting: Waiting | undefined;
    const turn = new Promise<() => void>((resolve) => {
      waiting = {
        need,
        priority,
        since: this.#now(),
        start: () => {
          release = this.#take(need);
          resolve(release);
        },
      };
      this.#waiting.push(waiting);
    });
    const late = firstOf([signal, AbortSignal.timeout(this.#longestWait)]);
    try {
      return await untilAborted(turn, late.signal);
    } catch (cause) {
      // Given up in the very moment its turn came: what it took must be given back.
      release?.();
      const index = waiting ? this.#waiting.indexOf(waiting) : -1;
      if (index >= 0) this.#waiting.splice(index, 1);
      this.#wake();
      signal?.throwIfAborted();
      throw tooBusy(need.bytes, this.limit, cause);
    } finally {
      late.release();
    }
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    let largeWaits = false;
    for (const next of this.#inOrder()) {
      const isLarge = this.#isLarge(this.#bytesOf(next.need));
      // Else those that need less would pass it again and again.
      if (isLarge && largeWaits) continue;
      if (!this.#fits(next.need)) {
        largeWaits ||= isLarge;
        continue;
      }
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.start();
    }
  }

  #inOrder(): readonly Waiting[] {
    const now = this.#now();
    const rank = ({ priority, since }: Waiting) => (priority === 'low' ? 2 : now - since > PATIENCE ? 0 : 1);
    const moment = ({ since }: Waiting) => Math.floor(since / MOMENT);
    return [...this.#waiting].sort((a, b) => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
      return rank(a) === 1 ? moment(b) - moment(a) || a.since - b.since : a.since - b.since;
    });
  }
}

function tooLarge(asked: number, allowed: number, why: string): ImageServerError {
  return new ImageServerError(
    413,
    `This answer needs about ${mebibytes(asked)} MiB of memory (${why}), ${mebibytes(allowed)} MiB are allowed for one here ` +
      '(three quarters of option memory): ask for a smaller size or region, or store the image as a tiled pyramid ' +
      '(vips tiffsave … --tile --pyramid).',
  );
}

function tooBusy(asked: number, limit: number, cause: unknown): ImageServerError {
  return new ImageServerError(
    503,
    `There was no memory for this answer in time: it needs about ${mebibytes(asked)} of ${mebibytes(limit)} MiB, which others are using. ` +
      'Ask again in a few seconds, or for a smaller size.',
    { cause, retryAfter: ASK_AGAIN_AFTER },
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
