// TIFF predictors (TIFF 6.0 section 14; technical note 3 for floats) undone in place, in rows without padding.
// Samples are little-endian by now. Scalar loops finish what the vectors leave, and do the rare distances.
import { interleave } from './place';

@inline
function store12(p: usize, v: v128): void {
  v128.store64_lane(p, v, 0);
  v128.store32_lane(p, v, 2, 8);
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
        store12(p + x, packed);
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

/** The same for 16-bit samples. */
export function unpredict16(p: usize, rowBytes: i32, rows: i32, distance: i32): void {
  const back = distance << 1;
  for (let y = 0; y < rows; y++) {
    let carry = i32x4.splat(0);
    let x = 0;
    if (distance == 1) {
      for (; x + 16 <= rowBytes; x += 16) {
        let v = v128.load(p + x);
        v = i16x8.add(v, v128.swizzle(v, i8x16(-1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)));
        v = i16x8.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
        v = i16x8.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7)));
        v = i16x8.add(v, carry);
        carry = v128.shuffle<i16>(v, v, 7, 7, 7, 7, 7, 7, 7, 7);
        v128.store(p + x, v);
      }
    } else if (distance == 3) {
      for (; x + 16 <= rowBytes; x += 12) {
        let v = v128.load(p + x);
        v = i16x8.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, -1, -1, -1, -1)));
        v = i16x8.add(v, carry);
        carry = v128.swizzle(v, i8x16(6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10, 11, -1, -1, -1, -1));
        store12(p + x, v);
      }
    } else if (distance == 4) {
      for (; x + 16 <= rowBytes; x += 16) {
        let v = v128.load(p + x);
        v = i16x8.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7)));
        v = i16x8.add(v, carry);
        carry = v128.shuffle<i64>(v, v, 1, 1);
        v128.store(p + x, v);
      }
    }
    for (x = max(x, back); x < rowBytes; x += 2) {
      store<u16>(p + x, load<u16>(p + x) + load<u16>(p + x - back));
    }
    p += rowBytes;
  }
}

/** The same for 32-bit samples. */
export function unpredict32(p: usize, rowBytes: i32, rows: i32, distance: i32): void {
  const back = distance << 2;
  for (let y = 0; y < rows; y++) {
    let carry = i32x4.splat(0);
    let x = 0;
    if (distance == 1) {
      for (; x + 16 <= rowBytes; x += 16) {
        let v = v128.load(p + x);
        v = i32x4.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
        v = i32x4.add(v, v128.swizzle(v, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7)));
        v = i32x4.add(v, carry);
        carry = v128.shuffle<i32>(v, v, 3, 3, 3, 3);
        v128.store(p + x, v);
      }
    } else if (distance == 3) {
      for (; x + 16 <= rowBytes; x += 12) {
        carry = i32x4.add(carry, v128.load(p + x));
        store12(p + x, carry);
      }
    } else if (distance >= 4) {
      for (x = back; x + 16 <= rowBytes; x += 16) {
        v128.store(p + x, i32x4.add(v128.load(p + x), v128.load(p + x - back)));
      }
    }
    for (x = max(x, back); x < rowBytes; x += 4) {
      store<u32>(p + x, load<u32>(p + x) + load<u32>(p + x - back));
    }
    p += rowBytes;
  }
}

/**
 * Second half of the floating point predictor, after `unpredict8`: a row holds first the highest byte of each sample,
 * then the next lower one of each, and so on; they become little-endian samples of `bytes` bytes. `row` holds one row.
 */
export function joinBytes(p: usize, rowBytes: i32, rows: i32, bytes: i32, row: usize): void {
  const count = rowBytes / bytes;
  for (let y = 0; y < rows; y++) {
    memory.copy(row, p, rowBytes);
    if (bytes == 4) {
      interleave(row + 3 * count, row + 2 * count, row + count, row, 0, p, 0, count, 1, 0);
    } else {
      let done = 0;
      if (bytes == 2) {
        for (; done + 16 <= count; done += 16) {
          const high = v128.load(row + done), low = v128.load(row + count + done), d = p + (<usize>done << 1);
          v128.store(d, v128.shuffle<u8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
          v128.store(d, v128.shuffle<u8>(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
        }
      }
      for (let byte = 0; byte < bytes; byte++) {
        const plane = row + <usize>(byte * count);
        let d = p + <usize>((done + 1) * bytes - 1 - byte);
        for (let x = done; x < count; x++) {
          store<u8>(d, load<u8>(plane + x));
          d += bytes;
        }
      }
    }
    p += rowBytes;
  }
}
