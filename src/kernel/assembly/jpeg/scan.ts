// Huffman decoding of entropy-coded data (ISO/IEC 10918-1, annex F.2.2). The host builds the tables; see
// ../../../codec/jpeg-huffman.ts for their layout. Never reads outside the data it was given, whatever the data says.
import { ZIGZAG } from './zigzag';

/** Bits looked up at once; longer codes are rare and are searched by length. */
const LOOKUP_BITS = 10;
const LONG_LIMITS: usize = 4 << LOOKUP_BITS;
const LONG_FIRST: usize = LONG_LIMITS + 32;
const LONG_ENTRIES: usize = LONG_FIRST + 32;

// Unread bits, the first one on top, and how many they are.
let bits: u64 = 0;
let count: i32 = 0;
// The data not yet among them.
let next: usize = 0;
let end: usize = 0;
/** Zero bits that were put behind the data where it ended before the picture did. */
let invented: i32 = 0;

export function beginScan(source: usize, sourceEnd: usize): void {
  next = source; end = sourceEnd;
  bits = 0; count = 0; invented = 0;
}

/** Whether more was read than there is. */
@inline
export function isExhausted(): bool {
  return invented > count;
}

/** Goes to the restart marker of this number, 0–7, over what is left of the interval; false where another one comes. */
export function restart(number: i32): bool {
  bits = 0; count = 0; invented = 0;
  while (next + 1 < end) {
    if (load<u8>(next) == 0xff) {
      const code: i32 = load<u8>(next, 1);
      if (code == 0xd0 + number) {
        next += 2;
        return true;
      }
      if (code != 0 && code != 0xff) return false;
    }
    next++;
  }
  return false;
}

/** Adds 32 bits, also where a stuffed byte, a marker or the end is near. Markers are not passed. */
function refill(): void {
  let word: u32 = 0;
  for (let i = 0; i < 4; i++) {
    word <<= 8;
    const byte: u32 = next < end ? load<u8>(next) : 0xff;
    if (byte != 0xff) {
      word |= byte;
      next++;
    } else if (next + 1 < end && load<u8>(next, 1) == 0) {
      word |= 0xff;
      next += 2;
    } else {
      invented += 8;
    }
  }
  bits |= <u64>word << <u64>(32 - count);
  count += 32;
}

@inline
function hasStuffing(word: u32): bool {
  return ((~word - 0x01010101) & word & 0x80808080) != 0;
}

/** The entry of a code longer than `LOOKUP_BITS`; 0 where there is none. */
function longEntry(table: usize, acc: u64): u32 {
  const code = <u32>(acc >> 48);
  for (let length: u32 = LOOKUP_BITS + 1; length <= 16; length++) {
    const o = <usize>(length - LOOKUP_BITS - 1) << 2;
    if (code < load<u32>(table + o, LONG_LIMITS)) {
      const index = (code >> (16 - length)) - load<u32>(table + o, LONG_FIRST);
      return load<u32>(table + (<usize>index << 2), LONG_ENTRIES);
    }
  }
  return 0;
}

// Parts of an entry, as codec/jpeg-huffman.ts packs them. A shift takes the low 6 bits of its count alone, so the first
// three are in their place without being cut out.

/** The bits behind those of code and value. */
@inline
function after(acc: u64, entry: u32): u64 {
  return acc << <u64>entry;
}

/** The value (section F.2.2.1, EXTEND), where there is one: one that begins with 0 is negative, its bits turned over. */
@inline
function valueOf(acc: u64, entry: u32): i32 {
  const top = acc << <u64>(entry >> 8);
  const negative = <u64>(<i64>~top >> 63);
  return <i32>(((top ^ negative) >> <u64>(entry >> 16) ^ negative) - negative);
}

@inline
function hasValue(entry: u32): bool {
  return (entry & 0x3f0000) != 0;
}

@inline
function lengthOf(entry: u32): i32 {
  return entry & 63;
}

@inline
function lookUp(table: usize, acc: u64): u32 {
  return load<u32>(table + (<usize>(acc >> (64 - LOOKUP_BITS)) << 2));
}

/**
 * Decodes one block to dequantised coefficients in their natural order. `previous` holds the component's DC value,
 * `quantisation` its steps in zigzag order. Returns the zigzag index of the last coefficient, −1 for invalid data.
 */
export function decodeBlock(block: usize, dc: usize, ac: usize, quantisation: usize, previous: usize): i32 {
  const zero = i64x2.splat(0);
  v128.store(block, zero); v128.store(block, zero, 16); v128.store(block, zero, 32); v128.store(block, zero, 48);
  v128.store(block, zero, 64); v128.store(block, zero, 80); v128.store(block, zero, 96); v128.store(block, zero, 112);

  if (count < 32) refill();
  let acc = bits, n = count, p = next;
  let entry = lookUp(dc, acc);
  if (!entry) {
    entry = longEntry(dc, acc);
    if (!entry) return -1;
  }
  let value = load<i32>(previous);
  if (hasValue(entry)) value += valueOf(acc, entry);
  store<i32>(previous, value);
  store<i16>(block, value * <i32>load<u16>(quantisation));
  acc = after(acc, entry); n -= lengthOf(entry);

  const lastWord = <isize>end - 4;
  let last: u32 = 0;
  for (let k: u32 = 1; k < 64;) {
    if (n < 32) {
      const word = <isize>p <= lastWord ? load<u32>(p) : 0xff;
      if (!hasStuffing(word)) {
        acc |= <u64>bswap(word) << <u64>(32 - n);
        n += 32; p += 4;
      } else {
        bits = acc; count = n; next = p;
        refill();
        acc = bits; n = count; p = next;
      }
    }
    entry = lookUp(ac, acc);
    if (!entry) {
      entry = longEntry(ac, acc);
      if (!entry) return -1;
    }
    k += entry >> 24;
    if (hasValue(entry)) {
      store<i16>(block + load<u8>(ZIGZAG + k), valueOf(acc, entry) * <i32>load<u16>(quantisation + (k << 1)));
      last = k++;
    }
    acc = after(acc, entry); n -= lengthOf(entry);
  }
  bits = acc; count = n; next = p;
  return last < 64 ? last : -1;
}
