// Samples of other layouts → RGBA rows inside a raster. Writes exactly `width` pixels a row.

const ALPHA: u32 = 0xff000000;

/** 1 byte a pixel → opaque grey. `invert` is xor-ed into every pixel: 0, or 0x00ffffff for 0 = white. */
export function expandGrey(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32, invert: u32,
): void {
  const alpha = i32x4.splat(ALPHA);
  const flip = i32x4.splat(invert);
  for (let y = 0; y < height; y++) {
    let p = source, d = target, x = 0;
    for (; x + 16 <= width; x += 16) {
      const g = v128.load(p);
      v128.store(d, v128.xor(flip, v128.or(alpha, v128.swizzle(g, i8x16(0, 0, 0, -1, 1, 1, 1, -1, 2, 2, 2, -1, 3, 3, 3, -1)))));
      v128.store(d, v128.xor(flip, v128.or(alpha, v128.swizzle(g, i8x16(4, 4, 4, -1, 5, 5, 5, -1, 6, 6, 6, -1, 7, 7, 7, -1)))), 16);
      v128.store(d, v128.xor(flip, v128.or(alpha, v128.swizzle(g, i8x16(8, 8, 8, -1, 9, 9, 9, -1, 10, 10, 10, -1, 11, 11, 11, -1)))), 32);
      v128.store(d, v128.xor(flip, v128.or(alpha, v128.swizzle(g, i8x16(12, 12, 12, -1, 13, 13, 13, -1, 14, 14, 14, -1, 15, 15, 15, -1)))), 48);
      p += 16; d += 64;
    }
    for (; x < width; x++) {
      store<u32>(d, (<u32>load<u8>(p) * 0x010101 | ALPHA) ^ invert);
      p += 1; d += 4;
    }
    source += sourceStride; target += targetStride;
  }
}

/** 3 bytes a pixel → opaque RGBA. Reads up to 4 bytes past the last pixel. */
export function expandRgb(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32, invert: u32,
): void {
  const alpha = i32x4.splat(ALPHA);
  const flip = i32x4.splat(invert);
  for (let y = 0; y < height; y++) {
    let p = source, d = target, x = 0;
    for (; x + 4 <= width; x += 4) {
      const rgba = v128.swizzle(v128.load(p), i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
      v128.store(d, v128.xor(flip, v128.or(alpha, rgba)));
      p += 12; d += 16;
    }
    for (; x < width; x++) {
      store<u32>(d, (load<u32>(p) | ALPHA) ^ invert);
      p += 3; d += 4;
    }
    source += sourceStride; target += targetStride;
  }
}

/** Four planes of 1 byte a pixel → RGBA; `a` = 0 means no alpha plane: opaque. */
export function interleave(
  r: usize, g: usize, b: usize, a: usize, stride: i32, target: usize, targetStride: i32, width: i32, height: i32, invert: u32,
): void {
  const flip = i32x4.splat(invert);
  const opaque = i8x16.splat(-1);
  for (let y = 0; y < height; y++) {
    let d = target, x: i32 = 0;
    for (; x + 16 <= width; x += 16) {
      const vr = v128.load(r + x), vg = v128.load(g + x), vb = v128.load(b + x);
      const va = a ? v128.load(a + x) : opaque;
      const rgLow = v128.shuffle<u8>(vr, vg, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const rgHigh = v128.shuffle<u8>(vr, vg, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const baLow = v128.shuffle<u8>(vb, va, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const baHigh = v128.shuffle<u8>(vb, va, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      v128.store(d, v128.xor(flip, v128.shuffle<u16>(rgLow, baLow, 0, 8, 1, 9, 2, 10, 3, 11)));
      v128.store(d, v128.xor(flip, v128.shuffle<u16>(rgLow, baLow, 4, 12, 5, 13, 6, 14, 7, 15)), 16);
      v128.store(d, v128.xor(flip, v128.shuffle<u16>(rgHigh, baHigh, 0, 8, 1, 9, 2, 10, 3, 11)), 32);
      v128.store(d, v128.xor(flip, v128.shuffle<u16>(rgHigh, baHigh, 4, 12, 5, 13, 6, 14, 7, 15)), 48);
      d += 64;
    }
    for (; x < width; x++) {
      const alpha: u32 = a ? load<u8>(a + x) : 255;
      store<u32>(d, (<u32>load<u8>(r + x) | <u32>load<u8>(g + x) << 8 | <u32>load<u8>(b + x) << 16 | alpha << 24) ^ invert);
      d += 4;
    }
    r += stride; g += stride; b += stride; target += targetStride;
    if (a) a += stride;
  }
}

/**
 * 4 bytes a pixel → RGBA: `alpha` is or-ed in (0xff000000 where the fourth byte means nothing, else 0), `invert` xor-ed.
 */
export function expandRgba(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32, invert: u32, alpha: u32,
): void {
  const full = i32x4.splat(alpha), flip = i32x4.splat(invert);
  for (let y = 0; y < height; y++) {
    let p = source, d = target, x = 0;
    for (; x + 4 <= width; x += 4) {
      v128.store(d, v128.xor(flip, v128.or(full, v128.load(p))));
      p += 16; d += 16;
    }
    for (; x < width; x++) {
      store<u32>(d, (load<u32>(p) | alpha) ^ invert);
      p += 4; d += 4;
    }
    source += sourceStride; target += targetStride;
  }
}

/**
 * Any layout, 8 bit: each channel has its own first address, `step` bytes lead to the next pixel, `stride` to the next
 * row; `a` = 0: opaque.
 */
export function gather8(
  r: usize, g: usize, b: usize, a: usize, step: i32, stride: i32,
  target: usize, targetStride: i32, width: i32, height: i32, invert: u32,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const o = <usize>(x * step);
      const colour = <u32>load<u8>(r + o) | <u32>load<u8>(g + o) << 8 | <u32>load<u8>(b + o) << 16;
      const alpha: u32 = a ? load<u8>(a + o) : 255;
      store<u32>(target + (<usize>x << 2), (colour | alpha << 24) ^ invert);
    }
    r += stride; g += stride; b += stride; target += targetStride;
    if (a) a += stride;
  }
}
