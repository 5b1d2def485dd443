import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { firstOf, untilAborted, whenAborted } from '../../src/source/abort.ts';

const never = new Promise<never>(() => undefined);
const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

test('a hundred that wait for one signal are one listener, and none when they have gone', async () => {
  const { signal } = new AbortController();
  const waits = Array.from({ length: 100 }, async (_, index) => untilAborted(Promise.resolve(index), signal));
  expect(listenersOf(signal)).toBe(1);
  expect(await Promise.all(waits)).toHaveLength(100);
  expect(listenersOf(signal)).toBe(0);
});

test('an abort reaches all that wait, and those that come later at once', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const waits = [untilAborted(never, stop.signal), untilAborted(never, stop.signal)];
  stop.abort(reason);
  waits.push(untilAborted(never, stop.signal));
  const settled = await Promise.allSettled(waits);
  expect(settled.map((one) => one.status === 'rejected' && one.reason)).toEqual([reason, reason, reason]);
});

test('who has gone is not called, though it is the same function', () => {
  const stop = new AbortController();
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  const leave = whenAborted(stop.signal, count);
  whenAborted(stop.signal, count);
  leave();
  leave();
  stop.abort();
  expect(calls).toBe(1);
});

test('the first of several signals gives its reason, until they are released', () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const { signal } = firstOf([a.signal, undefined, b.signal]);
  b.abort('b');
  a.abort('a');
  expect(signal.reason).toBe('b');
  const c = new AbortController();
  const released = firstOf([c.signal]);
  released.release();
  c.abort();
  expect(released.signal.aborted).toBe(false);
});
