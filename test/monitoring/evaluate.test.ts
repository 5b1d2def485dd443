import { expect, test } from 'vitest';
import { type AlarmBook, NO_ALARMS } from '../../src/monitoring/alarm-book.ts';
import { Counters } from '../../src/monitoring/counters.ts';
import { begun } from '../../src/monitoring/delivery.ts';
import { evaluate, WAITING_AT_MOST } from '../../src/monitoring/evaluate.ts';
import { merged } from '../../src/monitoring/merge.ts';
import type { Totals } from '../../src/monitoring/tally.ts';
import { answered } from './answers.ts';

const OPTIONS = { webhook: 'https://hooks.example/x', threshold: 3, window: 60, failures: 2 };
const START = 1_700_000_000_000;

/** A server's life, told in seconds. */
function life() {
  const counters = new Counters(START);
  let kept: Totals | undefined;
  let book: AlarmBook = NO_ALARMS;
  return {
    count(seconds: number, status: number, times = 1, source = 'scans') {
      const outcome = status < 400 ? 'delivered' : status === 502 ? 'failed' : undefined;
      for (let time = 0; time < times; time++) {
        counters.count(answered({ status, source }, 'read'), outcome, START + seconds * 1000);
      }
    },
    /** Kinds of the alarms that are raised now. */
    evaluate(seconds: number, { isOnline = true, leftAlone = '' } = {}) {
      const now = START + seconds * 1000;
      kept = merged(kept, counters.take(now), now);
      const before = book.waiting.length;
      const isLeftAlone = (source: string) => source === leftAlone;
      book = evaluate({ totals: kept, errors: [], alarms: book }, OPTIONS, { now, isOnline, isLeftAlone });
      return book.waiting.slice(before).map(({ kind }) => kind);
    },
    book: () => book,
    /** Sends what waits, and is ended before it is answered. */
    send(seconds: number) {
      book = begun(book, book.waiting, OPTIONS.window, START + seconds * 1000);
    },
  };
}

test('fewer failed answers than the threshold are no alarm', () => {
  const server = life();
  server.count(0, 500, 2);
  expect(server.evaluate(1)).toEqual([]);
});

test('failed answers that reach the threshold are told once in a window, and again in the next if they go on', () => {
  const server = life();
  server.count(0, 200, 5);
  server.count(1, 500, 3);
  expect(server.evaluate(2)).toEqual(['errors']);
  server.count(3, 500, 50);
  expect(server.evaluate(30)).toEqual([]);
  server.count(40, 500, 10);
  expect(server.evaluate(63)).toEqual(['errors', 'outage']);
  expect(server.evaluate(200)).toEqual([]);
});

test('failed answers too far apart are no alarm', () => {
  const server = life();
  for (const seconds of [0, 100, 200, 300]) {
    server.count(seconds, 500);
    expect(server.evaluate(seconds)).toEqual([]);
  }
});

test('refusals are no failures', () => {
  const server = life();
  server.count(0, 404, 100);
  expect(server.evaluate(1)).toEqual([]);
});

test('a source that fails is down, and back when it delivers', () => {
  const server = life();
  server.count(0, 200, 1, 'maps');
  server.count(0, 502, 2);
  expect(server.evaluate(1)).toEqual(['down']);
  expect(server.evaluate(2)).toEqual([]);
  server.count(10, 200);
  expect(server.evaluate(11)).toEqual(['back']);
  expect(server.evaluate(12)).toEqual([]);
});

test('that a source was down is not told once more after it is back, where it may have been told', () => {
  const server = life();
  server.count(0, 200, 1, 'maps');
  server.count(0, 502, 2);
  expect(server.evaluate(1)).toEqual(['down']);
  server.send(2);
  server.count(10, 200);
  server.evaluate(11);
  expect(server.book().waiting.map(({ kind }) => kind)).toEqual(['back']);
});

test('a source that comes and goes is told of once in a window each way, and in the end as it is', () => {
  const server = life();
  server.count(0, 200, 1, 'maps');
  const told: string[] = [];
  for (let seconds = 0; seconds < 55; seconds += 10) {
    server.count(seconds, 502, 2);
    told.push(...server.evaluate(seconds).filter((kind) => kind !== 'errors'));
    server.count(seconds + 5, 200);
    told.push(...server.evaluate(seconds + 5).filter((kind) => kind !== 'errors'));
  }
  expect(told).toEqual(['down', 'back']);
  server.count(58, 502, 2);
  expect(server.evaluate(59)).not.toContain('down');
  expect(server.evaluate(61)).toContain('down');
});

test('all sources down are an outage, one of several is none', () => {
  const server = life();
  server.count(0, 502, 2, 'maps');
  server.count(0, 200);
  expect(server.evaluate(1)).toEqual(['down']);
  server.count(2, 502, 2);
  expect(server.evaluate(3)).toEqual(['errors', 'down', 'outage']);
});

test('a source that is left alone is down without having been counted', () => {
  const server = life();
  server.count(0, 200);
  expect(server.evaluate(1, { leftAlone: 'scans' })).toEqual(['down', 'outage']);
});

test('nothing but failures is an outage, whatever the sources do', () => {
  const server = life();
  server.count(0, 500, 3);
  expect(server.evaluate(1)).toEqual(['errors', 'outage']);
});

test('what is raised without a network says so', () => {
  const server = life();
  server.count(0, 502, 2);
  server.evaluate(1, { isOnline: false });
  for (const { text } of server.book().waiting) expect(text).toMatch(/no network/);
});

test('alarms that nobody takes do not fill the memory', () => {
  const server = life();
  for (let window = 0; window < 2 * WAITING_AT_MOST; window++) {
    server.count(window * 61, 500, 3);
    server.evaluate(window * 61);
  }
  expect(server.book().waiting).toHaveLength(WAITING_AT_MOST);
  expect(server.book().dropped).toBeGreaterThan(WAITING_AT_MOST);
});
