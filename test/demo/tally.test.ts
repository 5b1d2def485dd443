import { expect, test } from 'vitest';
import type { Counts } from '../../demo/figures.ts';
import { createTally } from '../../demo/tally.ts';

/** Counters of a worker that passed so many tiles through, each for one request of 100 bytes. */
function after(tiles: number): Counts {
  return {
    answers: tiles,
    passthrough: tiles,
    hits: 0,
    rendered: 0,
    errors: 0,
    sourceRequests: tiles,
    sourceBytes: 100 * tiles,
  };
}

test('what the worker did before the page was opened is not counted', () => {
  const tally = createTally(after(40));
  expect(tally(after(40))).toEqual(after(0));
  expect(tally(after(43))).toEqual(after(3));
});

test('a worker that was stopped and began anew adds to what was before', () => {
  const tally = createTally(after(40));
  tally(after(50));
  expect(tally(after(4))).toEqual(after(14));
  expect(tally(after(9))).toEqual(after(19));
});

test('asking twice counts nothing twice', () => {
  const tally = createTally();
  tally(after(7));
  expect(tally(after(7))).toEqual(after(7));
});
