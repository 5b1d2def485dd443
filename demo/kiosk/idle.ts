export interface IdleOptions {
  /** Seconds without a touch; 0: for ever. */
  readonly seconds: number;
  /** Called each second towards the end, with the whole seconds that are left. */
  readonly warn: (left: number) => void;
  /** Somebody is there after all. */
  readonly relieve: () => void;
  /** Nobody is. */
  readonly reset: () => void;
}

export interface IdleClock {
  /** Somebody touched the screen, a key or the mouse: begins anew. */
  touch(): void;
}

/** So many seconds before the end it warns, or in the last third of a short time. */
const WARNING = 10;
const SECOND = 1000;

/** Tells when nobody has touched anything for a while; after a reset it waits for the next touch. */
export function createIdleClock({ seconds, warn, relieve, reset }: IdleOptions): IdleClock {
  const warning = Math.min(WARNING, Math.ceil(seconds / 3));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let warned = false;
  const countDown = (left: number): void => {
    if (left <= 0) {
      warned = false;
      reset();
      return;
    }
    warned = true;
    warn(left);
    timer = setTimeout(() => countDown(left - 1), SECOND);
  };
  return {
    touch() {
      clearTimeout(timer);
      if (warned) relieve();
      warned = false;
      if (seconds > 0) timer = setTimeout(() => countDown(warning), (seconds - warning) * SECOND);
    },
  };
}
