import type { Breaker } from './source/breaker.ts';
import { SourceUnreachableError } from './source/source.ts';

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
  /** Whether the source needs no network: then what takes long is worth waiting for. */
  readonly isHere: () => Promise<boolean>;
  /** Keeps the host alive for what is still being made when its substitute is shown. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/**
 * Makes something from a source, or shows a substitute: at once where the source failed a moment ago, else when it fails
 * or lets one wait. What is late is made all the same, for the next time. Without a substitute it is waited for.
 * @throws what `make` throws, where there is no substitute, or another cause than a source out of reach.
 */
export async function makeOrSubstitute<T, S>(options: SubstituteOptions<T, S>): Promise<MadeOrSubstitute<T, S>> {
  const { make, substitute, breaker, isHere, waitUntil } = options;
  const before = breaker.isOut && !(await isHere()) ? await substitute() : undefined;
  if (before !== undefined) return { kind: 'substitute', substitute: before };
  const making = make();
  try {
    const isMade = await settlesWithin(making, breaker.patience);
    if (isMade || (await isHere())) return { kind: 'made', made: await making };
    breaker.waited();
    const meanwhile = await substitute();
    if (meanwhile === undefined) return { kind: 'made', made: await making };
    waitUntil(making.catch(() => undefined));
    return { kind: 'substitute', substitute: meanwhile };
  } catch (cause) {
    if (!(cause instanceof SourceUnreachableError)) throw cause;
    breaker.missed();
    const instead = await substitute();
    if (instead === undefined) throw cause;
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
