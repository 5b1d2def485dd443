// Stored samples in place: byte order, TIFF predictor 2, 16 → 8 bit. All work on rows without padding.

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

// Running sums within 16 bytes of groups of 4, plus the last group of the 16 bytes before.
@inline
function sumQuads(v: v128, carry: v128): v128 {
  v = i8x16.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
  v = i8x16.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7)));
  return i8x16.add(v, carry);
}

@inline
function sumBytes(v: v128, carry: v128): v128 {
  v = i8x16.add(v, v128.swizzle(v, i8x16(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)));
  v = i8x16.add(v, v128.swizzle(v, i8x16(-1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)));
  return sumQuads(v, carry);
}

/** Undoes horizontal differencing of 8-bit samples: each is the difference to the one `distance` samples before. */
export function unpredict8(p: usize, rowBytes: i32, rows: i32, distance: i32): void {
  for (let y = 0; y < rows; y++) {
    let carry = i32x4.splat(0);
    let x = 0;
    if (distance == 1) {
      for (; x + 16 <= rowBytes; x += 16) {
        const v = sumBytes(v128.load(p + x), carry);
        carry = v128.swizzle(v, i8x16.splat(15));
        v128.store(p + x, v);
      }
    } else if (distance == 3) {
      for (; x + 16 <= rowBytes; x += 12) {
        const quads = v128.swizzle(v128.load(p + x), i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
        const v = sumQuads(quads, carry);
        carry = v128.shuffle<i32>(v, v, 3, 3, 3, 3);
        const packed = v128.swizzle(v, i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
        v128.store64_lane(p + x, packed, 0);
        v128.store32_lane(p + x, packed, 2, 8);
      }
    } else if (distance == 4) {
      for (; x + 16 <= rowBytes; x += 16) {
        const v = sumQuads(v128.load(p + x), carry);
        carry = v128.shuffle<i32>(v, v, 3, 3, 3, 3);
        v128.store(p + x, v);
      }
    }
    for (x = max(x, distance); x < rowBytes; x++) {
      store<u8>(p + x, load<u8>(p + x) + load<u8>(p + x - distance));
    }
    p += rowBytes;
  }
}

/** The same for 16-bit little-endian samples. */
export function unpredict16(p: usize, rowBytes: i32, rows: i32, distance: i32): void {
  const back = distance << 1;
  for (let y = 0; y < rows; y++) {
    for (let x = back; x < rowBytes; x += 2) {
      store<u16>(p + x, load<u16>(p + x) + load<u16>(p + x - back));
    }
    p += rowBytes;
  }
}
