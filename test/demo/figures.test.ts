import { expect, test } from 'vitest';
import { type Counts, costsOf, passthroughShare, timesOf } from '../../demo/figures.ts';

const lasting = (milliseconds: number) => ({ start: 0, end: milliseconds });

const counts: Counts = {
  answers: 0,
  passthrough: 0,
  hits: 0,
  rendered: 0,
  errors: 0,
  sourceRequests: 0,
  sourceBytes: 0,
};

test('without tiles there are no times', () => {
  expect(timesOf([])).toBeUndefined();
});

test('one tile is its own median and its own 95 of 100', () => {
  expect(timesOf([lasting(40)])).toMatchObject({ median: 40, p95: 40 });
});

test('half of the tiles were there within the median, 95 of 100 within the p95, in whatever order they came', () => {
  const samples = Array.from({ length: 100 }, (_, index) => lasting(100 - index));
  expect(timesOf(samples)).toMatchObject({ median: 50, p95: 95 });
});

test('tiles that travel together share the seconds they take', () => {
  const together = [
    { start: 0, end: 400 },
    { start: 100, end: 500 },
    { start: 200, end: 300 },
  ];
  expect(timesOf(together)?.perSecond).toBe(6);
});

test('a pause between tiles does not slow them down', () => {
  const apart = [
    { start: 60_000, end: 60_250 },
    { start: 0, end: 250 },
  ];
  expect(timesOf(apart)?.perSecond).toBe(4);
});

test('tiles too fast for the clock still give a finite speed', () => {
  expect(timesOf([lasting(0), lasting(0)])).toEqual({ perSecond: 2000, median: 0, p95: 0 });
});

test('the bucket’s part is shared by all images, those from the cache included', () => {
  const costs = costsOf({ ...counts, passthrough: 6, hits: 10, rendered: 4, sourceRequests: 15, sourceBytes: 50_000 });
  expect(costs).toEqual({ requests: 0.75, bytes: 2500 });
});

test('before the first image nothing has a cost', () => {
  expect(costsOf({ ...counts, answers: 1, errors: 1, sourceRequests: 3 })).toBeUndefined();
});

test('what came from the cache says nothing of how much was passed through', () => {
  expect(passthroughShare({ ...counts, passthrough: 3, rendered: 1, hits: 96 })).toBe(0.75);
  expect(passthroughShare({ ...counts, hits: 96 })).toBeUndefined();
});
