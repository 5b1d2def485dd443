// Rotation by any angle: bilinear in the source, everything outside it transparent, so the edge fades over one pixel.
import { storeDivided } from './resample-weighted';

const ONE: f64 = 4294967296.0; // positions have 32 fractional bits: no drift along a row of any length

/** All four neighbours inside and opaque: one dot product for the left two, one for the right two. */
@inline
function storeInterior(p: usize, stride: i32, u: i64, v: i64, d: usize): void {
  // Fractions of 14 bits; the four weights add up to 16384 exactly.
  const fx = <i32>((u & 0xffffffff) >> 18), fy = <i32>((v & 0xffffffff) >> 18);
  const rightBelow = (fx * fy + 8192) >> 14, leftBelow = fy - rightBelow;
  const right = fx - rightBelow, left = 16384 - fy - right;
  const a = v128.load64_zero(p), b = v128.load64_zero(p + stride);
  const rows = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(rows), i32x4.splat(left | leftBelow << 16)),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(rows), i32x4.splat(right | rightBelow << 16)),
  );
  const level = i32x4.shr_s(i32x4.add(sum, i32x4.splat(8192)), 14);
  const pixel = i16x8.narrow_i32x4_s(level, level);
  v128.store32_lane(d, i8x16.narrow_i16x8_u(pixel, pixel), 0);
}

/** Any place: neighbours weigh by their alpha, those outside not at all. */
function storeWeighted(source: usize, stride: i32, width: i32, height: i32, u: i64, v: i64, d: usize): void {
  const left = <i32>(u >> 32), top = <i32>(v >> 32);
  const fx: f32 = <f32>(u & 0xffffffff) / <f32>ONE, fy: f32 = <f32>(v & 0xffffffff) / <f32>ONE;
  let sum = f32x4.splat(0);
  for (let j = 0; j < 2; j++) {
    for (let i = 0; i < 2; i++) {
      const x = left + i, y = top + j;
      if (<u32>x >= <u32>width || <u32>y >= <u32>height) continue;
      const pixel = load<u32>(source + <usize>(y * stride + (x << 2)));
      const weight: f32 = (i ? fx : 1 - fx) * (j ? fy : 1 - fy) * <f32>(pixel >> 24);
      // Lane 3 becomes 255 · weight, so that all four share one scale.
      const lanes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(pixel | 0xff000000)));
      sum = f32x4.add(sum, f32x4.mul(f32x4.convert_i32x4_u(lanes), f32x4.splat(weight)));
    }
  }
  storeDivided(sum, f32x4.extract_lane(sum, 3) / 255, d);
}

/** Clockwise by the angle with this cosine and sine, about the centres of source and target. */
export function rotate(
  source: usize, sourceStride: i32, sourceWidth: i32, sourceHeight: i32,
  target: usize, targetStride: i32, width: i32, height: i32, cos: f64, sin: f64, opaque: bool,
): void {
  const du = <i64>Math.round(cos * ONE), dv = <i64>Math.round(-sin * ONE);
  const dx = 0.5 - 0.5 * <f64>width;
  for (let y = 0; y < height; y++) {
    const dy = <f64>y + 0.5 - 0.5 * <f64>height;
    let u = <i64>Math.round((cos * dx + sin * dy + 0.5 * <f64>sourceWidth - 0.5) * ONE);
    let v = <i64>Math.round((cos * dy - sin * dx + 0.5 * <f64>sourceHeight - 0.5) * ONE);
    let d = target;
    for (let x = 0; x < width; x++) {
      const left = <i32>(u >> 32), top = <i32>(v >> 32);
      if (opaque && <u32>left < <u32>(sourceWidth - 1) && <u32>top < <u32>(sourceHeight - 1)) {
        storeInterior(source + <usize>(top * sourceStride + (left << 2)), sourceStride, u, v, d);
      } else if (left >= -1 && left < sourceWidth && top >= -1 && top < sourceHeight) {
        storeWeighted(source, sourceStride, sourceWidth, sourceHeight, u, v, d);
      } else {
        store<u32>(d, 0);
      }
      u += du; v += dv; d += 4;
    }
    target += targetStride;
  }
}
