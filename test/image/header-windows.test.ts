import { describe, expect, it } from 'vitest';
import { HeaderWindows, TAIL_LENGTH, WINDOW_LENGTH } from '../../src/image/header-windows.ts';
import type { ReadBytes } from '../../src/image/readers.ts';
import { countingObject } from './counting-object.ts';

const SIZE = 4 * 2 ** 20;
/** Where the first directory of a file by libvips stands: behind the first of its levels. */
const BEHIND_FIRST_LEVEL = 3 * 2 ** 20;
const BEYOND_ANY_WINDOW = SIZE / 4;

const bytes = new Uint8Array(SIZE).map((_, index) => index % 251);
const at = (offset: number, length = 10) => ({ offset, length });

function open(size: number | undefined = SIZE, wrap = (read: ReadBytes) => read) {
  const object = countingObject(bytes);
  const windows = new HeaderWindows(wrap(object.read), { objectSize: () => size });
  return { object, windows };
}

describe('an index that goes on behind the first level', () => {
  it('is read to the end of the object beside its first window', async () => {
    const { object, windows } = open();
    await windows.first(8);
    await windows.read(at(BEHIND_FIRST_LEVEL));
    expect(object.ranges.slice(1)).toEqual([
      at(SIZE - TAIL_LENGTH, TAIL_LENGTH),
      at(BEHIND_FIRST_LEVEL, WINDOW_LENGTH),
    ]);
  });

  it('needs no read more where its directories are in the end of the object', async () => {
    const { object, windows } = open();
    await windows.read(at(BEHIND_FIRST_LEVEL));
    for (const offset of [SIZE - TAIL_LENGTH, SIZE - 50_000, SIZE - 10]) {
      expect(await windows.read(at(offset))).toEqual(bytes.subarray(offset, offset + 10));
    }
    expect(object.ranges).toHaveLength(2);
  });

  it('has a window read for a directory before that, and the end only once', async () => {
    const { object, windows } = open();
    await windows.read(at(BEHIND_FIRST_LEVEL));
    await windows.read(at(SIZE - TAIL_LENGTH - 100_000));
    expect(object.ranges.slice(2)).toEqual([at(SIZE - TAIL_LENGTH - 100_000, WINDOW_LENGTH)]);
  });

  it('has no more than three eighths of what is behind it read at once', async () => {
    const { object, windows } = open();
    await windows.read(at(SIZE - 400_000));
    expect(object.ranges[0]).toEqual(at(SIZE - 150_000, 150_000));
  });

  it('is read with the first window where it is short', async () => {
    const { object, windows } = open();
    await windows.read(at(SIZE - TAIL_LENGTH));
    expect(object.ranges).toEqual([at(SIZE - TAIL_LENGTH, TAIL_LENGTH)]);
  });

  it('is read again where the end of the object could not be had', async () => {
    let broken = false;
    const failing =
      (read: ReadBytes): ReadBytes =>
      async (range, options) => {
        if (range.length === TAIL_LENGTH && !broken) {
          broken = true;
          throw new Error('broken');
        }
        return read(range, options);
      };
    const { object, windows } = open(SIZE, failing);
    await windows.read(at(BEHIND_FIRST_LEVEL));
    expect(await windows.read(at(SIZE - 100_000))).toEqual(bytes.subarray(SIZE - 100_000, SIZE - 100_000 + 10));
    expect(object.ranges).toEqual([at(BEHIND_FIRST_LEVEL, WINDOW_LENGTH), at(SIZE - 100_000, 100_000)]);
  });
});

describe('the end of the object is not read', () => {
  it('where the index stands in front', async () => {
    const { object, windows } = open();
    await windows.first(8);
    await windows.read(at(BEYOND_ANY_WINDOW));
    expect(object.ranges).toEqual([at(0, WINDOW_LENGTH), at(BEYOND_ANY_WINDOW, WINDOW_LENGTH)]);
  });

  it('where the length of the object is unknown', async () => {
    const object = countingObject(bytes);
    const windows = new HeaderWindows(object.read);
    await windows.read(at(BEHIND_FIRST_LEVEL));
    expect(object.ranges).toHaveLength(1);
  });

  it('apart, where two windows reach it', async () => {
    const { object, windows } = open();
    await windows.read(at(SIZE - 2 * WINDOW_LENGTH));
    expect(object.ranges).toEqual([at(SIZE - 2 * WINDOW_LENGTH, 2 * WINDOW_LENGTH)]);
  });

  it('for single entries of arrays', async () => {
    const object = countingObject(bytes);
    const windows = new HeaderWindows(object.read, { objectSize: () => SIZE }, 1);
    await windows.read(at(BEHIND_FIRST_LEVEL));
    expect(object.ranges).toEqual([at(BEHIND_FIRST_LEVEL)]);
  });
});
