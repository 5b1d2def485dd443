import type { Reading } from './reader.ts';

/** From when to when something was done to the browser or the network, in milliseconds since 1970. */
export interface Spell {
  readonly from: number;
  to: number;
}

export interface Injected {
  /** When the network misbehaved. */
  readonly storms: readonly Spell[];
  /** When workers were ended. */
  readonly kills: readonly number[];
}

/** Milliseconds after a storm for which an origin that failed again and again is left in peace. */
const RECOVERY = 15_000;
/** Milliseconds around a kill in which it may be the reason that a request has no answer. */
const KILLING = 1000;

/** Milliseconds of the shortest wait for a slow source after which something coarser is shown. */
const PATIENCE = 300;

/** Statuses that faults of the source come to. */
const OF_THE_SOURCE = new Set([502, 503, 504]);

/** What is wrong with a reading; undefined where nothing is that wasn't done to it. */
export function faultOf(reading: Reading, expected: string | undefined, injected: Injected): string | undefined {
  const { status, state, content, start, end } = reading;
  const inStorm = injected.storms.some(({ from, to }) => start <= to + RECOVERY && end >= from);
  const isSlow = end - start >= PATIENCE;
  if (status === 200 && state === 'degraded') return inStorm || isSlow ? undefined : 'degraded without a fault';
  if (status === 200) return content === expected ? undefined : 'wrong bytes';
  if (OF_THE_SOURCE.has(status)) return inStorm ? undefined : `${status} without a fault: ${content}`;
  const killed = injected.kills.some((at) => at >= start - KILLING && at <= end + KILLING);
  if (status === 0) return killed ? undefined : `no answer: ${content}`;
  return `${status}: ${content}`;
}
