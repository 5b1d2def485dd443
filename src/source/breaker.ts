import { type Sleep, sleep, untilAborted } from './abort.ts';
import { LeftAloneError } from './failures.ts';
import type { Attempt } from './retry.ts';

/** Failures in a row after which an origin is left alone: more than one read with its three attempts. */
export const FAILURES_AT_MOST = 5;
/** Milliseconds of the first pause; doubled each time the probe after it fails. */
export const FIRST_PAUSE = 2000;
/** Milliseconds. An origin that is back is found again within half a minute. */
export const LONGEST_PAUSE = 30_000;
/** Milliseconds that others wait for a probe: a view whose origin is back comes as a whole. */
export const PROBE_PATIENCE = 3000;

/** Milliseconds for which a source that failed once isn't asked where something else can be shown. */
const OUT_FOR = 5000;
/** Milliseconds that an answer waits for a source before something else is shown in its place. */
const PATIENCE = 3000;
/** The same once the source has let an answer wait for so long, until it delivers again. */
const SHORT_PATIENCE = 300;

/** What is known of a place, for a status. */
export interface BreakerState {
  /** `https://host` or `https://host/folder`, see `placeOf`; '' for sources without one. */
  readonly place: string;
  /** `closed`: it is asked; `open`: it is left alone until `retryAt`; `half-open`: one request tries it. */
  readonly state: 'closed' | 'open' | 'half-open';
  /** In a row. */
  readonly failures: number;
  /** When it came to be in this state, in milliseconds since 1970. */
  readonly since: number;
  /** When it is asked again, in milliseconds since 1970; undefined while it is closed. */
  readonly retryAt: number | undefined;
  /** What went wrong the last time, in the words of an answer, without addresses; undefined while all is well. */
  readonly problem: string | undefined;
}

export interface BreakerOptions {
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** Whether there is a network at all, as far as anybody knows. */
  readonly isOnline?: (() => boolean) | undefined;
  readonly sleep?: Sleep | undefined;
}

/**
 * What the latest requests tell of one place. After FAILURES_AT_MOST failures in a row it is left alone for a while:
 * who wants to ask it is refused at once. Then one request tries it, for which the others wait a little; once it is
 * answered, all go on. For an answer that has something else to show, one failure is enough: `isOut`.
 */
export class Breaker {
  readonly #place: string;
  readonly #tell: (state: BreakerState) => void;
  readonly #now: () => number;
  readonly #isOnline: () => boolean;
  readonly #sleep: Sleep;
  #state: BreakerState['state'] = 'closed';
  #since: number;
  #openedAt: number;
  #failures = 0;
  #problem: string | undefined;
  #pause = 0;
  /** Counts the failures that count, so that requests know whether one came while they were under way. */
  #wave = 0;
  /** Resolves when the probe has ended, or lasts too long to be waited for. */
  #probe: Promise<void> | undefined;
  #missedAt: number | undefined;
  #failedOnline = true;
  #isSlow = false;
  #isBusy = false;

  /** `tell` is called whenever `state.state` changes. */
  constructor(place: string, tell: (state: BreakerState) => void = () => undefined, options: BreakerOptions = {}) {
    this.#place = place;
    this.#tell = tell;
    this.#now = options.now ?? Date.now;
    this.#isOnline = options.isOnline ?? hasNetwork;
    this.#sleep = options.sleep ?? sleep;
    this.#since = this.#now();
    this.#openedAt = this.#since;
  }

  get state(): BreakerState {
    const [place, state, failures, since] = [this.#place, this.#state, this.#failures, this.#since];
    const retryAt = state === 'closed' ? undefined : this.#openedAt + this.#pause;
    return { place, state, failures, since, retryAt, problem: this.#problem };
  }

  /** The latest read failed, or was too slow to be waited for. */
  get isDoubtful(): boolean {
    return this.#missedAt !== undefined || this.#isSlow || this.#state !== 'closed';
  }

  /** A read failed a moment ago: where something else can be shown, asking again is hardly worth while. */
  get isOut(): boolean {
    this.#heedNetwork();
    return this.#isPausing || (this.#missedAt !== undefined && this.#timeSince(this.#missedAt) < OUT_FOR);
  }

  /** Milliseconds that an answer with something else to show waits. */
  get patience(): number {
    return this.#isSlow ? SHORT_PATIENCE : PATIENCE;
  }

  /** An answer got its bytes. */
  delivered(): void {
    this.#missedAt = undefined;
    this.#isSlow = false;
  }

  /** What was missed last was so because its source is overloaded or slow, not because it is out of reach. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** An answer didn't get its bytes. `isBusy`: its source is overloaded or slow. */
  missed({ isBusy = false }: { readonly isBusy?: boolean } = {}): void {
    this.#isBusy = isBusy;
    this.#missedAt = this.#now();
    this.#failedOnline = this.#isOnline();
  }

  /** An answer was given up waiting for its bytes. */
  waited(): void {
    this.#isSlow = true;
  }

  /** A network that is there again opens the way at once. */
  networkIsBack(): void {
    if (this.#missedAt !== undefined) this.#missedAt = Number.NEGATIVE_INFINITY;
    this.#answered();
  }

  /** @throws {LeftAloneError} while the origin is left alone. */
  throwIfOpen(): void {
    this.#heedNetwork();
    if (this.#isPausing) throw this.#refusal();
  }

  /**
   * Makes an attempt and heeds what it tells of the origin.
   * @throws {LeftAloneError} where none is to be made.
   */
  async run<T>(signal: AbortSignal, attempt: () => Promise<Attempt<T>>): Promise<Attempt<T>> {
    const endProbe = await this.#admit(signal);
    const wave = this.#wave;
    try {
      const result = await attempt();
      if (result.kind === 'done' || result.origin === 'up') this.#answered();
      else if (endProbe) this.#fail(result.error.message, result.error.retryAfter);
      // A connection that breaks takes all along that run on it: that is one failure.
      else if (result.origin === 'silent' || (result.origin === 'down' && wave === this.#wave)) {
        this.#fail(result.error.message, result.error.retryAfter);
      }
      return result;
    } catch (cause) {
      // What isn't worth another attempt is an answer of the origin all the same.
      if (!signal.aborted) this.#answered();
      throw cause;
    } finally {
      endProbe?.();
    }
  }

  /** Waits until the attempt may be made. Gives what ends a probe, where the attempt is one. */
  async #admit(signal: AbortSignal): Promise<(() => void) | undefined> {
    for (;;) {
      this.throwIfOpen();
      if (this.#state === 'closed') return undefined;
      const probe = this.#probe;
      if (!probe) return this.#beginProbe();
      await untilAborted(probe, signal);
      if (this.#probe === probe) throw this.#refusal();
    }
  }

  #beginProbe(): () => void {
    let resolve = () => {};
    const ended = new Promise<void>((end) => {
      resolve = end;
    });
    const stop = new AbortController();
    this.#probe = Promise.race([ended, this.#sleep(PROBE_PATIENCE, stop.signal).catch(() => undefined)]);
    this.#become('half-open');
    return () => {
      this.#probe = undefined;
      // It was given up before it told anything: the pause is over, and the next one tries.
      if (this.#state === 'half-open') this.#become('open');
      stop.abort();
      resolve();
    };
  }

  #answered(): void {
    this.#failures = 0;
    this.#problem = undefined;
    this.#failedOnline = true;
    if (this.#state !== 'closed') this.#become('closed');
    this.#pause = 0;
  }

  #fail(problem: string, retryAfter = 0): void {
    // Without a network nothing is told of the origin, nor is it burdened.
    this.#failedOnline = this.#isOnline();
    if (!this.#failedOnline || this.#state === 'open') return;
    this.#wave += 1;
    this.#failures += 1;
    this.#problem = problem;
    if (this.#state === 'closed' && this.#failures < FAILURES_AT_MOST) return;
    const pause = Math.max(FIRST_PAUSE, 2 * this.#pause, retryAfter * 1000);
    this.#pause = Math.min(LONGEST_PAUSE, pause);
    this.#openedAt = this.#now();
    this.#become('open');
  }

  #become(state: BreakerState['state']): void {
    this.#state = state;
    this.#since = this.#now();
    this.#tell(this.state);
  }

  #heedNetwork(): void {
    if (!this.#failedOnline && this.#isOnline()) this.networkIsBack();
  }

  get #isPausing(): boolean {
    return this.#state === 'open' && this.#timeSince(this.#openedAt) < this.#pause;
  }

  /** A clock that was set back must not make a pause last for years. */
  #timeSince(time: number): number {
    return Math.abs(this.#now() - time);
  }

  #refusal(): LeftAloneError {
    const left = this.#state === 'open' ? this.#pause - this.#timeSince(this.#openedAt) : 0;
    return new LeftAloneError(this.#failures, Math.max(1, Math.ceil(left / 1000)), this.#problem);
  }
}

/** Browsers tell when there is no network at all; elsewhere there is one as far as anybody knows. */
function hasNetwork(): boolean {
  return globalThis.navigator?.onLine !== false;
}
