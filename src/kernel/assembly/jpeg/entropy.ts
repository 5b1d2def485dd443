// Huffman coding (ISO/IEC 10918-1, annex F.1.2) of quantised blocks as the forward DCT leaves them: transposed.

// Bits not yet written, at the low end, and how many they are.
let bits: u64 = 0;
let count: i32 = 0;
let output: usize = 0;

/** Zigzag index → offset of the coefficient in a transposed block of i16. */
const TRANSPOSED_ZIGZAG: usize = memory.data<u8>([
  0, 16, 2, 4, 18, 32, 48, 34, 20, 6, 8, 22, 36, 50, 64, 80, 66, 52, 38, 24, 10, 12, 26, 40, 54, 68, 82, 96, 112, 98, 84, 70,
  56, 42, 28, 14, 30, 44, 58, 72, 86, 100, 114, 116, 102, 88, 74, 60, 46, 62, 76, 90, 104, 118, 120, 106, 92, 78, 94, 108, 122, 124, 110, 126,
]);

/** AC coefficients of baseline JPEG have at most 10 bits (table F.2); the highest quality may round one beyond. */
const LARGEST_AC: i32 = 1023;

@inline
function coefficients(block: usize, o: usize): v128 {
  return i8x16.narrow_i16x8_s(v128.load(block + o), v128.load(block + o, 16));
}

@inline
function present(v: v128): u64 {
  return <u64>(i8x16.bitmask(i8x16.eq(v, i8x16.splat(0))) ^ 0xffff);
}

/** A bit for each coefficient that isn't 0, in zigzag order: 64 bytes of saturated values are put into that order. */
@inline
function nonZero(block: usize): u64 {
  const a = coefficients(block, 0), b = coefficients(block, 32), c = coefficients(block, 64), d = coefficients(block, 96);
  const first = v128.or(
    v128.or(
      v128.swizzle(a, i8x16(0, 8, 1, 2, 9, -1, -1, -1, 10, 3, 4, 11, -1, -1, -1, -1)),
      v128.swizzle(b, i8x16(-1, -1, -1, -1, -1, 0, 8, 1, -1, -1, -1, -1, 2, 9, -1, -1))),
    v128.swizzle(c, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 8)));
  const second = v128.or(
    v128.or(
      v128.swizzle(a, i8x16(-1, -1, -1, 12, 5, 6, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
      v128.swizzle(b, i8x16(-1, 10, 3, -1, -1, -1, -1, 4, 11, -1, -1, -1, -1, -1, -1, -1))),
    v128.or(
      v128.swizzle(c, i8x16(1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 9, -1, -1, -1, 10, 3)),
      v128.swizzle(d, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 8, 1, -1, -1))));
  const third = v128.or(
    v128.or(
      v128.swizzle(a, i8x16(-1, -1, 14, 7, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
      v128.swizzle(b, i8x16(12, 5, -1, -1, -1, 6, 13, -1, -1, -1, -1, -1, -1, -1, -1, 14))),
    v128.or(
      v128.swizzle(c, i8x16(-1, -1, -1, -1, -1, -1, -1, 4, 11, -1, -1, -1, -1, 12, 5, -1)),
      v128.swizzle(d, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 9, 10, 3, -1, -1, -1))));
  const fourth = v128.or(
    v128.or(
      v128.swizzle(b, i8x16(7, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
      v128.swizzle(c, i8x16(-1, -1, 6, 13, -1, -1, -1, -1, 14, 7, 15, -1, -1, -1, -1, -1))),
    v128.swizzle(d, i8x16(-1, -1, -1, -1, 4, 11, 12, 5, -1, -1, -1, 6, 13, 14, 7, 15)));
  return present(first) | present(second) << 16 | present(third) << 32 | present(fourth) << 48;
}

/** Writes 32 bits and the zeros that must stand behind each 0xFF. */
@inline
function write(word: u32, o: usize): usize {
  if (((~word - 0x01010101) & word & 0x80808080) == 0) {
    store<u32>(o, bswap(word));
    return o + 4;
  }
  for (let shift: u32 = 32; shift; o++) {
    shift -= 8;
    const byte = (word >> shift) & 255;
    store<u8>(o, byte);
    if (byte == 255) store<u8>(++o, 0);
  }
  return o;
}

export function beginEntropy(): void {
  bits = 0; count = 0;
}

export function setOutput(address: usize): void {
  output = address;
}

export function outputEnd(): usize {
  return output;
}

/** Fills the last byte with ones (section F.1.2.3). */
export function endEntropy(): void {
  const filling = -count & 7;
  bits = bits << <u64>filling | <u64>((1 << filling) - 1);
  count += filling;
  while (count > 0) {
    count -= 8;
    const byte = <u32>(bits >> <u64>count) & 255;
    store<u8>(output++, byte);
    if (byte == 255) store<u8>(output++, 0);
  }
}

/**
 * Codes a block. An entry of the tables is a code in its place above `size` value bits, and the length of both: code
 * << size << 5 | length. `previous` is the DC value before; returns this one's.
 */
export function encodeBlock(block: usize, dc: usize, ac: usize, previous: i32): i32 {
  let acc = bits, n = count, o = output;
  let remaining = nonZero(block) & ~1;
  const value: i32 = load<i16>(block);
  const difference = value - previous;
  let sign = difference >> 31;
  let size: u32 = 32 - clz(abs(difference));
  let entry = load<u32>(dc + (size << 2));
  let length = <i32>(entry & 31);
  acc = acc << <u64>length | <u64>(entry >> 5) | <u64>((difference + sign) & ((1 << size) - 1));
  n += length;
  let next: u32 = 1;
  for (;;) {
    if (n >= 32) {
      n -= 32;
      o = write(<u32>(acc >> <u64>n), o);
    }
    if (!remaining) break;
    const index = <u32>ctz(remaining);
    remaining &= remaining - 1;
    let run = index - next;
    next = index + 1;
    for (; run > 15; run -= 16) {
      entry = load<u32>(ac + (0xf0 << 2));
      acc = acc << <u64>(entry & 31) | <u64>(entry >> 5);
      n += entry & 31;
      if (n >= 32) {
        n -= 32;
        o = write(<u32>(acc >> <u64>n), o);
      }
    }
    const coefficient = max(-LARGEST_AC, min(LARGEST_AC, <i32>load<i16>(block + load<u8>(TRANSPOSED_ZIGZAG + index))));
    sign = coefficient >> 31;
    size = 32 - clz(abs(coefficient));
    entry = load<u32>(ac + ((run << 4 | size) << 2));
    length = entry & 31;
    acc = acc << <u64>length | <u64>(entry >> 5) | <u64>((coefficient + sign) & ((1 << size) - 1));
    n += length;
  }
  if (next < 64) {
    entry = load<u32>(ac);
    acc = acc << <u64>(entry & 31) | <u64>(entry >> 5);
    n += entry & 31;
  }
  bits = acc; count = n; output = o;
  return value;
}
