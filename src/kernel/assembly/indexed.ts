// Samples of 1, 2, 4 bits (highest bits first) and palettes.

/**
 * 1 bit a pixel → `zero` or `one`. The first pixel is bit `firstBit` of a row, counted from the highest one of its
 * first byte. Writes exactly `width` pixels a row, reads up to 2 bytes past a row.
 */
export function expandBits(
  source: usize, sourceStride: i32, firstBit: i32, target: usize, targetStride: i32, width: i32, height: i32, zero: u32, one: u32,
): void {
  const zeros = i32x4.splat(zero), ones = i32x4.splat(one);
  const high = i32x4(128, 64, 32, 16), low = i32x4(8, 4, 2, 1);
  const down = 8 - (firstBit & 7);
  source += <usize>(firstBit >> 3);
  for (let y = 0; y < height; y++) {
    let p = source, d = target, x = 0;
    for (; x + 8 <= width; x += 8) {
      const bits = i32x4.splat((<u32>load<u8>(p) << 8 | <u32>load<u8>(p, 1)) >> down);
      v128.store(d, v128.bitselect(ones, zeros, i32x4.eq(v128.and(bits, high), high)));
      v128.store(d, v128.bitselect(ones, zeros, i32x4.eq(v128.and(bits, low), low)), 16);
      p += 1; d += 32;
    }
    const bits = (<u32>load<u8>(p) << 8 | <u32>load<u8>(p, 1)) >> down;
    for (let mask: u32 = 128; x < width; x++) {
      store<u32>(d, bits & mask ? one : zero);
      mask >>= 1; d += 4;
    }
    source += sourceStride; target += targetStride;
  }
}

/**
 * Indices of 1, 2, 4 or 8 bits → the colours of `table`, 4 bytes each, 2^`bits` of them. The first pixel is at
 * `firstBit` of a row, `step` bits lead to the next one. Writes exactly `width` pixels a row.
 */
export function expandIndexed(
  source: usize, sourceStride: i32, firstBit: i32, bits: i32, step: i32, table: usize,
  target: usize, targetStride: i32, width: i32, height: i32,
): void {
  const mask = (1 << bits) - 1;
  for (let y = 0; y < height; y++) {
    let d = target, bit = firstBit;
    if (bits == 8) {
      let p = source + <usize>(firstBit >> 3);
      for (const end = d + (<usize>width << 2); d < end; d += 4) {
        store<u32>(d, load<u32>(table + (<usize>load<u8>(p) << 2)));
        p += step >> 3;
      }
    } else {
      for (let x = 0; x < width; x++) {
        const index = <i32>load<u8>(source + <usize>(bit >> 3)) >> (8 - bits - (bit & 7)) & mask;
        store<u32>(d, load<u32>(table + (<usize>index << 2)));
        bit += step; d += 4;
      }
    }
    source += sourceStride; target += targetStride;
  }
}

/** `count` samples a row of 1, 2 or 4 bits → 8 bit, 0 and the largest value becoming 0 and 255; whole bytes a row. */
export function unpackBits(source: usize, sourceStride: i32, target: usize, count: i32, rows: i32, bits: i32): void {
  const mask = (1 << bits) - 1, factor = 255 / mask;
  for (let y = 0; y < rows; y++) {
    let p = source;
    for (let x = 0, down = 8 - bits; x < count; x++) {
      store<u8>(target + x, (<i32>load<u8>(p) >> down & mask) * factor);
      down -= bits;
      if (down < 0) {
        down = 8 - bits;
        p += 1;
      }
    }
    source += sourceStride; target += count;
  }
}
