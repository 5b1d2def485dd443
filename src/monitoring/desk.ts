import type { BreakerState } from '../source/breaker.ts';
import { placeOf } from '../source/breakers.ts';
import { type AlarmBook, DEFAULT_WINDOW, NO_ALARMS } from './alarm-book.ts';
import { healthAnswer, statusAnswer } from './answer.ts';
import { begun, deliver, dueOf, ended } from './delivery.ts';
import type { ErrorNote } from './error-note.ts';
import { evaluate } from './evaluate.ts';
import { checkSources, type Health, type Probe } from './health.ts';
import type { MonitorOptions } from './monitor.ts';
import { type FailedAnswer, noteOf } from './notes.ts';
import { type Status, statusOf } from './status.ts';
import type { MonitorState, MonitorStore } from './store.ts';
import { NOTHING_COUNTED } from './tally.ts';

export type { FailedAnswer };

/** The part of a monitor that is needed when something went wrong, or somebody asks. */
export interface MonitorDesk {
  notes(answers: readonly FailedAnswer[]): readonly ErrorNote[];
  /** Raises what alarms there are and delivers what waits. Resolves to what is kept now; rejects where the store fails. */
  attend(): Promise<MonitorState>;
  /** Without the errors of the sources that are meant, or of none, and without the identifiers of their images. */
  without(state: MonitorState, isMeant: (source: string) => boolean): MonitorState;
  status(state: MonitorState): Status;
  /** Checks the sources, at most every few seconds. */
  health(state: MonitorState): Promise<Health>;
  statusAnswer(request: Request, status: Status): Response;
  healthAnswer(health: Health): Response;
}

export interface DeskOptions extends MonitorOptions {
  readonly store: MonitorStore;
  readonly now: () => number;
  /** Is told what a check of a source came to. */
  readonly note: (source: string, outcome: 'delivered' | 'failed') => void;
}

export type CreateMonitorDesk = (options: DeskOptions) => MonitorDesk;

/** Milliseconds for which the health of the sources is taken to be what it was: whoever asks, they aren't burdened. */
const HEALTH_FOR = 5000;

export function createMonitorDesk(options: DeskOptions): MonitorDesk {
  const { store, now, finder, sources, alarms, health: configured, note } = options;
  const names = [...new Set(sources.map(({ name }) => name))];
  const site = alarms?.site ?? options.site ?? 'this site';
  let checking: Promise<Health> | undefined;
  let checked: Health | undefined;
  let attending: Promise<MonitorState> | undefined;

  const breakerOf = (source: string) => {
    const start = sources.find(({ name }) => name === source)?.start ?? source;
    const isOfIt = ({ place }: BreakerState) => place === placeOf(start) || place.startsWith(start);
    const states = finder.breakers?.states().filter(isOfIt) ?? [];
    return states.find(({ state }) => state !== 'closed') ?? states[0];
  };

  function probesOf({ totals }: MonitorState): ReadonlyMap<string, Probe> {
    const all = new Set([...names, ...Object.keys(totals.states)]);
    return new Map(
      Array.from(all, (source) => {
        const chosen = typeof configured === 'string' ? configured : configured?.[source];
        const identifier = chosen ?? totals.states[source]?.latest;
        return [source, { identifier, isConfigured: chosen !== undefined }];
      }),
    );
  }

  async function check(state: MonitorState): Promise<Health> {
    const health = await checkSources(probesOf(state), { finder, now, breakerOf });
    for (const [source, { state: found }] of Object.entries(health.sources)) {
      if (found !== 'unknown') note(source, found === 'up' ? 'delivered' : 'failed');
    }
    checked = health;
    return health;
  }

  async function attend(): Promise<MonitorState> {
    if (!alarms) return changeBook((state) => state.alarms);
    const isOnline = globalThis.navigator?.onLine !== false;
    const { window = DEFAULT_WINDOW } = alarms;
    const time = now();
    let batch: AlarmBook['waiting'] = [];
    const state = await changeBook((before) => {
      const isLeftAlone = (source: string) => breakerOf(source)?.state === 'open';
      const book = evaluate(before, alarms, { now: time, isOnline, isLeftAlone });
      batch = isOnline ? dueOf(book, window, time) : [];
      return batch.length > 0 ? begun(book, batch, window, time) : book;
    });
    if (batch.length === 0) return state;
    const delivery = await deliver(batch, site, alarms);
    return changeBook((after) => ended(after.alarms, batch, delivery, now()));
  }

  function changeBook(change: (state: MonitorState) => AlarmBook): Promise<MonitorState> {
    return store.update((before) => {
      const state = before ?? { totals: NOTHING_COUNTED, errors: [], alarms: NO_ALARMS };
      return { ...state, alarms: change(state) };
    });
  }

  return {
    notes: (answers) => answers.map(noteOf),
    attend() {
      attending ??= attend().finally(() => {
        attending = undefined;
      });
      return attending;
    },
    without({ totals, errors, alarms }, isMeant) {
      const states = Object.entries(totals.states).map(
        ([name, state]) => [name, isMeant(name) ? { ...state, latest: undefined } : state] as const,
      );
      return {
        totals: { ...totals, states: Object.fromEntries(states) },
        errors: errors.filter(({ source }) => source !== undefined && !isMeant(source)),
        alarms,
      };
    },
    status: (state) => statusOf(state, { now: now(), configured: alarms !== undefined, sourceNames: names, breakerOf }),
    async health(state) {
      if (checked && Math.abs(now() - checked.checked) < HEALTH_FOR) return checked;
      checking ??= check(state).finally(() => {
        checking = undefined;
      });
      return checking;
    },
    statusAnswer,
    healthAnswer,
  };
}
