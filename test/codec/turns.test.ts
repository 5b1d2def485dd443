import { expect, test } from 'vitest';
import { Turns } from '../../src/codec/turns.ts';

function noting() {
  const order: string[] = [];
  /** Blocks the thread for so many milliseconds. */
  const note =
    (name: string, milliseconds = 0) =>
    async () => {
      order.push(name);
      for (const end = performance.now() + milliseconds; performance.now() < end; );
      return name;
    };
  return { order, note };
}

test('work is done in the order it came, and others have the thread after 50 ms of it', async () => {
  const { order, note } = noting();
  const turns = new Turns();
  const works = ['a', 'b', 'c', 'd'].map((name) => turns.run(note(name, 30)));
  // Several turns of the event loop, as an answer without such work takes them.
  const other = (async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    order.push('other');
  })();
  expect(await Promise.all(works)).toEqual(['a', 'b', 'c', 'd']);
  await other;
  expect(order).toEqual(['a', 'b', 'other', 'c', 'd']);
});

test('work that fails lets the next one follow', async () => {
  const turns = new Turns();
  const failing = turns.run(() => Promise.reject(new Error('damaged')));
  const next = turns.run(async () => 'done');
  await expect(failing).rejects.toThrow('damaged');
  expect(await next).toBe('done');
});

test('work that nobody wants any more is not begun', async () => {
  const { order, note } = noting();
  const turns = new Turns();
  const stop = new AbortController();
  const first = turns.run(note('first'));
  const dropped = turns.run(note('dropped'), stop.signal);
  const last = turns.run(note('last'));
  stop.abort(new Error('nobody waits'));
  await expect(dropped).rejects.toThrow('nobody waits');
  await Promise.all([first, last]);
  expect(order).toEqual(['first', 'last']);
});
