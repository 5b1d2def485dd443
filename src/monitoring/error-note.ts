import type { Route } from './routes.ts';

/** An answer of status 400 and above, without secrets. */
export interface ErrorNote {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly route: Route;
  readonly method: string;
  /** Of the URL, decoded, without its query. */
  readonly path: string;
  readonly source: string | undefined;
  readonly status: number;
  /** As the client was told. */
  readonly message: string;
  /** What led to it, the nearest first, each as a name and words. */
  readonly causes: readonly string[];
}

/** The latest that are remembered. */
export const ERRORS_REMEMBERED = 200;
