import type { Misbehave } from '../faults/fault-server.ts';
import { FAULTS } from '../faults/faults.ts';
import { pick } from './random.ts';

/** Share of the requests that a storm meets. */
const STORMY = 0.3;
/** What networks and servers do now and then, to any request. */
const OF_STORMS = new Set([
  'truncated, no length',
  'reset at the start',
  'reset in the body',
  'stalls in the body',
  'drips, in time',
  '503, Retry-After in seconds',
  '500',
  'Content-Range begins elsewhere',
  'more bytes than announced',
  'gzip-encoded',
  'no Allow-Origin',
  'HTML with status 200',
]);

/** Some of the faults of `OF_STORMS`, met now and then. */
export function stormOf(random: () => number, met: () => void): Misbehave {
  const faults = FAULTS.filter(({ name }) => OF_STORMS.has(name)).map(({ misbehave }) => misbehave);
  return (exchange) => {
    if (random() > STORMY) return exchange.answer();
    met();
    pick(random, faults)(exchange);
  };
}
