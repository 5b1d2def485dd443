import { Breaker, type BreakerOptions, type BreakerState } from './breaker.ts';

/** The breakers of a server, one for each origin: a network that is gone is gone for all images of it. */
export interface Breakers {
  /** The breaker of a source's origin. */
  of(url: string): Breaker;
  /** What is known of each origin that was asked for, for a status. */
  states(): readonly BreakerState[];
  /** Calls `listener` whenever an origin's `state` changes. Gives what ends that. */
  onChange(listener: (state: BreakerState) => void): () => void;
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
      const origin = URL.canParse(url) ? new URL(url).origin : '';
      const breaker = breakers.get(origin) ?? new Breaker(origin, tell, options);
      breakers.set(origin, breaker);
      return breaker;
    },
    states: () => [...breakers.values()].map(({ state }) => state),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
