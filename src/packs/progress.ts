/** How far a download is. */
export interface PackProgress {
  /**
   * `waiting`: the network or a source is out of reach, and is tried again. `incomplete`: it came to its end, and what
   * is missing can't be had.
   */
  readonly state: 'running' | 'paused' | 'waiting' | 'complete' | 'incomplete' | 'cancelled' | 'failed';
  /** Images of the pack. */
  readonly works: number;
  /** Of these, those that are whole. */
  readonly worksDone: number;
  /** Of the pack. */
  readonly bytes: number;
  /** Bytes that are kept. */
  readonly bytesDone: number;
  /** Bytes a second, lately. */
  readonly rate: number;
  /** Seconds; undefined where nothing has come lately. */
  readonly timeLeft: number | undefined;
}

/** Milliseconds that a rate is taken over: it follows a changing line, and doesn't jump with each block. */
const LATELY = 5000;

/** How fast bytes come. */
export class Rate {
  readonly #now: () => number;
  #came: { readonly at: number; readonly bytes: number }[];

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#came = [{ at: now(), bytes: 0 }];
  }

  add(bytes: number): void {
    const at = this.#now();
    // The last one before the time that counts is kept: it tells when that time began.
    const first = this.#came.findLastIndex((one) => at - one.at > LATELY);
    this.#came = [...this.#came.slice(Math.max(0, first)), { at, bytes }];
  }

  /** Bytes a second. */
  get current(): number {
    const [first, ...rest] = this.#came;
    const milliseconds = this.#now() - (first?.at ?? 0);
    const bytes = rest.reduce((sum, one) => sum + one.bytes, 0);
    return milliseconds > 0 ? (1000 * bytes) / milliseconds : 0;
  }
}
