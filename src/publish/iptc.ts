import { wordsOf } from './exif-text.ts';

export interface Iptc {
  readonly title?: string | undefined;
  readonly caption?: string | undefined;
  readonly creators: readonly string[];
  readonly keywords: readonly string[];
  readonly place?: string | undefined;
  readonly date?: string | undefined;
  readonly copyright?: string | undefined;
  readonly credit?: string | undefined;
}

/** Datasets of record 2 (IPTC-IIM 4.2, chapter 6). */
const DATASET = {
  title: 5,
  keyword: 25,
  date: 55,
  creator: 80,
  city: 90,
  country: 101,
  credit: 110,
  copyright: 116,
  caption: 120,
};

const MARKER = 0x1c;
/** Photographers write some tens; keywords come one by one. */
const MAX_DATASETS = 1000;

/** Reads IPTC-IIM, bare or within a Photoshop block (`8BIM` 0x0404). What is damaged says nothing. */
export function readIptc(bytes: Uint8Array): Iptc {
  const values = datasets(iimOf(bytes));
  const first = (dataset: number) => values.get(dataset)?.[0];
  const places = [first(DATASET.city), first(DATASET.country)].filter((place) => place !== undefined);
  return {
    title: first(DATASET.title),
    caption: first(DATASET.caption),
    creators: values.get(DATASET.creator) ?? [],
    keywords: values.get(DATASET.keyword) ?? [],
    place: places.length > 0 ? places.join(', ') : undefined,
    date: first(DATASET.date)?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'),
    copyright: first(DATASET.copyright),
    credit: first(DATASET.credit),
  };
}

function iimOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === MARKER) return bytes;
  // A resource: "8BIM", its number, a name of an even length, the length of its data.
  for (let at = 0; at + 12 <= bytes.length; at++) {
    const isIptc = [0x38, 0x42, 0x49, 0x4d, 0x04, 0x04].every((byte, index) => bytes[at + index] === byte);
    if (!isIptc) continue;
    const name = 1 + (bytes[at + 6] ?? 0);
    return bytes.subarray(at + 6 + name + (name % 2) + 4);
  }
  return new Uint8Array();
}

function datasets(iim: Uint8Array): ReadonlyMap<number, readonly string[]> {
  const values = new Map<number, string[]>();
  for (let at = 0, count = 0; at + 5 <= iim.length && iim[at] === MARKER && count < MAX_DATASETS; count++) {
    const length = ((iim[at + 3] ?? 0) << 8) | (iim[at + 4] ?? 0);
    // Longer ones have their length written in another way; none of those that are read is so long.
    if (length > 0x7fff) break;
    const text = wordsOf(iim.subarray(at + 5, at + 5 + length));
    const dataset = iim[at + 2] ?? 0;
    if (iim[at + 1] === 2 && text !== '') values.set(dataset, [...(values.get(dataset) ?? []), text]);
    at += 5 + length;
  }
  return values;
}
