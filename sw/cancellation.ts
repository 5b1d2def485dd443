import { ImageServerError } from '../src/errors.ts';
import { CANCELLED } from '../src/monitoring/counters.ts';

export { CANCELLED };

/** Requests that are being answered, so that the page that made them can take them back. */
export interface Cancellation {
  /** Runs the work for a request with a signal that is aborted when its page cancels it. */
  run<T>(request: CancellableRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** A page doesn't need these URLs any more. */
  cancel(clientId: string, urls: readonly string[]): void;
}

export interface CancellableRequest {
  /** Empty where the browser knows no client. */
  readonly clientId: string;
  readonly url: string;
}

/** Requests of one client for one URL. */
interface Running {
  readonly stops: Set<AbortController>;
  cancels: number;
}

export function createCancellation(): Cancellation {
  const all = new Map<string, Running>();

  return {
    async run(request, work) {
      const key = keyOf(request.clientId, request.url);
      const running = all.get(key) ?? { stops: new Set(), cancels: 0 };
      all.set(key, running);
      const stop = new AbortController();
      running.stops.add(stop);
      try {
        return await work(stop.signal);
      } finally {
        running.stops.delete(stop);
        // A cancel that came for one of several is spent with the first that ends.
        running.cancels = Math.max(0, running.cancels - 1);
        if (running.stops.size === 0 && all.get(key) === running) all.delete(key);
      }
    },
    cancel(clientId, urls) {
      for (const url of urls) {
        const key = keyOf(clientId, url);
        const running = all.get(key);
        if (!running) continue;
        running.cancels += 1;
        // Which of equal requests was meant can't be told, so that all of them must be.
        if (running.cancels < running.stops.size) continue;
        all.delete(key);
        const reason = new ImageServerError(CANCELLED, 'The page that asked for this cancelled its request.');
        for (const stop of running.stops) stop.abort(reason);
      }
    },
  };
}

/** A fragment is no part of what is asked for. */
function keyOf(clientId: string, url: string): string {
  return `${clientId} ${url.split('#', 1)[0]}`;
}
