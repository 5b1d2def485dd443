import { expect, test } from 'vitest';
import type { AnswerLayer, KeptAnswer } from '../../src/cache/derivatives.ts';
import { RECENT_BYTES, RecentAnswers } from '../../src/cache/recent-answers.ts';
import { shown } from './shown.ts';

const answer = (bytes: Uint8Array): KeptAnswer => ({
  bytes,
  headers: new Headers({ ETag: '"x"' }),
  shown: shown(),
});
const tile = (length = 100_000) => answer(new Uint8Array(length).fill(7));

/** A cache that notes what it is asked for and given. */
function noting() {
  const asked: string[] = [];
  const given = new Map<string, KeptAnswer>();
  const cache: AnswerLayer = {
    async match(key) {
      asked.push(key);
      return undefined;
    },
    async put(key, kept) {
      given.set(key, kept);
    },
  };
  return { cache, asked, given };
}

test('an answer is given from memory, as often as it is asked for, and kept for longer too', async () => {
  const { cache, asked, given } = noting();
  const recent = new RecentAnswers(cache);
  await recent.put('a', answer(new Uint8Array([1, 2, 3])));
  for (let time = 0; time < 2; time++) {
    const response = await recent.match('a');
    expect(response?.headers.get('ETag')).toBe('"x"');
    expect(new Uint8Array((await response?.arrayBuffer()) ?? [])).toEqual(new Uint8Array([1, 2, 3]));
  }
  expect(asked).toEqual([]);
  expect([...given.keys()]).toEqual(['a']);
});

test('memory is bounded, and what was used least goes first', async () => {
  const { cache, asked } = noting();
  const recent = new RecentAnswers(cache);
  const room = Math.floor(RECENT_BYTES / 100_000);
  for (let index = 0; index < room; index++) await recent.put(`${index}`, tile());
  await recent.match('0');
  await recent.put('one more', tile());
  for (const key of ['0', '1', '2', 'one more']) await recent.match(key);
  expect(asked).toEqual(['1']);
});

test('the same answer twice counts once', async () => {
  const { cache, asked } = noting();
  const recent = new RecentAnswers(cache);
  await recent.put('first', tile());
  for (let time = 0; time < (2 * RECENT_BYTES) / 1_000_000; time++) await recent.put('again', tile(1_000_000));
  await recent.match('first');
  expect(asked).toEqual([]);
});

test('a large answer pushes nothing out: it is left to the cache', async () => {
  const { cache, asked, given } = noting();
  const recent = new RecentAnswers(cache);
  await recent.put('tile', tile());
  await recent.put('large', tile(RECENT_BYTES + 1));
  await recent.match('tile');
  await recent.match('large');
  expect(asked).toEqual(['large']);
  expect(given.has('large')).toBe(true);
});

test('a part of a larger read does not keep all of it in memory', async () => {
  const { cache, given } = noting();
  const read = new Uint8Array(1_000_000);
  await new RecentAnswers(cache).put('a', answer(read.subarray(10, 20)));
  expect(given.get('a')?.bytes.buffer.byteLength).toBe(10);
});
