import { expect, test } from 'vitest';
import { FetchWindow, LONGEST_READ, READS_AT_ONCE, SHORTEST_READ } from '../../src/packs/window.ts';

const MEGABYTE = 2 ** 20;

test('more is asked for at once the longer all goes well', () => {
  const window = new FetchWindow();
  const before = window.size;
  window.arrived(64 * MEGABYTE);
  expect(window.size).toBe(MEGABYTE);
  expect(window.size).toBeGreaterThan(before);
  window.arrived(640 * MEGABYTE);
  expect(window.readLength).toBe(LONGEST_READ);
  expect(window.size).toBe(READS_AT_ONCE * LONGEST_READ);
});

test('after a loss it is little', () => {
  const window = new FetchWindow();
  window.arrived(100 * MEGABYTE);
  window.lost();
  expect([window.size, window.readLength]).toEqual([SHORTEST_READ, SHORTEST_READ]);
});

test('where losses follow each other closely, no loss is more than a fiftieth of what came between them', () => {
  const window = new FetchWindow();
  const between = 400_000;
  let lost = 0;
  for (let loss = 0; loss < 70; loss++) {
    window.arrived(between);
    lost += window.size;
    window.lost();
  }
  expect(lost).toBeLessThan(0.02 * 70 * between + 64 * 1024);
  expect(window.readLength).toBeGreaterThanOrEqual(4096);
});
