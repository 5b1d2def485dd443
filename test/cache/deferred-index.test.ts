import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeferredIndex } from '../../src/cache/deferred-index.ts';
import { QUIET } from '../../src/cache/deferred-writes.ts';
import type { BulkIndexStore, IndexRecord } from '../../src/cache/index-store.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A store that notes what is written together. */
function noting(putAll: () => Promise<void> = async () => undefined) {
  const writes: string[][] = [];
  const deleted: string[] = [];
  const store: BulkIndexStore<string> = {
    get: async (url) => (writes.flat().includes(url) ? record(`kept ${url}`) : undefined),
    put: () => Promise.reject(new Error('one by one')),
    async putAll(records) {
      writes.push([...records.keys()]);
      await putAll();
    },
    keys: async (most) => writes.flat().slice(0, most),
    async delete(url) {
      deleted.push(url);
    },
  };
  return { store, writes, deleted };
}

const record = (structure: string): IndexRecord<string> => ({
  shape: 1,
  version: 'v1',
  size: 10,
  structure,
  confirmed: 0,
});

test('images that are opened one after the other are written together, once it is quiet', async () => {
  const { store, writes } = noting();
  const index = new DeferredIndex(store);
  const first = index.put('a', record('a'));
  await vi.advanceTimersByTimeAsync(QUIET - 1);
  const second = index.put('b', record('b'));
  await vi.advanceTimersByTimeAsync(QUIET - 1);
  expect(writes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all([first, second]);
  expect(writes).toEqual([['a', 'b']]);
});

test('what waits is known from memory, then from the store', async () => {
  const index = new DeferredIndex(noting().store);
  void index.put('a', record('a'));
  expect((await index.get('a'))?.structure).toBe('a');
  await vi.runAllTimersAsync();
  expect((await index.get('a'))?.structure).toBe('kept a');
});

test('an image that is dropped before it was written is not written', async () => {
  const { store, writes, deleted } = noting();
  const index = new DeferredIndex(store);
  void index.put('a', record('a'));
  void index.put('b', record('b'));
  await index.delete('a');
  await vi.runAllTimersAsync();
  expect(writes).toEqual([['b']]);
  expect(deleted).toEqual(['a']);
});

test('a failed write is over as well, and what comes after it is written', async () => {
  const { store, writes } = noting(() => Promise.reject(new Error('full')));
  const index = new DeferredIndex(store);
  const first = index.put('a', record('a'));
  await vi.runAllTimersAsync();
  await first;
  void index.put('b', record('b'));
  await vi.runAllTimersAsync();
  expect(writes).toEqual([['a'], ['b']]);
});

test('many images do not wait for quiet', async () => {
  const { store, writes } = noting();
  const index = new DeferredIndex(store);
  for (let image = 0; image < 65; image++) void index.put(`${image}`, record(''));
  await vi.advanceTimersByTimeAsync(0);
  expect(writes.flat()).toHaveLength(65);
});
