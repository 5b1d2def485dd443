import { ImageServerError } from '../errors.ts';

/** A Huffman table as a DHT segment holds it (ISO/IEC 10918-1, section B.2.4.2). */
export interface HuffmanTable {
  /** How many codes there are of 1 … 16 bits. */
  readonly counts: Uint8Array;
  /** The symbols, shortest code first; 256 at most. */
  readonly symbols: Uint8Array;
}

/** `dc`: a symbol is a size. `ac`: a run of zeros and a size. */
export type HuffmanKind = 'dc' | 'ac';

/** As in `assembly/jpeg/scan.ts`. */
const LOOKUP_BITS = 10;
const LOOKUP_ENTRIES = 1 << LOOKUP_BITS;
/** Places for the lengths 11 … 16. */
const LONG_LENGTHS = 8;
const MAX_SYMBOLS = 256;
const LONGEST_CODE = 16;

/** What the decoder reads: entries by the next bits; limit and first index by length; entries by index. */
const DECODER_ENTRIES = LOOKUP_ENTRIES + 2 * LONG_LENGTHS + MAX_SYMBOLS;
export const DECODER_TABLE_BYTES = 4 * DECODER_ENTRIES;

/** The end of a block leads past its last coefficient, wherever it stands. */
const END_OF_BLOCK = 64;

/**
 * The table in the form in which `jpegDecode` takes it, of `DECODER_TABLE_BYTES`. An entry is what a code means: bits
 * of code and value in all | bits of the code << 8 | 64 less bits of the value << 16, 0 for no value | coefficients to
 * skip << 24.
 * @throws {ImageServerError} 502 when it is no Huffman table.
 */
export function decoderTable({ counts, symbols }: HuffmanTable, kind: HuffmanKind): Uint32Array {
  const table = new Uint32Array(DECODER_ENTRIES);
  const limits = table.subarray(LOOKUP_ENTRIES);
  const firsts = limits.subarray(LONG_LENGTHS);
  const entries = firsts.subarray(LONG_LENGTHS);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST_CODE; length++, code *= 2) {
    const count = counts[length - 1] ?? 0;
    const long = length - LOOKUP_BITS - 1;
    if (long >= 0) firsts[long] = code - index;
    for (const last = code + count; code < last; code++, index++) {
      const entry = entryOf(symbols[index], length, kind);
      entries[index] = entry;
      const spread = LOOKUP_BITS - length;
      if (spread >= 0) table.fill(entry, code << spread, (code + 1) << spread);
    }
    if (code > 1 << length || index > symbols.length) throw damaged();
    if (long >= 0) limits[long] = code << (LONGEST_CODE - length);
  }
  return table;
}

function entryOf(symbol: number | undefined, length: number, kind: HuffmanKind): number {
  if (symbol === undefined || (kind === 'dc' && symbol > 15)) throw damaged();
  const size = symbol & 15;
  const run = symbol >> 4;
  const skip = kind === 'dc' || size > 0 ? run : run === 15 ? 16 : END_OF_BLOCK;
  return (length + size) | (length << 8) | (((64 - size) & 63) << 16) | (skip << 24);
}

/** Codes by symbol as `jpegEncode` takes them: code << size << 5 | bits of code and value in all. */
export function encoderTable({ counts, symbols }: HuffmanTable): Uint32Array {
  const table = new Uint32Array(MAX_SYMBOLS);
  let code = 0;
  let index = 0;
  for (const [shorter, count] of counts.entries()) {
    for (let i = 0; i < count; i++, code++, index++) {
      const symbol = symbols[index] ?? 0;
      const size = symbol & 15;
      table[symbol] = ((code << size) << 5) | (shorter + 1 + size);
    }
    code *= 2;
  }
  return table;
}

function damaged(): ImageServerError {
  return new ImageServerError(
    502,
    'The stored JPEG data is damaged: a Huffman table is impossible. Check the file, or store it again',
  );
}
