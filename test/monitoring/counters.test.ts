import { expect, test } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import { Counters } from '../../src/monitoring/counters.ts';
import { merged } from '../../src/monitoring/merge.ts';
import { percentile } from '../../src/monitoring/percentile.ts';
import { LATENCY_BOUNDS, SLOT_SECONDS, SLOTS } from '../../src/monitoring/tally.ts';
import { answered } from './answers.ts';

const NOW = 1_700_000_000_000;

test('each answer counts once, by the way it came about, for its route and its source', () => {
  const counters = new Counters(NOW);
  for (const way of ['passthrough', 'rendered', 'hit', 'degraded']) counters.count(answered({}, way), undefined, NOW);
  counters.count(answered({ status: 304 }), undefined, NOW);
  counters.count(answered({ status: 502 }, 'rendered'), undefined, NOW);
  counters.count(answered({ status: 404, route: 'info', source: undefined }), undefined, NOW);
  const { routes, sources } = counters.totals;
  const ways = { passthrough: 1, rendered: 1, hits: 1, degraded: 1, notModified: 1 };
  expect(routes.image).toMatchObject({ requests: 6, ...ways, errors: 1, statuses: { 502: 1 }, answeredBytes: 3000 });
  expect(routes.info).toMatchObject({ requests: 1, errors: 1, statuses: { 404: 1 } });
  expect(sources.scans).toMatchObject({ requests: 6, errors: 1 });
});

test('what was cancelled counts apart, what was read ahead as read only', () => {
  const counters = new Counters(NOW);
  counters.count(answered({ status: 499, error: new ImageServerError(499, 'cancelled') }), undefined, NOW);
  counters.count(answered({ priority: 'low' }, 'read', 'passthrough'), undefined, NOW);
  const { routes } = counters.totals;
  expect(routes.image).toMatchObject({ requests: 0, errors: 0, cancelled: 1, passthrough: 0, sourceBytes: 1000 });
});

test('any number of sources takes the room of few', () => {
  const counters = new Counters(NOW);
  for (let index = 0; index < 1000; index++) counters.count(answered({ source: `s${index}` }), 'delivered', NOW);
  const { sources, states } = counters.totals;
  expect(Object.keys(sources).length).toBeLessThan(40);
  expect(Object.keys(states).length).toBeLessThan(40);
  expect(sources.others?.requests).toBeGreaterThan(900);
});

test('what several lives counted adds up', () => {
  const [one, other] = [new Counters(NOW), new Counters(NOW + 1000)];
  for (const counters of [one, other]) counters.count(answered({ status: 502 }), 'failed', NOW);
  other.count(answered({ identifier: 'scans:b' }, 'read'), 'delivered', NOW + 2000);
  other.count(answered({ status: 502 }), 'failed', NOW + 3000);
  const { since, routes, states, slots } = merged(one.take(NOW), other.take(NOW), NOW);
  expect(since).toBe(NOW);
  expect(routes.image).toMatchObject({ requests: 4, errors: 3, statuses: { 502: 3 } });
  expect(states.scans).toEqual({ latest: 'scans:b', delivered: NOW + 2000, failed: NOW + 3000, failures: 1 });
  expect(Object.values(slots).reduce((sum, { requests }) => sum + requests, 0)).toBe(4);
  expect(one.totals.routes).toEqual({});
});

test('what could not be kept is counted on', () => {
  const counters = new Counters(NOW);
  counters.count(answered(), undefined, NOW);
  const taken = counters.take(NOW);
  counters.count(answered(), undefined, NOW);
  counters.giveBack(taken, NOW);
  expect(counters.totals.routes.image).toMatchObject({ requests: 2 });
});

test('seconds are remembered for ten minutes', () => {
  const counters = new Counters(NOW);
  for (let slot = 0; slot < 3 * SLOTS; slot++) counters.count(answered(), undefined, NOW + slot * SLOT_SECONDS * 1000);
  const end = NOW + 3 * SLOTS * SLOT_SECONDS * 1000;
  const { slots, routes } = merged(counters.take(end), new Counters(end).totals, end);
  expect(Object.keys(slots).length).toBeLessThanOrEqual(SLOTS);
  expect(routes.image?.requests).toBe(3 * SLOTS);
});

test('percentiles lie in the class of the answer that they name', () => {
  const counters = new Counters(NOW);
  for (let index = 0; index < 94; index++) counters.count(answered({ milliseconds: 7 }), undefined, NOW);
  for (let index = 0; index < 6; index++) counters.count(answered({ milliseconds: 700 }), undefined, NOW);
  const latency = counters.totals.routes.image?.latency ?? [];
  expect(percentile(latency, 0.5)).toBeGreaterThan(5);
  expect(percentile(latency, 0.5)).toBeLessThanOrEqual(10);
  expect(percentile(latency, 0.95)).toBeGreaterThan(500);
  expect(percentile(latency, 0.95)).toBeLessThanOrEqual(1000);
  expect(percentile([], 0.5)).toBeUndefined();
  expect(percentile(new Array<number>(LATENCY_BOUNDS.length).fill(0).concat(1), 0.5)).toBe(30_000);
});
