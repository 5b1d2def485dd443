// Inverse DCT. The integers of Loeffler, Ligtenberg and Moschytz as libjpeg's "islow" rounds them, columns first, so
// that both give the same samples. Constants have 13 bits of fraction.
import { transpose } from './transpose';

@inline
function pair(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function weigh(pairs: v128, first: i16, second: i16): v128 {
  return i32x4.dot_i16x8_s(pairs, i16x8(first, second, first, second, first, second, first, second));
}

@inline
function put(p: usize, v: v128, shift: i32): void {
  const sample = i32x4.shr_s(v, shift);
  v128.store64_lane(p, i16x8.narrow_i32x4_s(sample, sample), 0);
}

/** Four columns of a block, in place; `shift` leaves so many bits of fraction out. */
function fourColumns(p: usize, shift: i32): void {
  const c1 = v128.load64_zero(p, 16), c3 = v128.load64_zero(p, 48), c5 = v128.load64_zero(p, 80), c7 = v128.load64_zero(p, 112);
  const even = pair(v128.load64_zero(p), v128.load64_zero(p, 64));
  const quarter = pair(v128.load64_zero(p, 32), v128.load64_zero(p, 96));
  const round = i32x4.splat(1 << (shift - 1));
  const e0 = i32x4.add(weigh(even, 8192, 8192), round), e1 = i32x4.add(weigh(even, 8192, -8192), round);
  const e2 = weigh(quarter, 4433, -10704), e3 = weigh(quarter, 10703, 4433);
  const s0 = i32x4.add(e0, e3), s3 = i32x4.sub(e0, e3), s1 = i32x4.add(e1, e2), s2 = i32x4.sub(e1, e2);

  const sums = pair(i16x8.add(c7, c3), i16x8.add(c5, c1)), outer = pair(c7, c1), inner = pair(c5, c3);
  const z3 = weigh(sums, -6436, 9633), z4 = weigh(sums, 9633, 6437);
  const o0 = i32x4.add(weigh(outer, -4927, -7373), z3), o3 = i32x4.add(weigh(outer, -7373, 4926), z4);
  const o1 = i32x4.add(weigh(inner, -4176, -20995), z4), o2 = i32x4.add(weigh(inner, -20995, 4177), z3);

  put(p, i32x4.add(s0, o3), shift); put(p + 112, i32x4.sub(s0, o3), shift);
  put(p + 16, i32x4.add(s1, o2), shift); put(p + 96, i32x4.sub(s1, o2), shift);
  put(p + 32, i32x4.add(s2, o1), shift); put(p + 80, i32x4.sub(s2, o1), shift);
  put(p + 48, i32x4.add(s3, o0), shift); put(p + 64, i32x4.sub(s3, o0), shift);
}

/** The same where only the first four coefficients of each column are not 0. */
function fourShortColumns(p: usize, shift: i32): void {
  const even = pair(v128.load64_zero(p), v128.load64_zero(p, 32)), odd = pair(v128.load64_zero(p, 16), v128.load64_zero(p, 48));
  const round = i32x4.splat(1 << (shift - 1));
  const s0 = i32x4.add(weigh(even, 8192, 10703), round), s3 = i32x4.add(weigh(even, 8192, -10703), round);
  const s1 = i32x4.add(weigh(even, 8192, 4433), round), s2 = i32x4.add(weigh(even, 8192, -4433), round);
  const o0 = weigh(odd, 2260, -6436), o1 = weigh(odd, 6437, -11362), o2 = weigh(odd, 9633, -2259), o3 = weigh(odd, 11363, 9633);
  put(p, i32x4.add(s0, o3), shift); put(p + 112, i32x4.sub(s0, o3), shift);
  put(p + 16, i32x4.add(s1, o2), shift); put(p + 96, i32x4.sub(s1, o2), shift);
  put(p + 32, i32x4.add(s2, o1), shift); put(p + 80, i32x4.sub(s2, o1), shift);
  put(p + 48, i32x4.add(s3, o0), shift); put(p + 64, i32x4.sub(s3, o0), shift);
}

/** The last coefficient in zigzag order before one lies outside the upper left 4 × 4. */
const LAST_SHORT: i32 = 9;

@inline
function level(a: v128, b: v128): v128 {
  return v128.xor(i8x16.narrow_i16x8_s(a, b), i8x16.splat(-128));
}

/** Four samples of each of two columns. */
@inline
function halves(p: usize): v128 {
  return v128.load64_lane(p, v128.load64_zero(p), 1, 16);
}

/** Four columns of four samples → four rows. */
@inline
function turned(p: usize): v128 {
  const columns = level(halves(p), halves(p + 32));
  return v128.swizzle(columns, i8x16(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

/** Columns of samples → 8 rows of 8 bytes. */
@inline
function storeWhole(block: usize, target: usize, stride: i32): void {
  for (let half = 0; half < 2; half++, block += 8) {
    const l = turned(block), r = turned(block + 64);
    const upper = v128.shuffle<i32>(l, r, 0, 4, 1, 5), lower = v128.shuffle<i32>(l, r, 2, 6, 3, 7);
    v128.store64_lane(target, upper, 0); v128.store64_lane(target + stride, upper, 1); target += stride << 1;
    v128.store64_lane(target, lower, 0); v128.store64_lane(target + stride, lower, 1); target += stride << 1;
  }
}

// Samples are kept with 3 bits of fraction where means are made of them: sums of four then just fit.

@inline
function halfColumn(p: usize): v128 {
  const sums = i32x4.extadd_pairwise_i16x8_s(i16x8.add(v128.load(p), v128.load(p, 16)));
  return i32x4.shr_s(i32x4.add(sums, i32x4.splat(16)), 5);
}

/** Means of 2 × 2 samples: 4 rows of 4 bytes. */
function storeHalf(block: usize, target: usize, stride: i32): void {
  const left = i16x8.narrow_i32x4_s(halfColumn(block), halfColumn(block + 32));
  const right = i16x8.narrow_i32x4_s(halfColumn(block + 64), halfColumn(block + 96));
  const rows = v128.swizzle(level(left, right), i8x16(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  v128.store32_lane(target, rows, 0); v128.store32_lane(target + stride, rows, 1); target += stride << 1;
  v128.store32_lane(target, rows, 2); v128.store32_lane(target + stride, rows, 3);
}

@inline
function quarterColumn(p: usize): v128 {
  const left = i16x8.add(v128.load(p), v128.load(p, 16)), right = i16x8.add(v128.load(p, 32), v128.load(p, 48));
  return i32x4.extadd_pairwise_i16x8_s(i16x8.add(left, right));
}

/** Means of 4 × 4 samples: 2 rows of 2 bytes. */
function storeQuarter(block: usize, target: usize, stride: i32): void {
  const left = quarterColumn(block), right = quarterColumn(block + 64);
  const sums = i32x4.add(v128.shuffle<i32>(left, right, 0, 4, 2, 6), v128.shuffle<i32>(left, right, 1, 5, 3, 7));
  const means = i32x4.shr_s(i32x4.add(sums, i32x4.splat(64)), 7);
  const narrow = i16x8.narrow_i32x4_s(means, means);
  const rows = level(narrow, narrow);
  v128.store16_lane(target, rows, 0); v128.store16_lane(target + stride, rows, 1);
}

/** A block of one value. */
@inline
function storeFlat(dc: i32, target: usize, stride: i32, size: i32): void {
  const sample = max(-128, min(127, (dc + 4) >> 3)) + 128;
  const samples = <u64>sample * 0x0101010101010101;
  if (size == 1) {
    store<u8>(target, sample);
    return;
  }
  for (let y = 0; y < size; y++, target += stride) {
    if (size == 8) store<u64>(target, samples);
    else if (size == 4) store<u32>(target, <u32>samples);
    else store<u16>(target, <u16>samples);
  }
}

/**
 * Writes a block as `size` × `size` samples, 8, 4, 2 or 1: means of as many as fall on one. `last` is the zigzag index
 * of its last coefficient. Overwrites the block.
 */
export function inverse(block: usize, last: i32, target: usize, stride: i32, size: i32): void {
  if (last == 0 || size == 1) {
    storeFlat(load<i16>(block), target, stride, size);
    return;
  }
  const shift = size == 8 ? 18 : 15;
  if (last <= LAST_SHORT) {
    fourShortColumns(block, 11);
    transpose(block);
    fourShortColumns(block, shift);
    fourShortColumns(block + 8, shift);
  } else {
    fourColumns(block, 11);
    fourColumns(block + 8, 11);
    transpose(block);
    fourColumns(block, shift);
    fourColumns(block + 8, shift);
  }
  if (size == 8) storeWhole(block, target, stride);
  else if (size == 4) storeHalf(block, target, stride);
  else storeQuarter(block, target, stride);
}
