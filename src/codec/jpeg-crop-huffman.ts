import type { JpegSegment } from './jpeg-frame.ts';

export const DHT = 0xc4;

/** A Huffman table as a DHT segment lists it (ISO/IEC 10918-1, section B.2.4.2). */
export interface HuffmanList {
  /** How many codes are 1 … 16 bits long. */
  readonly counts: Uint8Array;
  /** Symbols in the order of their codes. */
  readonly symbols: Uint8Array;
}

/**
 * A Huffman table made for walking over data. An entry tells what one code means: its low 5 bits are the bits to go
 * on by, the others a value; 0 stands for no such code.
 */
export interface HuffmanWalk {
  /** The entry that the next `PEEKED_BITS` bits begin with; 0 where its code is longer. */
  readonly short: Uint16Array;
  /** All entries in the order of their codes. */
  readonly entries: Uint16Array;
  /** By length: the first code, in 16 bits, that is longer. */
  readonly limits: Int32Array;
  /** By length: index of the entry whose code would be 0. */
  readonly bases: Int32Array;
}

/** Codes for writing, by symbol: `length << 16 | code`; 0 where the table has none. */
export type HuffmanCodes = Int32Array;

/** Longer codes are rare (the standard tables give 3 % of symbols more bits), and 1024 entries fill in a microsecond. */
const PEEKED_BITS = 10;
const MAX_BITS = 16;

/** Differences of 8-bit samples' DC coefficients have 11 bits at the most (table F.1). */
const MAX_DC_CATEGORY = 11;

/** Added to the index of a coefficient by an end-of-block code: more than anything else adds up to. */
export const END_OF_BLOCK = 128;

/** Reads a DHT segment into `tables`, keyed by class (0 DC, 1 AC) << 4 | number. False where it is damaged. */
export function readHuffmanLists(
  bytes: Uint8Array,
  { offset, end }: JpegSegment,
  tables: Map<number, HuffmanList>,
): boolean {
  let at = offset + 4;
  while (at < end) {
    const counts = bytes.subarray(at + 1, at + 1 + MAX_BITS);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = bytes.subarray(at + 1 + MAX_BITS, at + 1 + MAX_BITS + total);
    tables.set(bytes[at] ?? 0, { counts, symbols });
    at += 1 + MAX_BITS + total;
  }
  return at === end;
}

/** Entry of a DC code (section F.2.2.1): on by the code; the value is the category, the length of the difference. */
export function dcEntry(length: number, category: number): number {
  return category <= MAX_DC_CATEGORY ? length | (category << 5) : 0;
}

/** Entry of an AC code (section F.2.2.2): on by the code and the coefficient's bits; the value goes on the index. */
export function acEntry(length: number, symbol: number): number {
  const size = symbol & 15;
  const zeros = symbol >> 4;
  const coefficients = size > 0 ? zeros + 1 : zeros === 15 ? 16 : END_OF_BLOCK;
  return (length + size) | (coefficients << 5);
}

/** Prepares a table for walking; undefined where its codes don't fit into their lengths. */
export function huffmanWalk(
  { counts, symbols }: HuffmanList,
  entryOf: (length: number, symbol: number) => number,
): HuffmanWalk | undefined {
  const short = new Uint16Array(1 << PEEKED_BITS);
  const entries = new Uint16Array(symbols.length);
  const limits = new Int32Array(MAX_BITS + 1);
  const bases = new Int32Array(MAX_BITS + 1);
  let index = 0;
  let code = 0;
  for (let length = 1; length <= MAX_BITS; length++, code *= 2) {
    bases[length] = index - code;
    const next = code + (counts[length - 1] ?? 0);
    if (next > 1 << length) return undefined;
    for (; code < next; code++, index++) {
      const entry = entryOf(length, symbols[index] ?? 0);
      entries[index] = entry;
      const spread = PEEKED_BITS - length;
      if (spread >= 0) short.fill(entry, code << spread, (code + 1) << spread);
    }
    limits[length] = code << (MAX_BITS - length);
  }
  return { short, entries, limits, bases };
}

/**
 * A DC table with a code for every category. Tables made for one picture lack those it doesn't use; the missing ones
 * get 16 bits, behind all others, so that the codes there are stay what they are. A table without room stays as it is.
 */
export function completeDcList(list: HuffmanList): HuffmanList {
  const missing = Array.from({ length: MAX_DC_CATEGORY + 1 }, (_, i) => i).filter((i) => !list.symbols.includes(i));
  const longest = (list.counts[MAX_BITS - 1] ?? 0) + missing.length;
  const taken = list.counts.reduce((sum, count, i) => sum + (count << (MAX_BITS - 1 - i)), missing.length);
  // The last code, all ones, is never given (section C.2).
  if (missing.length === 0 || longest > 255 || taken >= 1 << MAX_BITS) return list;
  const counts = Uint8Array.from(list.counts);
  counts[MAX_BITS - 1] = longest;
  return { counts, symbols: new Uint8Array([...list.symbols, ...missing]) };
}

/** A DHT segment of DC tables, by number. */
export function dcTablesSegment(tables: ReadonlyMap<number, HuffmanList>): Uint8Array {
  const parts = [...tables].flatMap(([number, { counts, symbols }]) => [number, ...counts, ...symbols]);
  const length = parts.length + 2;
  return new Uint8Array([0xff, DHT, length >> 8, length & 255, ...parts]);
}

/** The codes of the DC categories; where one has two, the longer. */
export function dcCodes({ counts, symbols }: HuffmanList): HuffmanCodes {
  const codes = new Int32Array(MAX_DC_CATEGORY + 1);
  let index = 0;
  let code = 0;
  for (let length = 1; length <= MAX_BITS; length++, code *= 2) {
    for (const next = code + (counts[length - 1] ?? 0); code < next; code++, index++) {
      const category = symbols[index] ?? 0;
      if (category <= MAX_DC_CATEGORY) codes[category] = (length << 16) | code;
    }
  }
  return codes;
}

/** The entry of the code at bit `at`; 0 where there is none. At least 4 bytes must follow. */
export function entryAt(bits: DataView, at: number, { short, entries, limits, bases }: HuffmanWalk): number {
  const next = bits.getInt32(at >>> 3) << (at & 7);
  const entry = short[next >>> (32 - PEEKED_BITS)];
  if (entry) return entry;
  const code = next >>> (32 - MAX_BITS);
  for (let length = PEEKED_BITS + 1; length <= MAX_BITS; length++) {
    if (code < (limits[length] ?? 0)) return entries[(bases[length] ?? 0) + (code >>> (MAX_BITS - length))] ?? 0;
  }
  return 0;
}
