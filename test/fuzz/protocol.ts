/** Messages between `run.ts` and its child processes. */

/** Parent → child. */
export interface Batch {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** How the child is to work, as the one argument of its process. */
export interface ChildOptions {
  readonly seed: number;
  /** The server's memory cap in bytes. */
  readonly memory: number;
}

/** Child → parent. */
export type Report =
  | { readonly kind: 'ready' }
  /** A mutant is begun. What comes next must come within the deadline. */
  | { readonly kind: 'begun'; readonly index: number; readonly name: string }
  /** What is wrong with the answers to a mutant, or to a healthy file after it. */
  | {
      readonly kind: 'fault';
      readonly index: number;
      readonly name: string;
      readonly path: string;
      readonly fault: string;
    }
  | { readonly kind: 'done'; readonly statistics: Statistics };

/** Of a batch. */
export interface Statistics {
  readonly mutants: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Bytes that the process grew by, when it was largest. */
  readonly rss: number;
  /** Bytes of all WASM memories, with those that weren't collected yet. */
  readonly wasm: number;
  /** Bytes of those that are there at the end, after a collection. */
  readonly live: number;
  readonly slowest: {
    readonly milliseconds: number;
    readonly index: number;
    readonly name: string;
    readonly path: string;
  };
}
