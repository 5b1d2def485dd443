import { expect, test } from 'vitest';
import { fuzz } from './run.ts';

/** What a run of every day can afford; `npm run test:fuzz` tries 20,000. */
const MUTANTS = 300;
const MEMORY = 128 * 2 ** 20;
/** Milliseconds, on a machine that does other things too. */
const DEADLINE = 30_000;

const ALWAYS = 20_261;
const TODAY = Date.now() % 1_000_000_007;

test.each([
  ['the seed of always', ALWAYS],
  ['a seed of today', TODAY],
])('damaged files, by %s: always an answer in words, within the memory', { timeout: 180_000 }, async (_, seed) => {
  const { faults, statistics } = await fuzz({
    seed,
    mutants: MUTANTS,
    memory: MEMORY,
    processes: 2,
    deadline: DEADLINE,
  });
  const again = faults.map(
    ({ index, name, path, fault }) => `FUZZ_SEED=${seed} FUZZ_FIRST=${index} (${name}) ${path}: ${fault}`,
  );
  expect(again).toEqual([]);
  expect(statistics.reduce((sum, { mutants }) => sum + mutants, 0)).toBe(MUTANTS);
});
