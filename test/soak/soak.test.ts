import { expect, test } from 'vitest';
import { soak } from './soak.ts';

/** `npm run test:soak` takes an hour. */
const MINUTES = process.env.CI ? 2 : 1;

test('reading at random, over a bad line, with a worker that is ended at random, shows no error of its own', {
  timeout: 240_000,
}, async () => {
  const seed = Date.now() % 1_000_000;
  const { words, answers, misbehaved, kills } = await soak({ milliseconds: MINUTES * 60_000, seed });
  expect(words, `seed ${seed}`).toEqual([]);
  expect(answers).toBeGreaterThan(200 * MINUTES);
  expect(misbehaved).toBeGreaterThan(0);
  expect(kills).toBeGreaterThan(0);
});
