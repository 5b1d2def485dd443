import { expect, test } from 'vitest';
import { Activity } from '../../src/cache/activity.ts';
import { BoundedStore } from '../../src/cache/bounded-store.ts';
import { DeferredIndex } from '../../src/cache/deferred-index.ts';
import type { AnswerStore } from '../../src/cache/derivatives.ts';
import type { BulkIndexStore } from '../../src/cache/index-store.ts';
import { KnownKeys } from '../../src/cache/known-keys.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { shown } from './shown.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Keys of a store that has these, after so many lookups in vain. */
async function known(stored: readonly string[] | Error, { misses = 3 } = {}) {
  let reads = 0;
  const keys = new KnownKeys(async (most) => {
    reads += 1;
    if (stored instanceof Error) throw stored;
    return stored.slice(0, most);
  });
  for (let missed = 0; missed < misses; missed++) keys.missed();
  await settled();
  return { keys, reads: () => reads };
}

test('a store is asked for every key until its keys were read, after the third lookup in vain', async () => {
  const before = await known(['a'], { misses: 2 });
  expect([before.reads(), before.keys.mayHave('b')]).toEqual([0, true]);
  const after = await known(['a']);
  expect([after.keys.mayHave('a'), after.keys.mayHave('b')]).toEqual([true, false]);
  after.keys.missed();
  expect(after.reads()).toBe(1);
});

test('what the store is going to have counts, whether it was told before the keys were read or after', async () => {
  const { keys } = await known([], { misses: 2 });
  keys.add('early');
  keys.missed();
  await settled();
  keys.add('late');
  expect(['early', 'late', 'never'].map((key) => keys.mayHave(key))).toEqual([true, true, false]);
});

test('a store with many keys, and one whose keys can not be read, are asked for each', async () => {
  const many = Array.from({ length: 5001 }, (_, i) => `${i}`);
  for (const stored of [many, new Error('gone')]) {
    const { keys, reads } = await known(stored, { misses: 10 });
    expect([keys.mayHave('x'), reads()]).toEqual([true, 1]);
  }
});

test('so is one that comes to have many', async () => {
  const { keys } = await known([]);
  for (let i = 0; i <= 10_000; i++) keys.add(`${i}`);
  expect(keys.mayHave('x')).toBe(true);
});

test('images that nobody has seen cost the index no lookup', async () => {
  const asked: string[] = [];
  const store: BulkIndexStore<string> = {
    async get(url) {
      asked.push(url);
      return undefined;
    },
    put: async () => undefined,
    putAll: async () => undefined,
    keys: async () => ['kept'],
    delete: async () => undefined,
  };
  const index = new DeferredIndex(store);
  for (const url of ['a', 'b', 'c', 'd', 'e', 'kept']) {
    await index.get(url);
    await settled();
  }
  expect(asked).toEqual(['a', 'b', 'c', 'kept']);
});

test('nor do their answers the store; those of images of which something is kept do', async () => {
  const asked: string[] = [];
  const kept = new Map<string, Response>();
  const store: AnswerStore = {
    async match(key) {
      asked.push(key);
      return kept.get(key);
    },
    put: async (key) => void kept.set(key, new Response()),
    delete: async () => undefined,
    clear: async () => undefined,
  };
  const ledger = new MemoryLedger();
  const life = () => new BoundedStore({ store, ledger, activity: new Activity(), budget: async () => 1e9 });
  const answer = { bytes: new Uint8Array(1), headers: new Headers(), shown: shown({ identifier: 'seen' }) };
  await life().put('seen/1', answer);
  const second = life();
  for (const key of ['new/1', 'new/2', 'new/3', 'new/4', 'seen/1', 'seen/2']) {
    await second.match(key, key.split('/')[0]);
    await settled();
  }
  expect(asked).toEqual(['new/1', 'new/2', 'new/3', 'seen/1', 'seen/2']);
  expect(await second.match('seen/1', 'seen')).toBeDefined();
});
