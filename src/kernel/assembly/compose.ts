// One picture over a part of another, both RGBA with straight alpha. Writes exactly `width` pixels a row.

// round(t / 255) for t up to 255² (128 already added)
@inline
function by255(t: v128): v128 {
  return i16x8.shr_u(i16x8.add(t, i16x8.shr_u(t, 8)), 8);
}

@inline
function fraction(product: u32): u32 {
  return (product + 127) / 255;
}

/** One colour over another of weights `above` and `below` in 255², rounded. */
@inline
function mixed(over: u32, under: u32, shift: u32, above: u32, below: u32): u32 {
  const sum = above + below;
  return ((over >> shift & 255) * above + (under >> shift & 255) * below + (sum >> 1)) / sum << shift;
}

/** Over a pixel that may be transparent. */
@inline
function over(top: u32, bottom: u32, opacity: u32): u32 {
  const alpha = fraction((top >> 24) * opacity);
  if (alpha == 0) return bottom;
  // Weights in 255²: what of the bottom shows through is not rounded to 8 bit first.
  const above = alpha * 255;
  const below = (bottom >> 24) * (255 - alpha);
  return mixed(top, bottom, 0, above, below) | mixed(top, bottom, 8, above, below) |
    mixed(top, bottom, 16, above, below) | fraction(above + below) << 24;
}

/** Composites `source`, its alpha times `opacity` / 255, over `target`. */
export function compose(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32, opacity: u32,
): void {
  const colour = i32x4.splat(0x00ffffff), opaque = i32x4.splat(0xff000000), half = i16x8.splat(128);
  const factor = i16x8.splat(<i16>opacity);
  for (let y = 0; y < height; y++) {
    let s = source, t = target, x = 0;
    for (; x + 4 <= width; x += 4) {
      const bottom = v128.load(t);
      if (i8x16.all_true(i8x16.eq(v128.or(bottom, colour), i8x16.splat(-1)))) {
        const top = v128.load(s);
        const alphas = v128.swizzle(top, i8x16(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
        const a = i8x16.narrow_i16x8_u(
          by255(i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(alphas), factor), half)),
          by255(i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(alphas), factor), half)),
        );
        const rest = v128.not(a);
        const l = i16x8.add(i16x8.extmul_low_i8x16_u(top, a), i16x8.extmul_low_i8x16_u(bottom, rest));
        const h = i16x8.add(i16x8.extmul_high_i8x16_u(top, a), i16x8.extmul_high_i8x16_u(bottom, rest));
        const both = i8x16.narrow_i16x8_u(by255(i16x8.add(l, half)), by255(i16x8.add(h, half)));
        v128.store(t, v128.or(both, opaque));
      } else {
        for (let i: usize = 0; i < 16; i += 4) store<u32>(t + i, over(load<u32>(s + i), load<u32>(t + i), opacity));
      }
      s += 16; t += 16;
    }
    for (; x < width; x++) {
      store<u32>(t, over(load<u32>(s), load<u32>(t), opacity));
      s += 4; t += 4;
    }
    source += sourceStride; target += targetStride;
  }
}
