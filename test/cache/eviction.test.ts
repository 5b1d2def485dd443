import { expect, test } from 'vitest';
import { Slices } from '../../src/cache/eviction.ts';

/** Takes so many milliseconds. */
async function work(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('slices take fewer answers after one that took long, whichever part of it did', async () => {
  const slices = new Slices();
  const before = slices.count;
  await slices.run(() => work(40));
  await slices.run(() => work(0));
  slices.learn(before);
  expect(slices.count).toBeLessThanOrEqual(before / 4);
  expect(slices.stats).toMatchObject({ slices: 2 });
  expect(slices.stats.longest).toBeGreaterThanOrEqual(40);
});

test('and more after a short one, twice as many at most', async () => {
  const slices = new Slices();
  const before = slices.count;
  await slices.run(() => work(0));
  slices.learn(before);
  expect(slices.count).toBeGreaterThan(before);
  expect(slices.count).toBeLessThanOrEqual(2 * before);
});
