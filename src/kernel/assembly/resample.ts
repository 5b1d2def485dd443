// Separable resampling with 16-bit weights. Per output row: vertical first, whole strips of 32 bytes with eight
// accumulators in registers, into one row of 16-bit samples with 6 fractional bits; then horizontal from that row.
// Weights stand in pairs, so that one dot product does two taps. The host chooses their sums, 2^shift, so that no
// 32-bit accumulator can overflow (see ../axis.ts).

@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
@inline
function dotLow(v: v128, w: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(v), w);
}
@inline
function dotHigh(v: v128, w: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(v), w);
}
@inline
function narrow(a: v128, b: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(a, shift), i32x4.shr_s(b, shift));
}

/** Two pixels of 16-bit samples → R0 R1 G0 G1 B0 B1 A0 A1. */
@inline
export function pairPixels(v: v128): v128 {
  return v128.shuffle<i16>(v, v, 0, 4, 1, 5, 2, 6, 3, 7);
}

function verticalRow(source: usize, stride: usize, weights: usize, taps: i32, shift: i32, row: usize, bytes: i32): void {
  const down = shift - 6;
  const half = i32x4.splat((1 << down) >> 1);
  const end = weights + (<usize>taps << 1);
  for (let x = 0; x < bytes; x += 32) {
    let p = source + <usize>x;
    let c0 = half, c1 = half, c2 = half, c3 = half, c4 = half, c5 = half, c6 = half, c7 = half;
    for (let w = weights; w < end; w += 4) {
      const pair = v128.load32_splat(w), q = p + stride;
      let a = v128.load(p), b = v128.load(q), l = low(a, b), h = high(a, b);
      c0 = i32x4.add(c0, dotLow(l, pair)); c1 = i32x4.add(c1, dotHigh(l, pair));
      c2 = i32x4.add(c2, dotLow(h, pair)); c3 = i32x4.add(c3, dotHigh(h, pair));
      a = v128.load(p, 16); b = v128.load(q, 16); l = low(a, b); h = high(a, b);
      c4 = i32x4.add(c4, dotLow(l, pair)); c5 = i32x4.add(c5, dotHigh(l, pair));
      c6 = i32x4.add(c6, dotLow(h, pair)); c7 = i32x4.add(c7, dotHigh(h, pair));
      p = q + stride;
    }
    const o = row + (<usize>x << 1);
    v128.store(o, narrow(c0, c1, down)); v128.store(o, narrow(c2, c3, down), 16);
    v128.store(o, narrow(c4, c5, down), 32); v128.store(o, narrow(c6, c7, down), 48);
  }
}

@inline
function storePixel(sum: v128, down: i32, d: usize): void {
  const v = narrow(sum, sum, down);
  v128.store32_lane(d, i8x16.narrow_i16x8_u(v, v), 0);
}

function horizontalRow(row: usize, starts: usize, weights: usize, taps: i32, shift: i32, d: usize, width: i32): void {
  const down = shift + 6;
  const half = i32x4.splat(1 << (down - 1));
  const end = d + (<usize>width << 2);
  const step = <usize>taps << 1;
  if (taps == 4) {
    for (; d < end; d += 4) {
      const p = row + (<usize>load<i32>(starts) << 3);
      let sum = i32x4.add(half, i32x4.dot_i16x8_s(pairPixels(v128.load(p)), v128.load32_splat(weights)));
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(pairPixels(v128.load(p, 16)), v128.load32_splat(weights, 4)));
      storePixel(sum, down, d);
      starts += 4; weights += 8;
    }
    return;
  }
  for (; d < end; d += 4) {
    let p = row + (<usize>load<i32>(starts) << 3);
    let sum = half;
    const last = weights + step;
    for (; weights < last; weights += 4) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(pairPixels(v128.load(p)), v128.load32_splat(weights)));
      p += 16;
    }
    storePixel(sum, down, d);
    starts += 4;
  }
}

/**
 * Opaque rasters. `columns` pixels from `source` on are used; `xStarts` count from there, `yStarts` are rows from
 * `source`. `row` holds `columns` pixels of 8 bytes, rounded up to 64, and 64 more.
 */
export function resample(
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
