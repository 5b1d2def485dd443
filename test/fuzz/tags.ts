import type { Random } from '../kernel/random.ts';
import { numbers } from './mutate.ts';

const FIRST_DIRECTORIES = 8;
const MOST_ENTRIES = 64;
/** Those that decide over loops and memory: size, compression, tables, layout, predictor, subdirectories, sampling. */
const TELLING = [
  254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 330, 338,
] as const;
const MORE = [339, 347, 512, 530, 532, 34675, 34377, 42112] as const;
const COMPRESSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 33003, 33005, 34712, 34887, 50000, 50001, 50002] as const;

interface Entry {
  readonly at: number;
  readonly tag: number;
}

interface Found {
  readonly entries: readonly Entry[];
  /** Where the position of the next directory stands. */
  readonly nexts: readonly number[];
}

/** Changes a TIFF (classic or big) as it is built: a tag's number, type, count or value, or the way to another directory. */
export function changeTag(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  const little = bytes[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const { entries, nexts } = directoriesOf(view, little, big);
  const [first, ...others] = entries;
  if (!first) return bytes;
  const { at, tag } = random.pick([first, ...others]);
  const valueAt = at + (big ? 12 : 8);
  const value = tag === 259 && random.real() < 0.7 ? random.pick(COMPRESSIONS) : random.pick(numbers(bytes));
  const put = (where: number, number: number) => {
    if (where + 8 > bytes.length) return;
    view.setUint32(where, number, little);
    if (big) view.setUint32(where + 4, random.real() < 0.9 ? 0 : number, little);
  };
  switch (random.whole(0, 8)) {
    case 0:
      view.setUint16(at, random.pick([...TELLING, ...MORE]), little);
      break;
    case 1:
      view.setUint16(at + 2, random.whole(0, 18), little);
      break;
    case 2:
      put(at + 4, random.pick([0, 1, 2, 3, 5, 0xffff, ...numbers(bytes)]));
      break;
    case 3: {
      const { at: other } = random.pick([first, ...others]);
      const length = big ? 20 : 12;
      const kept = bytes.slice(at, at + length);
      bytes.copyWithin(at, other, other + length);
      bytes.set(kept, other);
      break;
    }
    case 4:
      // In a circle, to itself, over another, past the end.
      put(
        random.pick([nexts[0] ?? 4, ...nexts]),
        random.pick([8, at, valueAt, bytes.length, bytes.length - 1, at + 2]),
      );
      break;
    case 5:
      // What the value leads to, where it is a position.
      put(Math.min(bytes.length - 8, view.getUint32(valueAt, little) + 4 * random.whole(0, 3)), value);
      break;
    case 6:
      view.setUint16(valueAt, random.whole(0, 512), little);
      break;
    default:
      put(valueAt, value);
  }
  return bytes;
}

function directoriesOf(view: DataView, little: boolean, big: boolean): Found {
  const entries: Entry[] = [];
  const nexts: number[] = [];
  const position = (at: number) => (at + 8 <= view.byteLength ? view.getUint32(at, little) : 0);
  let start = position(big ? 8 : 4);
  for (let count = 0; count < FIRST_DIRECTORIES && start > 0 && start + 8 < view.byteLength; count++) {
    const entryLength = big ? 20 : 12;
    const number = Math.min(MOST_ENTRIES, view.getUint16(start, little));
    const from = start + (big ? 8 : 2);
    for (let index = 0; index < number; index++) {
      const at = from + index * entryLength;
      if (at + entryLength <= view.byteLength) entries.push({ at, tag: view.getUint16(at, little) });
    }
    const next = from + number * entryLength;
    if (next + 8 > view.byteLength) break;
    nexts.push(next);
    start = position(next);
  }
  return { entries, nexts };
}
