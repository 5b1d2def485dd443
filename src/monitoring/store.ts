import type { AlarmBook } from './alarm-book.ts';
import type { ErrorNote } from './error-note.ts';
import type { Totals } from './tally.ts';

/** What is kept across restarts; plain data that can be cloned. */
export interface MonitorState {
  readonly totals: Totals;
  /** The latest, the newest last. */
  readonly errors: readonly ErrorNote[];
  readonly alarms: AlarmBook;
}

/** Where it is kept. */
export interface MonitorStore {
  /** Changes it in one step: what another life of the worker writes meanwhile isn't lost. Resolves to what is kept now. */
  update(change: (before: MonitorState | undefined) => MonitorState): Promise<MonitorState>;
}

/** For hosts that aren't ended all the time, and tests. */
export function memoryStore(): MonitorStore {
  let state: MonitorState | undefined;
  return {
    async update(change) {
      state = structuredClone(change(state));
      return state;
    },
  };
}
