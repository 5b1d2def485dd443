import type { Breaker } from './source/breaker.ts';
import { LeftAloneError } from './source/failures.ts';
import { SourceBusyError, SourceUnreachableError } from './source/source.ts';

/** What was made, or what is shown in its place. */
export type MadeOrSubstitute<T, S> =
  | { readonly kind: 'made'; readonly made: T }
  | { readonly kind: 'substitute'; readonly substitute: S };

export interface SubstituteOptions<T, S> {
  readonly make: () => Promise<T>;
  /** Undefined where there is none. */
  readonly substitute: () => Promise<S | undefined>;
  /** Of the source's origin. */
  readonly breaker: Breaker;
  /** Whether bytes of the source are being waited for: else what takes long is the work on them, and is worth waiting for. */
  readonly isReading: () => boolean;
  /** Whether the source needs no network: then what takes long is worth waiting for, too. */
  readonly isHere: () => Promise<boolean>;
  /** Keeps the host alive for what is still being made when its substitute is shown. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Told of a substitute that is shown because the source is slow or overloaded, not because it is out of reach. */
  readonly onBusy: () => void;
}

/**
 * Makes something from a source, or shows a substitute: at once where the source failed a moment ago, else when it fails
 * or lets one wait. What is late is made all the same, for the next time. Without a substitute it is waited for.
 * @throws what `make` throws, where there is no substitute, or another cause than a source out of reach.
 */
export async function makeOrSubstitute<T, S>(options: SubstituteOptions<T, S>): Promise<MadeOrSubstitute<T, S>> {
  const { make, substitute, breaker, isReading, isHere, waitUntil, onBusy } = options;
  const before = breaker.isOut && !(await isHere()) ? await substitute() : undefined;
  if (before !== undefined) {
    if (breaker.isBusy) onBusy();
    return { kind: 'substitute', substitute: before };
  }
  const making = make();
  try {
    while (!(await settlesWithin(making, breaker.patience))) {
      if (!isReading() || (await isHere())) continue;
      breaker.waited();
      const meanwhile = await substitute();
      if (meanwhile === undefined) break;
      waitUntil(making.catch(() => undefined));
      onBusy();
      return { kind: 'substitute', substitute: meanwhile };
    }
    return { kind: 'made', made: await making };
  } catch (cause) {
    if (!(cause instanceof SourceUnreachableError)) throw cause;
    // A source that is left alone is so for what it missed before.
    const isBusy = cause instanceof LeftAloneError ? breaker.isBusy : cause instanceof SourceBusyError;
    breaker.missed({ isBusy });
    const instead = await substitute();
    if (instead === undefined) throw cause;
    if (isBusy) onBusy();
    return { kind: 'substitute', substitute: instead };
  }
}

/** Whether a promise settles within so many milliseconds. */
function settlesWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const settled = () => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
