import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPrefetch, IDLE, MOST_TILES } from '../../sw/prefetch.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const tile = (x: number, y: number, side = 1024) =>
  `http://localhost/iiif/3/a/${x},${y},${side},${side}/256,256/0/default.jpg`;

test('the finer tiles of a view are read once nobody asks any more', async () => {
  const read: string[] = [];
  const prefetch = createPrefetch(async (url) => read.push(url));
  void prefetch.after(tile(0, 0));
  await vi.advanceTimersByTimeAsync(IDLE - 1);
  void prefetch.after(tile(1024, 0));
  await vi.advanceTimersByTimeAsync(IDLE - 1);
  expect(read).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(read).toHaveLength(8);
  expect(read).toContain(tile(512, 512, 512));
  expect(read).toContain(tile(1536, 0, 512));
});

test('what a page asks for comes first', async () => {
  const read: string[] = [];
  const signals: AbortSignal[] = [];
  const prefetch = createPrefetch(async (url, signal) => {
    read.push(url);
    signals.push(signal);
    prefetch.interrupt();
  });
  const done = prefetch.after(tile(0, 0));
  await vi.advanceTimersByTimeAsync(IDLE);
  await done;
  expect(read).toHaveLength(1);
  expect(signals[0]?.aborted).toBe(true);
});

test('one view leads to a bounded number of tiles', async () => {
  const read: string[] = [];
  const prefetch = createPrefetch(async (url) => read.push(url));
  for (let x = 0; x < 20; x++) void prefetch.after(tile(x * 1024, 0));
  await vi.advanceTimersByTimeAsync(IDLE);
  expect(read).toHaveLength(MOST_TILES);
});

test('full resolution and thumbnails lead to nothing', async () => {
  const read: string[] = [];
  const prefetch = createPrefetch(async (url) => read.push(url));
  void prefetch.after(tile(0, 0, 256));
  void prefetch.after('http://localhost/iiif/3/a/full/!200,200/0/default.jpg');
  await vi.advanceTimersByTimeAsync(IDLE);
  expect(read).toEqual([]);
});
