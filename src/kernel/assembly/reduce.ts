// Exact 2ⁿ boxes, rounded half up, as libvips builds its pyramids.

/** Four pixels → the sums of pixels 0 + 1 and 2 + 3, 16 bit a channel. */
@inline
function pairSums(v: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_u(v128.swizzle(v, i8x16(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15)));
}

/** 2 × 2 boxes of an opaque raster; runs on into the target's row padding. */
export function box2(source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32): void {
  const half = i16x8.splat(2);
  for (let y = 0; y < height; y++) {
    let p = source, d = target, x = 0;
    for (; x + 4 <= width; x += 4) {
      const a = i16x8.add(pairSums(v128.load(p)), pairSums(v128.load(p + sourceStride)));
      const b = i16x8.add(pairSums(v128.load(p, 16)), pairSums(v128.load(p + sourceStride, 16)));
      v128.store(d, i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(a, half), 2), i16x8.shr_u(i16x8.add(b, half), 2)));
      p += 32; d += 16;
    }
    for (; x < width; x++) {
      const a = i16x8.add(pairSums(v128.load64_zero(p)), pairSums(v128.load64_zero(p + sourceStride)));
      const v = i16x8.shr_u(i16x8.add(a, half), 2);
      v128.store32_lane(d, i8x16.narrow_i16x8_u(v, v), 0);
      p += 8; d += 4;
    }
    source += sourceStride << 1; target += targetStride;
  }
}

/** 2ⁿ × 2ⁿ boxes of an opaque raster, n = 2–8. Blocks of up to 16 × 16 are summed in 16 bit: 256 · 255 just fits. */
export function box(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32, log2: i32,
): void {
  const side = 1 << log2, block = min(side, 16);
  const half = i32x4.splat(1 << (2 * log2 - 1));
  for (let y = 0; y < height; y++) {
    let d = target;
    for (let x = 0; x < width; x++) {
      let sum = half;
      const corner = source + (<usize>(x << log2) << 2);
      for (let by = 0; by < side; by += block) {
        for (let bx = 0; bx < side; bx += block) {
          let p = corner + <usize>(by * sourceStride) + (<usize>bx << 2);
          let part = i16x8.splat(0);
          for (let row = 0; row < block; row++) {
            for (let o = 0; o < block << 2; o += 16) part = i16x8.add(part, pairSums(v128.load(p + o)));
            p += sourceStride;
          }
          sum = i32x4.add(sum, i32x4.add(i32x4.extend_low_i16x8_u(part), i32x4.extend_high_i16x8_u(part)));
        }
      }
      sum = i32x4.shr_u(sum, 2 * log2);
      const v = i16x8.narrow_i32x4_s(sum, sum);
      v128.store32_lane(d, i8x16.narrow_i16x8_u(v, v), 0);
      d += 4;
    }
    source += sourceStride << log2; target += targetStride;
  }
}

/** Four pixels → sums of colour × alpha, and of alpha itself. */
@inline
function alphaSums(v: v128): v128 {
  const pairs = v128.swizzle(v, i8x16(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15));
  const alphas = v128.swizzle(v, i8x16(3, 7, 3, 7, 3, 7, -1, -1, 11, 15, 11, 15, 11, 15, -1, -1));
  const factors = v128.or(alphas, i8x16(0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1));
  return i32x4.add(
    i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_low_i8x16_u(pairs, factors)),
    i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_high_i8x16_u(pairs, factors)),
  );
}

/** Sums over `count` pixels → their mean. In 64-bit floats quotients on a half are exact, and so is the rounding. */
@inline
function storeMean(sums: v128, count: i32, d: usize): void {
  const half = f64x2.splat(0.5);
  const high = v128.shuffle<i64>(sums, sums, 1, 1);
  const ba = f64x2.convert_low_i32x4_u(high);
  const alpha = f64x2.extract_lane(ba, 1);
  const rg = f64x2.div(f64x2.convert_low_i32x4_u(sums), f64x2.splat(alpha));
  const b = f64x2.div(ba, f64x2.replace_lane(f64x2.splat(alpha), 1, <f64>count));
  const level = v128.shuffle<i64>(
    i32x4.trunc_sat_f64x2_s_zero(f64x2.add(rg, half)), i32x4.trunc_sat_f64x2_s_zero(f64x2.add(b, half)), 0, 2,
  );
  const v = i16x8.narrow_i32x4_s(level, level);
  const pixel = i32x4.extract_lane(i8x16.narrow_i16x8_u(v, v), 0);
  store<u32>(d, <u32>pixel >> 24 == 0 ? 0 : pixel);
}

/**
 * Boxes weighted by alpha, cut off at `sourceWidth` × `sourceHeight`: for rasters that are not opaque, and for what is
 * left over at the right and bottom edge of one that is. The sums of 256 × 256 pixels just fit 32 bits.
 */
export function boxWeighted(
  source: usize, sourceStride: i32, sourceWidth: i32, sourceHeight: i32,
  target: usize, targetStride: i32, width: i32, height: i32, log2: i32,
): void {
  const side = 1 << log2;
  for (let y = 0; y < height; y++) {
    const top = y << log2, rows = min(side, sourceHeight - top);
    for (let x = 0; x < width; x++) {
      const left = x << log2, columns = min(side, sourceWidth - left);
      const corner = source + <usize>(top * sourceStride) + (<usize>left << 2);
      let sums = i32x4.splat(0);
      if (columns == 2 && rows == 2) {
        sums = alphaSums(v128.load64_lane(corner + sourceStride, v128.load64_zero(corner), 1));
      } else {
        for (let row = 0; row < rows; row++) {
          let p = corner + <usize>(row * sourceStride), column = 0;
          for (; column + 4 <= columns; column += 4) {
            sums = i32x4.add(sums, alphaSums(v128.load(p)));
            p += 16;
          }
          for (; column < columns; column++) {
            sums = i32x4.add(sums, alphaSums(v128.load32_zero(p)));
            p += 4;
          }
        }
      }
      storeMean(sums, rows * columns, target + (<usize>x << 2));
    }
    target += targetStride;
  }
}
