/** Milliseconds; doubled with each failure in a row. */
const FIRST_WAIT = 1000;
/** Milliseconds. A source that was down for hours is found to be back within this time. */
const LONGEST_WAIT = 30_000;

/**
 * Waits before another attempt. A network that comes back ends the wait; while the browser knows that there is none, it
 * waits for that alone.
 */
export function packPatience(failures: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    addEventListener('online', end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    else if (navigator.onLine) timer = setTimeout(end, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)));
  });
}
