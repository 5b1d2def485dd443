import {
  type Alarm,
  type AlarmBook,
  type AlarmOptions,
  DEFAULT_FAILURES,
  DEFAULT_THRESHOLD,
  DEFAULT_WINDOW,
} from './alarm-book.ts';
import type { MonitorState } from './store.ts';
import { type Slot, type SourceState, slotAt } from './tally.ts';

/** Alarms that wait at the most: what isn't delivered for so long is told by the latest. */
export const WAITING_AT_MOST = 100;

export interface Circumstances {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether there is a network at all, as far as anybody knows. */
  readonly isOnline: boolean;
  /** Whether a source is left alone because it failed too often. */
  readonly isLeftAlone: (source: string) => boolean;
}

/** Looks for something to raise an alarm about; each is raised once in a window at the most. Reads no clock, sends nothing. */
export function evaluate(state: MonitorState, options: AlarmOptions, circumstances: Circumstances): AlarmBook {
  const { totals, errors, alarms } = state;
  const { threshold = DEFAULT_THRESHOLD, window = DEFAULT_WINDOW, failures = DEFAULT_FAILURES } = options;
  const { now, isOnline, isLeftAlone } = circumstances;
  const raised = new Map(Object.entries(alarms.raised));
  const down = new Set(alarms.down);
  const fresh: Alarm[] = [];
  const backs = new Set<string>();

  const lastRaised = (key: string) => {
    const time = raised.get(key) ?? Number.NEGATIVE_INFINITY;
    // A clock that was set back must not silence it.
    return time > now ? Number.NEGATIVE_INFINITY : time;
  };
  const mayRaise = (key: string) => now - lastRaised(key) >= window * 1000;
  const raise = (key: string, kind: Alarm['kind'], text: string) => {
    raised.set(key, now);
    fresh.push({
      id: `${key} ${now}`,
      about: key,
      kind,
      text: isOnline ? text : `${text} The browser had no network.`,
      raised: now,
    });
  };
  /** Of the window, but for what an alarm was raised about before. */
  const slotsSince = (key: string): readonly Slot[] => {
    const oldest = Math.max(slotAt(now - window * 1000) + 1, slotAt(lastRaised(key)) + 1);
    return Object.entries(totals.slots).flatMap(([number, slot]) => (Number(number) >= oldest ? [slot] : []));
  };
  const lastMessage = (isMeant: (note: MonitorState['errors'][number]) => boolean) => {
    const note = errors.findLast((each) => each.status >= 500 && isMeant(each));
    return note ? ` The last: ${note.status}, ${note.message}` : '';
  };

  const failedRoutes = new Set(Object.values(totals.slots).flatMap(({ failed }) => Object.keys(failed)));
  for (const route of failedRoutes) {
    // That a source is down is told by an alarm of its own.
    if (route === 'health' || !mayRaise(`errors ${route}`)) continue;
    const count = slotsSince(`errors ${route}`).reduce((sum, { failed }) => sum + (at(failed, route) ?? 0), 0);
    if (count < threshold) continue;
    const last = lastMessage((note) => note.route === route);
    raise(
      `errors ${route}`,
      'errors',
      `${count} answers of the route "${route}" failed within ${inWords(window)}.${last}`,
    );
  }

  const states = Object.entries(totals.states);
  const isDown = ([source, state]: readonly [string, SourceState]) => state.failures >= failures || isLeftAlone(source);
  for (const each of states) {
    const [source, { failures: count, delivered, failed }] = each;
    if (isDown(each) && !down.has(source) && mayRaise(`down ${source}`)) {
      down.add(source);
      const last = lastMessage((note) => note.source === source);
      raise(`down ${source}`, 'down', `The source "${source}" is down: ${count} reads in a row failed.${last}`);
    }
    if (!isDown(each) && delivered > failed && down.has(source) && mayRaise(`back ${source}`)) {
      down.delete(source);
      backs.add(`down ${source}`);
      const missing = (delivered - lastRaised(`down ${source}`)) / 1000;
      raise(
        `back ${source}`,
        'back',
        `The source "${source}" is back, ${inWords(missing)} after it was told to be down.`,
      );
    }
  }

  if (mayRaise('outage')) {
    const since = Math.max(now - window * 1000, lastRaised('outage'));
    const inUse = states.filter(([, { delivered, failed }]) => Math.max(delivered, failed) > since);
    const slots = slotsSince('outage');
    const made = slots.reduce((sum, slot) => sum + slot.made, 0);
    const failed = slots.reduce((sum, slot) => sum + failuresIn(slot), 0);
    if (inUse.length > 0 && inUse.every(isDown)) {
      raise('outage', 'outage', `Total outage: all sources are down (${inUse.map(([source]) => source).join(', ')}).`);
    } else if (made >= threshold && failed >= made) {
      raise('outage', 'outage', `Total outage: none of ${made} answers could be given within ${inWords(window)}.`);
    }
  }

  // That it was down may have been told; told again, after it is back, it would be a false alarm.
  const isOver = ({ about }: Alarm) => backs.has(about) && alarms.told[about] !== undefined;
  const waiting = [...alarms.waiting.filter((alarm) => !isOver(alarm)), ...fresh];
  const dropped = Math.max(0, waiting.length - WAITING_AT_MOST);
  return {
    ...alarms,
    raised: Object.fromEntries(raised),
    down: [...down],
    waiting: waiting.slice(dropped),
    dropped: alarms.dropped + dropped,
  };
}

/** Health checks don't count: they fail because something else has. */
function failuresIn({ failed }: Slot): number {
  return Object.entries(failed).reduce((sum, [route, count]) => (route === 'health' ? sum : sum + count), 0);
}

function at(failed: Readonly<Record<string, number>>, route: string): number | undefined {
  return failed[route];
}

/** Some seconds, for people. */
export function inWords(seconds: number): string {
  const [amount, unit] =
    seconds < 120 ? [Math.max(1, Math.round(seconds)), 'second'] : [Math.round(seconds / 60), 'minute'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
