// Resampling of rasters with alpha: colours count by their alpha. The product of colour and alpha keeps 15 bits
// through the vertical pass and 14 through the horizontal one, and is divided in floating point at the end; with
// 8 bits in between, faint colours would be lost.
import { pairPixels } from './resample';

/** Alpha 255 in the 16-bit row: (255 · 255 + 1) / 2, halved by the vertical pass. */
const FULL: f32 = 16256.5;

/** Four pixels × alpha, and 255 × alpha itself. */
@inline
function factors(v: v128): v128 {
  return v128.or(
    v128.swizzle(v, i8x16(3, 3, 3, -1, 7, 7, 7, -1, 11, 11, 11, -1, 15, 15, 15, -1)),
    i32x4.splat(0xff000000),
  );
}
@inline
function productsLow(v: v128, f: v128): v128 {
  return i16x8.avgr_u(i16x8.extmul_low_i8x16_u(v, f), i16x8.splat(0));
}
@inline
function productsHigh(v: v128, f: v128): v128 {
  return i16x8.avgr_u(i16x8.extmul_high_i8x16_u(v, f), i16x8.splat(0));
}
@inline
function dotLow(a: v128, b: v128, w: v128): v128 {
  return i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), w);
}
@inline
function dotHigh(a: v128, b: v128, w: v128): v128 {
  return i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), w);
}

function verticalRow(source: usize, stride: usize, weights: usize, taps: i32, shift: i32, row: usize, bytes: i32): void {
  const down = shift + 1;
  const half = i32x4.splat(1 << shift);
  const end = weights + (<usize>taps << 1);
  for (let x = 0; x < bytes; x += 16) {
    let p = source + <usize>x;
    let c0 = half, c1 = half, c2 = half, c3 = half;
    for (let w = weights; w < end; w += 4) {
      const pair = v128.load32_splat(w), q = p + stride;
      const a = v128.load(p), b = v128.load(q), fa = factors(a), fb = factors(b);
      const aLow = productsLow(a, fa), bLow = productsLow(b, fb);
      const aHigh = productsHigh(a, fa), bHigh = productsHigh(b, fb);
      c0 = i32x4.add(c0, dotLow(aLow, bLow, pair)); c1 = i32x4.add(c1, dotHigh(aLow, bLow, pair));
      c2 = i32x4.add(c2, dotLow(aHigh, bHigh, pair)); c3 = i32x4.add(c3, dotHigh(aHigh, bHigh, pair));
      p = q + stride;
    }
    const o = row + (<usize>x << 1);
    v128.store(o, i16x8.narrow_i32x4_s(i32x4.shr_s(c0, down), i32x4.shr_s(c1, down)));
    v128.store(o, i16x8.narrow_i32x4_s(i32x4.shr_s(c2, down), i32x4.shr_s(c3, down)), 16);
  }
}

/** R·A, G·A, B·A, A in any common scale → straight RGBA8; `alpha` is A in 0–255. */
@inline
export function storeDivided(products: v128, alpha: f32, d: usize): void {
  if (alpha < 0.5) {
    store<u32>(d, 0);
    return;
  }
  const scale = <f32>255 / f32x4.extract_lane(products, 3);
  const straight = f32x4.replace_lane(f32x4.mul(products, f32x4.splat(scale)), 3, alpha);
  const whole = i32x4.trunc_sat_f32x4_s(f32x4.add(straight, f32x4.splat(0.5)));
  const v = i16x8.narrow_i32x4_s(whole, whole);
  v128.store32_lane(d, i8x16.narrow_i16x8_u(v, v), 0);
}

function horizontalRow(row: usize, starts: usize, weights: usize, taps: i32, shift: i32, d: usize, width: i32): void {
  const toAlpha: f32 = <f32>255 / (FULL * <f32>(1 << shift));
  const end = d + (<usize>width << 2);
  const step = <usize>taps << 1;
  for (; d < end; d += 4) {
    let p = row + (<usize>load<i32>(starts) << 3);
    let sum = i32x4.splat(0);
    const last = weights + step;
    for (; weights < last; weights += 4) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(pairPixels(v128.load(p)), v128.load32_splat(weights)));
      p += 16;
    }
    const products = f32x4.convert_i32x4_s(sum);
    storeDivided(products, f32x4.extract_lane(products, 3) * toAlpha, d);
    starts += 4;
  }
}

/** Arguments as for `resample`. */
export function resampleWeighted(
  source: usize, sourceStride: i32, columns: i32, target: usize, targetStride: i32, width: i32, height: i32,
  xStarts: usize, xWeights: usize, xTaps: i32, xShift: i32,
  yStarts: usize, yWeights: usize, yTaps: i32, yShift: i32, row: usize,
): void {
  for (let y = 0; y < height; y++) {
    const first = source + <usize>(load<i32>(yStarts) * sourceStride);
    verticalRow(first, sourceStride, yWeights, yTaps, yShift, row, columns << 2);
    horizontalRow(row, xStarts, xWeights, xTaps, xShift, target, width);
    yStarts += 4; yWeights += <usize>yTaps << 1; target += targetStride;
  }
}
