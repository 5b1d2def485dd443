// Samples wider than 8 bit → 8 or 16 bit through a window, in place. In 64-bit floats, so that a narrow window far from
// 0 and 32-bit integers are exact; rounded half up, cut at both ends. NaN becomes 0.

const UNSIGNED16 = 0, SIGNED16 = 1, UNSIGNED32 = 2, SIGNED32 = 3, FLOAT16 = 4, FLOAT24 = 5;

/**
 * A shorter float in 32-bit lanes → float32: sign bit moved by `signShift`, the rest by `shift`, which leaves the
 * exponent too small by a constant that `rescale`, a power of 2, makes good (subnormals included).
 */
@inline
function widen(v: v128, sign: i32, exponent: i32, signShift: i32, shift: i32, rescale: f32): v128 {
  const magnitude = i32x4.shl(v128.and(v, i32x4.splat(sign - 1)), shift);
  const special = i32x4.eq(v128.and(v, i32x4.splat(exponent)), i32x4.splat(exponent));
  const value = v128.or(f32x4.mul(magnitude, f32x4.splat(rescale)), v128.and(special, i32x4.splat(0x7f800000)));
  return v128.or(value, i32x4.shl(v128.and(v, i32x4.splat(sign)), signShift));
}

/** Four samples as 32-bit integers or floats. */
@inline
function lanes(p: usize, kind: i32): v128 {
  if (kind == UNSIGNED16) return i32x4.extend_low_i16x8_u(v128.load64_zero(p));
  if (kind == SIGNED16) return i32x4.extend_low_i16x8_s(v128.load64_zero(p));
  if (kind == FLOAT16) {
    // 2^112: exponents are biased by 15 instead of 127.
    return widen(i32x4.extend_low_i16x8_u(v128.load64_zero(p)), 0x8000, 0x7c00, 16, 13, reinterpret<f32>(0x77800000));
  }
  if (kind == FLOAT24) {
    // 2^64: 7 bits of exponent, biased by 63, and 16 of fraction.
    const v = v128.swizzle(v128.load(p), i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
    return widen(v, 0x800000, 0x7f0000, 8, 7, reinterpret<f32>(0x5f800000));
  }
  return v128.load(p);
}

@inline
function doubles(v: v128, kind: i32): v128 {
  if (kind >= FLOAT16) return f64x2.promote_low_f32x4(v);
  return kind == UNSIGNED32 ? f64x2.convert_low_i32x4_u(v) : f64x2.convert_low_i32x4_s(v);
}

/** Two samples by their minimum and scale. */
@inline
function levels(v: v128, minimum: v128, scale: v128): v128 {
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(f64x2.mul(f64x2.sub(v, minimum), scale), f64x2.splat(0.5)));
}

@inline
function narrowAll(p: usize, count: i32, bytes: i32, windows: usize, windowsEnd: usize, wide: bool, kind: i32): void {
  let w = windows, d = p;
  for (let i = 0; i < count; i += 4) {
    const v = lanes(p, kind);
    const a = levels(doubles(v, kind), v128.load(w), v128.load(w, 32));
    const b = levels(doubles(v128.shuffle<i64>(v, v, 1, 1), kind), v128.load(w, 16), v128.load(w, 48));
    const level = v128.shuffle<i64>(a, b, 0, 2);
    if (wide) {
      v128.store64_lane(d, i16x8.narrow_i32x4_u(level, level), 0);
      d += 8;
    } else {
      const narrow = i16x8.narrow_i32x4_s(level, level);
      v128.store32_lane(d, i8x16.narrow_i16x8_u(narrow, narrow), 0);
      d += 4;
    }
    p += bytes << 2;
    w += 64;
    if (w == windowsEnd) w = windows;
  }
}

/**
 * `count` little-endian samples at `p` → 8 bit, or 16 bit if `wide`. From `windows` to `windowsEnd` lie, for four samples after each other,
 * four minima and four scales (levels per unit) in 64-bit floats, used in turn. Touches up to 24 bytes past the samples.
 */
export function narrowWindow(p: usize, count: i32, kind: i32, windows: usize, windowsEnd: usize, wide: bool): void {
  switch (kind) {
    case UNSIGNED16: return narrowAll(p, count, 2, windows, windowsEnd, wide, UNSIGNED16);
    case SIGNED16: return narrowAll(p, count, 2, windows, windowsEnd, wide, SIGNED16);
    case UNSIGNED32: return narrowAll(p, count, 4, windows, windowsEnd, wide, UNSIGNED32);
    case SIGNED32: return narrowAll(p, count, 4, windows, windowsEnd, wide, SIGNED32);
    case FLOAT16: return narrowAll(p, count, 2, windows, windowsEnd, wide, FLOAT16);
    case FLOAT24: return narrowAll(p, count, 3, windows, windowsEnd, wide, FLOAT24);
    default: return narrowAll(p, count, 4, windows, windowsEnd, wide, 6);
  }
}
