// Colour of whole rasters in place, and RGBA → tight rows for encoders. Loops run on into the row padding.

/** 1 when every alpha is 255. */
export function isOpaque(source: usize, stride: i32, width: i32, height: i32): bool {
  const colour = i32x4.splat(0x00ffffff);
  for (let y = 0; y < height; y++) {
    let all = i8x16.splat(-1);
    let p = source, x = 0;
    for (; x + 4 <= width; x += 4) {
      all = v128.and(all, v128.load(p));
      p += 16;
    }
    for (; x < width; x++) {
      all = v128.and(all, v128.load32_splat(p));
      p += 4;
    }
    if (!i8x16.all_true(i8x16.eq(v128.or(all, colour), i8x16.splat(-1)))) return false;
    source += stride;
  }
  return true;
}

// round(t / 255) for t up to 255² (128 already added)
@inline
function by255(t: v128): v128 {
  return i16x8.shr_u(i16x8.add(t, i16x8.shr_u(t, 8)), 8);
}

/** Composites on `background` (0x00BBGGRR), which makes the raster opaque. */
export function flatten(source: usize, stride: i32, width: i32, height: i32, background: u32): void {
  const ground = i32x4.splat(background), opaque = i32x4.splat(0xff000000), half = i16x8.splat(128);
  for (let y = 0; y < height; y++) {
    for (let p = source, end = source + (<usize>width << 2); p < end; p += 16) {
      const v = v128.load(p);
      const a = v128.swizzle(v, i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
      const rest = v128.not(a);
      const l = i16x8.add(i16x8.extmul_low_i8x16_u(v, a), i16x8.extmul_low_i8x16_u(ground, rest));
      const h = i16x8.add(i16x8.extmul_high_i8x16_u(v, a), i16x8.extmul_high_i8x16_u(ground, rest));
      const mixed = i8x16.narrow_i16x8_u(by255(i16x8.add(l, half)), by255(i16x8.add(h, half)));
      v128.store(p, v128.or(mixed, opaque));
    }
    source += stride;
  }
}

// Rec. 601 luma on the stored values in 16-bit weights, as Pillow's 'L':
// (19595 R + 38470 G + 7471 B + 32768) >> 16. Green's weight exceeds 15 bits, so green stands in alpha's place too.
@inline
function luma(v: v128): v128 {
  const weights = i16x8(19595, 19235, 7471, 19235, 19595, 19235, 7471, 19235);
  const rgbg = v128.swizzle(v, i8x16(0, 1, 2, 1, 4, 5, 6, 5, 8, 9, 10, 9, 12, 13, 14, 13));
  const l = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(rgbg), weights);
  const h = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(rgbg), weights);
  const sum = i32x4.add(v128.shuffle<i32>(l, h, 0, 2, 4, 6), v128.shuffle<i32>(l, h, 1, 3, 5, 7));
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(32768)), 16);
}

export function grey(source: usize, stride: i32, width: i32, height: i32): void {
  const alpha = i32x4.splat(0xff000000);
  for (let y = 0; y < height; y++) {
    for (let p = source, end = source + (<usize>width << 2); p < end; p += 16) {
      const v = v128.load(p);
      const rgb = v128.swizzle(luma(v), i8x16(0, 0, 0, -1, 4, 4, 4, -1, 8, 8, 8, -1, 12, 12, 12, -1));
      v128.store(p, v128.or(rgb, v128.and(v, alpha)));
    }
    source += stride;
  }
}

/** White where luma ≥ threshold, else black; alpha is kept. */
export function bitonal(source: usize, stride: i32, width: i32, height: i32, threshold: i32): void {
  const alpha = i32x4.splat(0xff000000), limit = i32x4.splat(threshold);
  for (let y = 0; y < height; y++) {
    for (let p = source, end = source + (<usize>width << 2); p < end; p += 16) {
      const v = v128.load(p);
      v128.store(p, v128.bitselect(v, i32x4.ge_s(luma(v), limit), alpha));
    }
    source += stride;
  }
}

/** Luma, 1 byte a pixel, rows without padding; writes up to 15 bytes past the last row. */
export function packGrey(source: usize, stride: i32, width: i32, height: i32, target: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 16) {
      const p = source + (<usize>x << 2);
      const l = i16x8.narrow_i32x4_s(luma(v128.load(p)), luma(v128.load(p, 16)));
      const h = i16x8.narrow_i32x4_s(luma(v128.load(p, 32)), luma(v128.load(p, 48)));
      v128.store(target + x, i8x16.narrow_i16x8_u(l, h));
    }
    source += stride; target += width;
  }
}

/** RGB, 3 bytes a pixel, rows without padding; writes up to 13 bytes past the last row. */
export function packRgb(source: usize, stride: i32, width: i32, height: i32, target: usize): void {
  for (let y = 0; y < height; y++) {
    let d = target;
    for (let p = source, end = source + (<usize>width << 2); p < end; p += 16) {
      v128.store(d, v128.swizzle(v128.load(p), i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1)));
      d += 12;
    }
    source += stride; target += width * 3;
  }
}
