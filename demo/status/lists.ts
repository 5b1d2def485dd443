import type { Health, Status } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { make, row } from './dom.ts';
import { dayOf, inBytes, inMilliseconds, inWhole, timeOf } from './words.ts';

/** Errors that are shown, of the 200 that are remembered. */
const ERRORS_SHOWN = 25;
const ALARMS_SHOWN = 10;

/** Shows each source: how the last check found it, and what its reads tell since. */
export function showSources({ sources }: Status, health: Health | undefined): void {
  const items = Object.entries(sources).map(([name, { state, breaker, requests, sourceBytes, errors }]) => {
    const checked = health?.sources[name];
    const isNewer = health !== undefined && Math.max(state.delivered, state.failed) <= health.checked;
    const found = isNewer ? checked?.state : undefined;
    const told = found ?? (state.failures > 0 ? 'down' : state.delivered > 0 ? 'up' : (checked?.state ?? 'unknown'));
    const badge = make('span', told);
    badge.className = 'badge';
    badge.dataset.state = told;
    const counts = `${inWhole(requests)} answers, ${inBytes(sourceBytes)} read, ${inWhole(errors)} errors`;
    const took = found === 'up' ? `, one byte in ${inMilliseconds(checked?.milliseconds)}` : '';
    const left =
      breaker && breaker.state !== 'closed' ? ` Left alone for now: ${breaker.problem ?? breaker.state}` : '';
    const failed = state.failures > 0 ? ` ${inWhole(state.failures)} reads in a row failed.` : '';
    const words = make('span', `${counts}${took}.${failed}${left}`);
    words.className = 'quiet';
    return make('li', badge, make('strong', name), make('br'), words);
  });
  element('sources', HTMLElement).replaceChildren(...items);
}

/** Shows the latest errors, the newest first. */
export function showErrors({ errors }: Status): void {
  element('no-errors', HTMLElement).hidden = errors.length > 0;
  element('errors', HTMLElement).hidden = errors.length === 0;
  const rows = errors
    .slice(-ERRORS_SHOWN)
    .reverse()
    .map(({ time, status, route, path, message, causes }) => {
      const why = make('span', [message, ...causes].join(' ← '));
      return row([timeOf(time), `${status}`, route, path, why], { isNamed: true });
    });
  element('error-rows', HTMLElement).replaceChildren(...rows);
}

/** Shows the alarms that wait and those that were sent. */
export function showAlarms({ alarms }: Status): void {
  const { configured, waiting, sent, problem } = alarms;
  const words = !configured
    ? 'No webhook is configured: see “alarms” in the README.'
    : waiting.length > 0
      ? `${inWhole(waiting.length)} wait to be delivered. ${problem ?? ''}`
      : sent.length === 0
        ? 'None so far.'
        : '';
  element('alarms-words', HTMLElement).textContent = words;
  const items = [
    ...waiting.map(({ raised, text }) => make('li', make('strong', `${dayOf(raised)}, waiting: `), text)),
    ...sent.map(({ delivered, text }) => make('li', make('strong', `${dayOf(delivered)}, sent: `), text)),
  ];
  element('alarms', HTMLElement).replaceChildren(...items.slice(-ALARMS_SHOWN).reverse());
}
