import { Breaker, type BreakerOptions, type BreakerState } from './breaker.ts';

/** The breakers of a server, one for each place: a network that is gone is gone for all images of it. */
export interface Breakers {
  /** The breaker of a source's place. */
  of(url: string): Breaker;
  /** What is known of each place that was asked for, for a status. */
  states(): readonly BreakerState[];
  /** Calls `listener` whenever a place's `state` changes. Gives what ends that. */
  onChange(listener: (state: BreakerState) => void): () => void;
}

/**
 * What fails as one: the origin with the first folder, which is the bucket where addresses are path-style. A browser says
 * the same of a bucket that doesn't let it read as of a server that is gone, and other buckets must not suffer for it.
 */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  const [, folder, ...within] = pathname.split('/');
  return folder !== undefined && within.length > 0 ? `${origin}/${folder}` : origin;
}

/** Breakers that know nothing yet. */
export function createBreakers(options: BreakerOptions = {}): Breakers {
  const breakers = new Map<string, Breaker>();
  const listeners = new Set<(state: BreakerState) => void>();
  const tell = (state: BreakerState) => {
    for (const listener of listeners) {
      try {
        listener(state);
      } catch {
        // Who watches has no say in what is read.
      }
    }
  };
  // Node has no such event.
  globalThis.addEventListener?.('online', () => {
    for (const breaker of breakers.values()) breaker.networkIsBack();
  });
  return {
    of(url) {
      const place = placeOf(url);
      const breaker = breakers.get(place) ?? new Breaker(place, tell, options);
      breakers.set(place, breaker);
      return breaker;
    },
    states: () => [...breakers.values()].map(({ state }) => state),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
