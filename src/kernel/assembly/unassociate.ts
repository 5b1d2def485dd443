// Premultiplied (associated) alpha → straight RGBA rows inside a raster. Writes exactly `width` pixels a row.
import { narrow } from './samples';

/** One of four pixels × its own scale, rounded, as 32-bit lanes without alpha. */
@inline
function scaled(pixel: v128, scale: v128): v128 {
  const product = f32x4.mul(f32x4.convert_i32x4_u(pixel), scale);
  return i32x4.trunc_sat_f32x4_s(f32x4.add(product, f32x4.splat(0.5)));
}

/** Four pixels: colour · 255 / alpha, cut at 255 (more is not a valid premultiplied value), 0 where alpha is 0. */
@inline
function divided(v: v128): v128 {
  const alpha = i32x4.shr_u(v, 24);
  const quotient = f32x4.div(f32x4.splat(255), f32x4.convert_i32x4_u(alpha));
  const scale = v128.and(quotient, i32x4.ne(alpha, i32x4.splat(0)));
  const p0 = scaled(v128.swizzle(v, i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1)), v128.shuffle<i32>(scale, scale, 0, 0, 0, 0));
  const p1 = scaled(v128.swizzle(v, i8x16(4, -1, -1, -1, 5, -1, -1, -1, 6, -1, -1, -1, -1, -1, -1, -1)), v128.shuffle<i32>(scale, scale, 1, 1, 1, 1));
  const p2 = scaled(v128.swizzle(v, i8x16(8, -1, -1, -1, 9, -1, -1, -1, 10, -1, -1, -1, -1, -1, -1, -1)), v128.shuffle<i32>(scale, scale, 2, 2, 2, 2));
  const p3 = scaled(v128.swizzle(v, i8x16(12, -1, -1, -1, 13, -1, -1, -1, 14, -1, -1, -1, -1, -1, -1, -1)), v128.shuffle<i32>(scale, scale, 3, 3, 3, 3));
  const colours = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(p0, p1), i16x8.narrow_i32x4_s(p2, p3));
  return v128.or(colours, v128.and(v, i32x4.splat(0xff000000)));
}

/** Divides the colours by their alpha, in place, then xor-s `invert` into every pixel. */
export function unassociate(target: usize, stride: i32, width: i32, height: i32, invert: u32): void {
  const flip = i32x4.splat(invert), colour = i32x4.splat(0x00ffffff);
  for (let y = 0; y < height; y++) {
    let p = target, x = 0;
    for (; x + 4 <= width; x += 4) {
      const v = v128.load(p);
      const opaque = i8x16.all_true(i8x16.eq(v128.or(v, colour), i8x16.splat(-1)));
      v128.store(p, v128.xor(flip, opaque ? v : divided(v)));
      p += 16;
    }
    for (; x < width; x++) {
      v128.store32_lane(p, v128.xor(flip, divided(v128.load32_zero(p))), 0);
      p += 4;
    }
    target += stride;
  }
}

/** Colour of one 16-bit sample divided by its alpha, 8 bit. */
@inline
function divide(sample: u32, alpha: u32): u32 {
  return min<u32>(255, (sample * 255 + (alpha >> 1)) / alpha);
}

/**
 * 16-bit little-endian samples with associated alpha: each channel has its own first address, `step` bytes lead to the
 * next pixel, `stride` to the next row. The division happens before the step to 8 bit.
 */
export function gatherAssociated16(
  r: usize, g: usize, b: usize, a: usize, step: i32, stride: i32,
  target: usize, targetStride: i32, width: i32, height: i32, invert: u32,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const o = <usize>(x * step);
      const alpha: u32 = load<u16>(a + o);
      let pixel: u32 = 0;
      if (alpha != 0) {
        pixel = divide(load<u16>(r + o), alpha) | divide(load<u16>(g + o), alpha) << 8 | divide(load<u16>(b + o), alpha) << 16;
      }
      store<u32>(target + (<usize>x << 2), (pixel | narrow<u16>(alpha) << 24) ^ invert);
    }
    r += stride; g += stride; b += stride; a += stride; target += targetStride;
  }
}
