import type { BreakerState } from '../source/breaker.ts';
import type { Alarm } from './alarm-book.ts';
import type { ErrorNote } from './error-note.ts';
import { percentile } from './percentile.ts';
import type { MonitorState } from './store.ts';
import { emptyTally, LATENCY_BOUNDS, SLOT_SECONDS, type SourceState, type Tally } from './tally.ts';

/** Of one route or source. */
export interface Figures extends Readonly<Tally> {
  /** Milliseconds, estimated within a class of the histogram; undefined before the first answer. */
  readonly p50: number | undefined;
  /** The same for the slowest of twenty. */
  readonly p95: number | undefined;
}

/** The figures of one source, and how it is. */
export interface SourceFigures extends Figures {
  /** Whether it could be read the last time. */
  readonly state: SourceState;
  /** Undefined where its origin is no web server, or wasn't read since the server started. */
  readonly breaker: Pick<BreakerState, 'state' | 'failures' | 'retryAt' | 'problem'> | undefined;
}

/** A few seconds of the latest minutes. Those in which nothing was asked are left out. */
export interface Moment {
  /** When it began, in milliseconds since 1970. */
  readonly time: number;
  readonly requests: number;
  readonly errors: number;
  readonly serverErrors: number;
}

/** What a server tells of itself; times in milliseconds since 1970. */
export interface Status {
  /** When counting began: it goes on where an earlier life of the worker ended. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By what was asked for. */
  readonly routes: Readonly<Record<string, Figures>>;
  /** By name, or by origin where a source has none. */
  readonly sources: Readonly<Record<string, SourceFigures>>;
  /** Upper bounds of the classes of `latency`, in milliseconds; the last class has none. */
  readonly latencyBounds: readonly number[];
  /** Length of a moment. */
  readonly momentSeconds: number;
  /** The oldest first. */
  readonly moments: readonly Moment[];
  /** The latest 200, the newest last. */
  readonly errors: readonly ErrorNote[];
  /** What waits to be sent, and what was sent. */
  readonly alarms: {
    readonly configured: boolean;
    readonly waiting: readonly Alarm[];
    readonly sent: readonly (Alarm & { readonly delivered: number })[];
    readonly problem: string | undefined;
    readonly dropped: number;
  };
}

export interface StatusContext {
  readonly now: number;
  readonly configured: boolean;
  readonly sourceNames: readonly string[];
  readonly breakerOf: (source: string) => BreakerState | undefined;
}

const NEVER: SourceState = { latest: undefined, delivered: 0, failed: 0, failures: 0 };

export function statusOf({ totals, errors, alarms }: MonitorState, context: StatusContext): Status {
  const { now, configured, sourceNames, breakerOf } = context;
  const { waiting, sent, problem, dropped } = alarms;
  const names = [...new Set([...sourceNames, ...Object.keys(totals.sources), ...Object.keys(totals.states)])];
  const sources = names.map((name): [string, SourceFigures] => {
    const breaker = breakerOf(name);
    const { state, failures, retryAt, problem: trouble } = breaker ?? {};
    return [
      name,
      {
        ...figuresOf(totals.sources[name]),
        state: totals.states[name] ?? NEVER,
        breaker: state && { state, failures: failures ?? 0, retryAt, problem: trouble },
      },
    ];
  });
  return {
    since: totals.since,
    now,
    routes: Object.fromEntries(Object.entries(totals.routes).map(([route, tally]) => [route, figuresOf(tally)])),
    sources: Object.fromEntries(sources),
    latencyBounds: LATENCY_BOUNDS,
    momentSeconds: SLOT_SECONDS,
    moments: momentsOf(totals.slots),
    errors,
    alarms: { configured, waiting, sent, problem, dropped },
  };
}

function figuresOf(tally: Tally = emptyTally()): Figures {
  return { ...tally, p50: percentile(tally.latency, 0.5), p95: percentile(tally.latency, 0.95) };
}

function momentsOf(slots: MonitorState['totals']['slots']): readonly Moment[] {
  return Object.entries(slots)
    .map(([number, { requests, errors, failed }]) => ({
      time: Number(number) * SLOT_SECONDS * 1000,
      requests,
      errors,
      serverErrors: Object.values(failed).reduce((all, some) => all + some, 0),
    }))
    .sort((a, b) => a.time - b.time);
}
