import type { TileFault } from './fetch-tile.ts';

/** What is wrong with what is seen. */
export interface TileTrouble {
  /** `missing`: some tiles are not there; `less-sharp`: some were made from coarser ones. */
  readonly kind: 'missing' | 'less-sharp';
  /** `offline`: there is no network at all. */
  readonly cause: TileFault | 'offline';
  /** The server's words about what is missing; '' where nothing is. */
  readonly message: string;
}

/** What is wrong with one tile. */
export interface Flaw extends Pick<TileTrouble, 'kind' | 'message'> {
  readonly fault: TileFault;
  /** It was asked for again, in vain. */
  readonly isStubborn: boolean;
}

/** The worst of it. What is only slow is worth no word before it was asked for once more. */
export function troubleOf(flaws: readonly Flaw[]): TileTrouble | undefined {
  const grave = flaws.filter(({ fault, isStubborn }) => fault !== 'slow' || isStubborn);
  const missing = grave.filter(({ kind }) => kind === 'missing');
  const [kind, worst] = missing.length > 0 ? (['missing', missing] as const) : (['less-sharp', grave] as const);
  const flaw = (['refused', 'unreachable', 'slow'] as const)
    .map((wanted) => worst.find(({ fault }) => fault === wanted))
    .find(Boolean);
  if (!flaw) return undefined;
  const isOffline = flaw.fault !== 'refused' && globalThis.navigator?.onLine === false;
  return { kind, cause: isOffline ? 'offline' : flaw.fault, message: flaw.message };
}
