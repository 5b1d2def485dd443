import type { Route } from './routes.ts';

/**
 * Milliseconds, the upper bounds of the histogram's classes; one more class has no bound. 16 and 33: a frame or two of
 * the screen. 100: feels immediate. 300 to 1000: noticed, the thought isn't lost. 3000: something else is shown meanwhile
 * where there is something. 10,000: people leave. 30,000: viewers give up.
 */
export const LATENCY_BOUNDS: readonly number[] = [
  2, 5, 10, 16, 33, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 30_000,
];

/** Of one route or one source. All are numbers that can be added up; what was read ahead counts as read only. */
export interface Tally {
  /** Answers, but for those that were cancelled. */
  requests: number;
  /** From the cache. */
  hits: number;
  /** Tiles as they are stored. */
  passthrough: number;
  /** Decoded, scaled and encoded. */
  rendered: number;
  /** Made from a coarser answer, because the source could not be reached. */
  degraded: number;
  /** Given without the source, which could not be reached. */
  offline: number;
  /** 304: the client had it already. */
  notModified: number;
  /** Given up by the page that had asked. */
  cancelled: number;
  /** Status 400 and above. */
  errors: number;
  /** The same by status. */
  readonly statuses: Record<string, number>;
  /** Sent to the sources, and what they sent. */
  sourceRequests: number;
  sourceBytes: number;
  answeredBytes: number;
  /** The sum of what all answers took. */
  milliseconds: number;
  /** Answers in each class of `LATENCY_BOUNDS`. */
  readonly latency: number[];
}

/** What the latest reads tell of a source. */
export interface SourceState {
  /** An identifier whose image it delivered. */
  readonly latest: string | undefined;
  /** When it last delivered and when it last failed, in milliseconds since 1970; 0 for never. */
  readonly delivered: number;
  readonly failed: number;
  /** Since it last delivered. */
  readonly failures: number;
}

/** Seconds of one slot: short against the shortest window of an alarm. */
export const SLOT_SECONDS = 5;
/** Ten minutes are remembered: the longest window of an alarm. */
export const SLOTS = 120;

/** What was answered within a few seconds. */
export interface Slot {
  requests: number;
  errors: number;
  /** Answers that took more than a copy from the cache: they tell whether anything works. */
  made: number;
  /** Status 500 and above, by route. */
  readonly failed: Partial<Record<Route, number>>;
}

/** Everything that is counted. */
export interface Totals {
  /** When counting began, in milliseconds since 1970. */
  readonly since: number;
  readonly routes: Readonly<Record<string, Tally>>;
  /** By name; no more than `SOURCES`. */
  readonly sources: Readonly<Record<string, Tally>>;
  readonly states: Readonly<Record<string, SourceState>>;
  /** By the number of the slot, counted from 1970. */
  readonly slots: Readonly<Record<string, Slot>>;
}

export const NOTHING_COUNTED: Totals = {
  since: Number.MAX_SAFE_INTEGER,
  routes: {},
  sources: {},
  states: {},
  slots: {},
};

export function emptyTally(): Tally {
  return {
    requests: 0,
    hits: 0,
    passthrough: 0,
    rendered: 0,
    degraded: 0,
    offline: 0,
    notModified: 0,
    cancelled: 0,
    errors: 0,
    statuses: {},
    sourceRequests: 0,
    sourceBytes: 0,
    answeredBytes: 0,
    milliseconds: 0,
    latency: new Array<number>(LATENCY_BOUNDS.length + 1).fill(0),
  };
}

export const slotAt = (time: number): number => Math.floor(time / (SLOT_SECONDS * 1000));
