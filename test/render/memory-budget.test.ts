import { expect, test } from 'vitest';
import { MemoryBudget } from '../../src/render/memory-budget.ts';
import { settled } from '../source/controlled.ts';

/** Work that the test ends. */
function startWork(budget: MemoryBudget, bytes: number) {
  const work = { running: false, end: () => undefined as undefined, fail: (_: Error) => undefined as undefined };
  const ended = budget.run(bytes, () => {
    work.running = true;
    return new Promise<void>((resolve, reject) => {
      work.end = () => void resolve();
      work.fail = (error) => void reject(error);
    });
  });
  ended.catch(() => undefined);
  return work;
}

test('work runs side by side as long as there is memory', async () => {
  const budget = new MemoryBudget(100);
  const [first, second, third] = [60, 40, 1].map((bytes) => startWork(budget, bytes));
  await settled();
  expect([first, second, third].map((work) => work?.running)).toEqual([true, true, false]);
  second?.end();
  await settled();
  expect(third?.running).toBe(true);
});

test('what needs more than there is runs alone', async () => {
  const budget = new MemoryBudget(100);
  const huge = startWork(budget, 500);
  const small = startWork(budget, 1);
  await settled();
  expect([huge.running, small.running]).toEqual([true, false]);
  huge.end();
  await settled();
  expect(small.running).toBe(true);
});

test('what needs little passes what waits for much', async () => {
  const budget = new MemoryBudget(100);
  const first = startWork(budget, 80);
  const large = startWork(budget, 80);
  const small = startWork(budget, 10);
  await settled();
  expect([large.running, small.running]).toEqual([false, true]);
  first.end();
  small.end();
  await settled();
  expect(large.running).toBe(true);
});

test('work that fails gives its memory back', async () => {
  const budget = new MemoryBudget(100);
  const first = startWork(budget, 100);
  const second = startWork(budget, 100);
  await settled();
  first.fail(new Error('damaged'));
  await settled();
  expect(second.running).toBe(true);
});
