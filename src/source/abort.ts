interface Waiting {
  readonly acts: Set<() => void>;
  readonly listener: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `act` when the signal is aborted, at once if it is already. Gives what ends that. All that wait for one signal
 * share one listener: an answer of a hundred tiles has a hundred waiting at once, and Node takes more than ten listeners
 * for a leak.
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => undefined;
  }
  const one = waiting.get(signal) ?? listen(signal);
  // Each is an act of its own, also where several are the same function.
  const own = () => act();
  one.acts.add(own);
  return () => {
    if (!one.acts.delete(own) || one.acts.size > 0) return;
    signal.removeEventListener('abort', one.listener);
    waiting.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const acts = new Set<() => void>();
  const listener = () => {
    waiting.delete(signal);
    for (const act of acts) act();
  };
  signal.addEventListener('abort', listener, { once: true });
  const one = { acts, listener };
  waiting.set(signal, one);
  return one;
}

/**
 * A signal that is aborted with the first of several, until it is released. `AbortSignal.any` does the same, and takes
 * 0.2 ms in Node 20.
 */
export function firstOf(signals: readonly (AbortSignal | undefined)[]): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const first = new AbortController();
  const releases = signals.map((signal) => signal && whenAborted(signal, () => first.abort(signal.reason)));
  return {
    signal: first.signal,
    release: () => {
      for (const release of releases) release?.();
    },
  };
}

/** Settles like `promise`, or rejects with the signal's reason as soon as it is aborted. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const release = whenAborted(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(release);
  });
}

/** Waits; rejects with the signal's reason when it is aborted, and leaves no timer behind. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** The `Sleep` of a clock on the wall. */
export const sleep: Sleep = (milliseconds, signal) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return untilAborted(waited, signal).finally(() => clearTimeout(timer));
};
