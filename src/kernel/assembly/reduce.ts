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

/**
 * Boxes weighted by alpha, cut off at `sourceWidth` × `sourceHeight`: for rasters that are not opaque, and for what is
 * left over at the right and bottom edge of one that is.
 */
export function boxWeighted(
  source: usize, sourceStride: i32, sourceWidth: i32, sourceHeight: i32,
  target: usize, targetStride: i32, width: i32, height: i32, log2: i32,
): void {
  const side = 1 << log2;
  for (let y = 0; y < height; y++) {
    const top = y << log2, bottom = min(top + side, sourceHeight);
    for (let x = 0; x < width; x++) {
      const left = x << log2, right = min(left + side, sourceWidth);
      let r: u64 = 0, g: u64 = 0, b: u64 = 0, a: u64 = 0;
      for (let sy = top; sy < bottom; sy++) {
        let p = source + <usize>(sy * sourceStride) + (<usize>left << 2);
        for (let sx = left; sx < right; sx++) {
          const v = load<u32>(p), alpha = v >> 24;
          r += (v & 255) * alpha; g += (v >> 8 & 255) * alpha; b += (v >> 16 & 255) * alpha; a += alpha;
          p += 4;
        }
      }
      const count = <u64>((bottom - top) * (right - left)), half = a >> 1;
      const alpha = (2 * a + count) / (2 * count);
      const pixel = alpha == 0 ? 0 : (r + half) / a | (g + half) / a << 8 | (b + half) / a << 16 | alpha << 24;
      store<u32>(target + (<usize>x << 2), <u32>pixel);
    }
    target += targetStride;
  }
}
