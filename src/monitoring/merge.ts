import { SLOTS, type SourceState, slotAt, type Totals } from './tally.ts';

/** Counters that were kept, and what was counted since: as one. Slots that are too old are left out. */
export function merged(kept: Totals | undefined, added: Totals, now: number): Totals {
  if (!kept) return added;
  const oldest = slotAt(now) - SLOTS;
  const slots = Object.entries(sum(kept.slots, added.slots)).filter(([slot]) => Number(slot) > oldest);
  return {
    since: Math.min(kept.since, added.since),
    routes: sum(kept.routes, added.routes),
    sources: sum(kept.sources, added.sources),
    states: mergedStates(kept.states, added.states),
    slots: Object.fromEntries(slots),
  };
}

function mergedStates(kept: Totals['states'], added: Totals['states']): Totals['states'] {
  const all: Record<string, SourceState> = { ...kept };
  for (const [name, later] of Object.entries(added)) {
    const before = kept[name];
    all[name] = before
      ? {
          latest: later.latest ?? before.latest,
          delivered: Math.max(before.delivered, later.delivered),
          failed: Math.max(before.failed, later.failed),
          failures: later.delivered > 0 ? later.failures : before.failures + later.failures,
        }
      : later;
  }
  return all;
}

/** Adds numbers that have the same place. Both sides are of one shape, but for what one of them lacks. */
function sum<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>): Record<string, T> {
  const all: Record<string, T> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = all[name];
    all[name] = before === undefined ? value : added(before, value);
  }
  return all;
}

function added<T>(a: T, b: T): T;
function added(a: unknown, b: unknown): unknown {
  if (typeof b === 'number') return Number(a) + b;
  if (Array.isArray(a) && Array.isArray(b)) return b.map((value, index) => added(a[index] ?? 0, value));
  return isRecord(a) && isRecord(b) ? sum(a, b) : b;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
