import { beforeEach, describe, expect, it } from 'vitest';
import {
  AHEAD_LENGTH,
  CROWD,
  FIRST_REACH,
  LEAD_LENGTH,
  MAX_REACH,
  MAX_STRIDE,
  ReadAhead,
} from '../../src/image/read-ahead.ts';
import type { ByteRange } from '../../src/source/source.ts';

const TILE_BYTES = 1000;
const COLUMNS = 40;
const ROWS = 40;
const level = { width: COLUMNS * 512, height: ROWS * 512, tileWidth: 512, tileHeight: 512 };
const ALONE = { waiting: 1, together: false };

let readAhead: ReadAhead;

beforeEach(() => {
  readAhead = new ReadAhead([level, level]);
});

/** Rows of tiles side by side, as libvips writes them. */
const locate =
  (row: number, length = TILE_BYTES) =>
  (column: number): ByteRange => ({
    offset: 1 + (row * COLUMNS + column) * length,
    length,
  });

function ask(column: number, row: number, state = ALONE): readonly number[] {
  return readAhead.next({ level: 0, column, row }, locate(row), state).toSorted((a, b) => a - b);
}

/** A view that is asked for from its middle on; returns how many tiles were neither asked for nor wanted. */
function view(middle: number, top: number, reach: number, rows = 5): { requests: number; wasted: number } {
  const here = new Set<string>();
  const wanted = new Set<string>();
  let requests = 0;
  for (let distance = 0; distance <= reach; distance++) {
    for (let row = top; row < top + rows; row++) {
      for (const column of new Set([middle + distance, middle - distance])) {
        wanted.add(`${column},${row}`);
        const ahead = ask(column, row);
        if (!here.has(`${column},${row}`)) requests += 1;
        for (const one of [column, ...ahead]) here.add(`${one},${row}`);
      }
    }
  }
  return { requests, wasted: [...here].filter((tile) => !wanted.has(tile)).length };
}

describe('the first tile of a row', () => {
  it('takes its neighbours along', () => {
    expect(FIRST_REACH).toBe(1);
    expect(ask(10, 5)).toEqual([9, 11]);
  });

  it('takes them within the grid only', () => {
    expect(ask(0, 5)).toEqual([1]);
    expect(ask(COLUMNS - 1, 6)).toEqual([COLUMNS - 2]);
  });

  it('takes nothing of another level', () => {
    ask(10, 5);
    expect(readAhead.next({ level: 1, column: 11, row: 5 }, locate(5), ALONE)).toEqual([12, 10]);
  });
});

describe('a tile beside one that is known', () => {
  it('takes nothing along, for the view may end there', () => {
    ask(10, 5);
    ask(3, 30);
    expect(ask(12, 5)).toEqual([]);
  });

  it('takes nothing along when it was read ahead itself', () => {
    ask(10, 5);
    expect(ask(11, 5)).toEqual([]);
  });
});

describe('nothing is read ahead', () => {
  it('where more tiles are waited for than a viewer asks for one by one', () => {
    expect(ask(10, 5, { waiting: CROWD + 1, together: false })).toEqual([]);
    expect(ask(10, 6, { waiting: CROWD, together: false })).toEqual([9, 11]);
  });

  it('for parts of one picture', () => {
    expect(ask(10, 5, { waiting: 4, together: true })).toEqual([]);
  });

  it('where the place of the tile is not known without a read', () => {
    expect(readAhead.next({ level: 0, column: 10, row: 5 }, () => undefined, ALONE)).toEqual([]);
  });

  it('that would delay the tile or cost much: long tiles before it, and longer ones behind', () => {
    const next = (row: number, length: number) =>
      readAhead.next({ level: 0, column: 10, row }, locate(row, length), ALONE);
    expect(next(1, LEAD_LENGTH)).toEqual([11, 9]);
    expect(next(2, LEAD_LENGTH + 1)).toEqual([11]);
    expect(next(3, AHEAD_LENGTH + 1)).toEqual([]);
  });
});

describe('the reach', () => {
  it('grows where views are wide, so that later ones need fewer requests', () => {
    const first = view(5, 0, 3);
    view(20, 0, 3);
    const last = view(30, 0, 3);
    expect(first).toEqual({ requests: 5 * 5, wasted: 0 });
    expect(last).toEqual({ requests: 3 * 5, wasted: 0 });
  });

  it('is never more than the largest', () => {
    for (let middle = 5; middle < 30; middle += 12) view(middle, 0, 5);
    expect(ask(33, 30)).toHaveLength(2 * MAX_REACH);
  });

  it('goes to nothing where views are one tile wide', () => {
    view(5, 0, 0, 20);
    expect(ask(20, 30)).toEqual([]);
  });

  it('comes back when views are wide again', () => {
    view(5, 0, 0, 20);
    view(20, 0, 2);
    view(20, 10, 2);
    expect(ask(33, 30).length).toBeGreaterThan(0);
  });

  it('is not judged by the edge of the image', () => {
    for (let row = 0; row < 30; row++) {
      ask(0, row);
      ask(1, row);
    }
    expect(ask(20, 30)).toHaveLength(2 * FIRST_REACH);
  });
});

describe('tiles one after the other', () => {
  const walk = (step: 1 | -1): readonly number[] => {
    const requests: number[] = [];
    const here = new Set<number>();
    for (let column = step === 1 ? 0 : COLUMNS - 1; column >= 0 && column < COLUMNS; column += step) {
      const ahead = ask(column, 7);
      if (!here.has(column)) requests.push(1 + ahead.length);
      for (const one of [column, ...ahead]) here.add(one);
    }
    return requests;
  };

  it('are read ahead ever further, in either direction', () => {
    const forwards = walk(1);
    expect(Math.max(...forwards)).toBe(1 + MAX_STRIDE);
    expect(forwards.length).toBeLessThan(COLUMNS / 4);
    readAhead = new ReadAhead([level]);
    expect(walk(-1)).toEqual(forwards);
  });

  it('are not taken for such while others are waited for', () => {
    for (const column of [10, 12, 13]) ask(column, 5, { waiting: 2, together: false });
    expect(ask(14, 5, { waiting: 2, together: false })).toEqual([]);
  });
});

describe('while a tile is read', () => {
  it('it counts as waited for, also when its read fails', async () => {
    const tile = (row: number) => ({ level: 0, column: 10, row });
    const aheadOf = (row: number) => readAhead.during(tile(row), locate(row), async (ahead) => ahead.length);
    const stops: ((reason: Error) => void)[] = [];
    const reads = Array.from({ length: CROWD }, (_, row) =>
      readAhead.during(tile(row), locate(row), () => new Promise((_, reject) => stops.push(reject))),
    );
    expect(await aheadOf(20)).toBe(0);
    for (const stop of stops) stop(new Error('broken'));
    await Promise.allSettled(reads);
    expect(await aheadOf(22)).toBe(2);
  });

  it('tiles of one answer take nothing along, those of several do', async () => {
    const answers = [{}, {}, {}, {}] as const;
    const aheadOf = (row: number, answer: object) =>
      readAhead.during({ level: 0, column: 10, row }, locate(row), async (ahead) => ahead.length, answer);
    expect(await Promise.all([aheadOf(1, answers[0]), aheadOf(2, answers[0])])).toEqual([0, 0]);
    expect(await Promise.all([aheadOf(3, answers[1]), aheadOf(4, answers[2])])).toEqual([2, 2]);
  });
});
