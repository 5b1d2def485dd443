import type { AnswerReport } from '../options.ts';
import { merged } from './merge.ts';
import { emptyTally, LATENCY_BOUNDS, type Slot, type SourceState, slotAt, type Tally, type Totals } from './tally.ts';

/** Status of a request that its client gave up, which HTTP has no number for; nginx made this one common. */
export const CANCELLED = 499;
/** Sources that are counted by name; a function as source may lead to any number of origins. */
const SOURCES = 32;
/** What further sources are counted as. */
const OTHERS = 'others';

/** What became of a source in one answer; undefined where the answer says nothing of it. */
export type SourceOutcome = 'delivered' | 'failed' | undefined;

/** Adds up what is answered, in memory, until it is taken away to be kept. */
export class Counters {
  #since: number;
  #routes: Record<string, Tally> = {};
  #sources: Record<string, Tally> = {};
  #states: Record<string, SourceState> = {};
  #slots: Record<string, Slot> = {};

  constructor(now: number) {
    this.#since = now;
  }

  /** What was counted since the last `take`. */
  get totals(): Totals {
    const [routes, sources, states, slots] = [this.#routes, this.#sources, this.#states, this.#slots];
    return { since: this.#since, routes, sources, states, slots };
  }

  take(now: number): Totals {
    const { totals } = this;
    this.#since = now;
    [this.#routes, this.#sources, this.#states, this.#slots] = [{}, {}, {}, {}];
    return totals;
  }

  /** Undoes a `take` whose result could not be kept. */
  giveBack(taken: Totals, now: number): void {
    const { since, routes, sources, states, slots } = merged(taken, this.totals, now);
    this.#since = since;
    [this.#routes, this.#sources, this.#states, this.#slots] = [
      { ...routes },
      { ...sources },
      { ...states },
      { ...slots },
    ];
  }

  count(answer: AnswerReport, outcome: SourceOutcome, now: number): void {
    const { route, source, status } = answer;
    this.#routes[route] ??= emptyTally();
    add(this.#routes[route], answer);
    if (source !== undefined) {
      const name = this.#nameOf(source);
      this.#sources[name] ??= emptyTally();
      add(this.#sources[name], answer);
      if (outcome) this.note(name, outcome, now, answer.identifier);
    }
    if (answer.priority === 'low' || status === CANCELLED) return;
    const slot = this.#slotAt(now);
    slot.requests += 1;
    if (status >= 400) slot.errors += 1;
    if (status >= 500) slot.failed[route] = (slot.failed[route] ?? 0) + 1;
    const { timing } = answer;
    if (status >= 500 || (status < 400 && timing.read.requests > 0)) slot.made += 1;
  }

  /** What was learned of a source otherwise than by an answer, too. */
  note(source: string, outcome: 'delivered' | 'failed', now: number, identifier?: string): void {
    const name = this.#nameOf(source);
    const before = this.#states[name];
    const isDelivered = outcome === 'delivered';
    this.#states[name] = {
      latest: isDelivered ? (identifier ?? before?.latest) : before?.latest,
      delivered: isDelivered ? now : (before?.delivered ?? 0),
      failed: isDelivered ? (before?.failed ?? 0) : now,
      failures: isDelivered ? 0 : (before?.failures ?? 0) + 1,
    };
  }

  /** Forgets which images these sources delivered. */
  forgetLatest(isMeant: (source: string) => boolean): void {
    for (const [name, state] of Object.entries(this.#states)) {
      if (isMeant(name)) this.#states[name] = { ...state, latest: undefined };
    }
  }

  #nameOf(source: string): string {
    return this.#sources[source] || Object.keys(this.#sources).length < SOURCES ? source : OTHERS;
  }

  #slotAt(now: number): Slot {
    const number = slotAt(now);
    this.#slots[number] ??= { requests: 0, errors: 0, made: 0, failed: {} };
    return this.#slots[number];
  }
}

function add(tally: Tally, { status, timing, priority, bytes, milliseconds }: AnswerReport): void {
  const { read } = timing;
  tally.sourceRequests += read.requests;
  tally.sourceBytes += read.bytes;
  if (priority === 'low') return;
  if (status === CANCELLED) {
    tally.cancelled += 1;
    return;
  }
  tally.requests += 1;
  tally.answeredBytes += bytes;
  tally.milliseconds += milliseconds;
  const place = latencyClass(milliseconds);
  tally.latency[place] = (tally.latency[place] ?? 0) + 1;
  if (timing.has('offline')) tally.offline += 1;
  if (status >= 400) {
    tally.errors += 1;
    tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
  } else if (status === 304) tally.notModified += 1;
  else if (timing.has('degraded')) tally.degraded += 1;
  else if (timing.has('hit')) tally.hits += 1;
  else if (timing.has('passthrough')) tally.passthrough += 1;
  else if (timing.has('rendered')) tally.rendered += 1;
}

function latencyClass(milliseconds: number): number {
  let place = 0;
  while (milliseconds > (LATENCY_BOUNDS[place] ?? Number.POSITIVE_INFINITY)) place++;
  return place;
}
