import type { HeaderWindows } from '../header-windows.ts';
import { type Field, type Ifd, readNumbers, type TiffHeader } from './ifd.ts';
import { readReals } from './reals.ts';

/** The values of one directory's tags. What lies outside its table may cost a read. */
export interface Fields {
  /** Whole numbers, `fallback` where the tag is missing or empty. Throws 502 when there are more than `maxCount`. */
  readNumbers(tag: number, fallback: readonly number[], maxCount: number): Promise<readonly number[]>;
  /** The one whole number of a tag. */
  readNumber(tag: number): Promise<number | undefined>;
  /** Numbers of any type, `fallback` where the tag is missing or empty. */
  readReals(tag: number, fallback: readonly number[], maxCount: number): Promise<readonly number[]>;
  /** Where the values are. */
  field(tag: number): Field | undefined;
}

export function fieldsOf(windows: HeaderWindows, { littleEndian }: TiffHeader, ifd: Ifd): Fields {
  const readWith = (reader: typeof readNumbers) => {
    return async (tag: number, fallback: readonly number[], maxCount: number) => {
      const field = ifd.fields.get(tag);
      const values = field ? await reader(windows, field, littleEndian, maxCount) : [];
      return values.length > 0 ? values : fallback;
    };
  };
  const numbers = readWith(readNumbers);
  return {
    readNumbers: numbers,
    readNumber: async (tag) => (await numbers(tag, [], 1))[0],
    readReals: readWith(readReals),
    field: (tag) => ifd.fields.get(tag),
  };
}
