import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeferredWrites, QUIET } from '../../src/cache/deferred-writes.ts';
import type { AnswerLayer } from '../../src/cache/derivatives.ts';
import { shown } from './shown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A cache that notes what is written, and fails for the keys it is told to. */
function noting(failing: readonly string[] = []) {
  const written: string[] = [];
  const cache: AnswerLayer = {
    match: async (key) => (written.includes(key) ? new Response(`kept ${key}`) : undefined),
    put: async (key) => {
      if (failing.includes(key)) throw new Error('full');
      written.push(key);
    },
  };
  return { cache, written };
}

const answer = (text: string, length = text.length) => ({
  bytes: new TextEncoder().encode(text.padEnd(length)),
  headers: new Headers(),
  shown: shown(),
});

test('nothing is written while answers are made, everything once it is quiet', async () => {
  const { cache, written } = noting();
  const deferred = new DeferredWrites(cache);
  const all = ['a', 'b', 'c'].map((key) => deferred.put(key, answer(key)));
  await vi.advanceTimersByTimeAsync(QUIET - 1);
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all(all);
  expect(written).toEqual(['a', 'b', 'c']);
});

test('what waits is answered from memory, as often as it is asked', async () => {
  const { cache } = noting();
  const deferred = new DeferredWrites(cache);
  void deferred.put('a', answer('bytes'));
  expect(await (await deferred.match('a'))?.text()).toBe('bytes');
  expect(await (await deferred.match('a'))?.text()).toBe('bytes');
  await vi.runAllTimersAsync();
  expect(await (await deferred.match('a'))?.text()).toBe('kept a');
});

test('a failed write loses one entry and no other', async () => {
  const { cache, written } = noting(['b']);
  const deferred = new DeferredWrites(cache);
  const all = ['a', 'b', 'c'].map((key) => deferred.put(key, answer(key)));
  await vi.runAllTimersAsync();
  await Promise.all(all);
  expect(written).toEqual(['a', 'c']);
  expect(await deferred.match('b')).toBeUndefined();
});

test('memory is bounded: many bytes are written without waiting for quiet', async () => {
  const { cache, written } = noting();
  const deferred = new DeferredWrites(cache);
  void deferred.put('a', answer('a', 20 * 2 ** 20));
  await vi.advanceTimersByTimeAsync(0);
  expect(written).toEqual(['a']);
});

test('an answer made during the writing stops it until it is quiet again', async () => {
  const written: string[] = [];
  const deferred = new DeferredWrites({
    match: async () => undefined,
    put: async (key) => {
      written.push(key);
      if (key === 'a') void deferred.put('late', answer('late'));
    },
  });
  void deferred.put('a', answer('a'));
  const last = deferred.put('b', answer('b'));
  await vi.advanceTimersByTimeAsync(QUIET);
  expect(written).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(QUIET);
  await last;
  expect(written).toEqual(['a', 'b', 'late']);
});

test('who puts an answer waits for that one alone, and not for a moment in which nothing waits', async () => {
  const { cache, written } = noting();
  const done: string[] = [];
  const put = (key: string) => void deferred.put(key, answer(key)).then(() => done.push(key));
  const panning: AnswerLayer = {
    ...cache,
    async put(...asked) {
      if (written.length < 3) put(`next to ${asked[0]}`);
      await cache.put(...asked);
    },
  };
  const deferred = new DeferredWrites(panning);
  put('a');
  put('b');
  await vi.advanceTimersByTimeAsync(QUIET);
  expect(written).toEqual(['a']);
  expect(done).toEqual(['a']);
  deferred.forget();
  await vi.runAllTimersAsync();
  expect(done).toEqual(['a', 'b', 'next to a']);
});
