import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdleClock } from '../../demo/kiosk/idle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(seconds: number) {
  const said: (string | number)[] = [];
  const clock = createIdleClock({
    seconds,
    warn: (left) => said.push(left),
    relieve: () => said.push('relieved'),
    reset: () => said.push('reset'),
  });
  return { clock, said };
}

test('the last ten seconds are counted down, then it resets once', () => {
  const { clock, said } = watched(90);
  clock.touch();
  vi.advanceTimersByTime(79_999);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(500_000);
  expect(said).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 'reset']);
});

test('a touch during the countdown takes it back and begins anew', () => {
  const { clock, said } = watched(6);
  clock.touch();
  vi.advanceTimersByTime(5000);
  clock.touch();
  expect(said).toEqual([2, 1, 'relieved']);
  vi.advanceTimersByTime(3999);
  expect(said).toHaveLength(3);
  vi.advanceTimersByTime(2001);
  expect(said.slice(3)).toEqual([2, 1, 'reset']);
});

test('it waits for the first touch, and for ever where no time is set', () => {
  const { said } = watched(3);
  vi.advanceTimersByTime(1_000_000);
  expect(said).toEqual([]);
  const never = watched(0);
  never.clock.touch();
  vi.advanceTimersByTime(1_000_000);
  expect(never.said).toEqual([]);
});
