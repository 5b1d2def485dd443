// Stored samples in place: byte order, 16 → 8 bit. All work on rows without padding.

/** One sample → 8 bit: round(v / 257) for 16 bit. */
@inline
export function narrow<T>(v: u32): u32 {
  return sizeof<T>() == 2 ? (v * 255 + 32895) >> 16 : v;
}

/** Swaps the bytes of `count` 16-bit samples; touches up to 16 bytes past them. */
export function swap16(p: usize, count: i32): void {
  const end = p + (<usize>count << 1);
  for (; p < end; p += 16) {
    v128.store(p, v128.swizzle(v128.load(p), i8x16(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)));
  }
}

/** The same for 24-bit samples, touching nothing else. */
export function swap24(p: usize, count: i32): void {
  for (const end = p + <usize>(count * 3); p < end; p += 3) {
    const first = load<u8>(p);
    store<u8>(p, load<u8>(p, 2)); store<u8>(p, first, 2);
  }
}

/** The same for 32-bit samples; touches up to 12 bytes past them. */
export function swap32(p: usize, count: i32): void {
  for (const end = p + (<usize>count << 2); p < end; p += 16) {
    v128.store(p, v128.swizzle(v128.load(p), i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)));
  }
}

// (v − ((v ⊞ 128) >> 8) + 128) >> 8 with a saturating first sum is round(v / 257) for all 65536 values;
// the usual form without saturation is wrong for 128 of them.
@inline
function narrowLanes(v: v128): v128 {
  const half = i16x8.splat(128);
  return i16x8.shr_u(i16x8.add(i16x8.sub(v, i16x8.shr_u(i16x8.add_sat_u(v, half), 8)), half), 8);
}

/** `count` 16-bit samples → 8 bit, in place; touches up to 32 bytes past them. */
export function narrow16(p: usize, count: i32): void {
  let d = p;
  const end = p + <usize>count;
  for (; d < end; d += 16) {
    v128.store(d, i8x16.narrow_i16x8_u(narrowLanes(v128.load(p)), narrowLanes(v128.load(p, 16))));
    p += 32;
  }
}
