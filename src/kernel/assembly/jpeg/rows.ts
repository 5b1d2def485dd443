// Rows of samples → RGBA. Each writes exactly `width` pixels; up to 15 samples past them are read.

@inline
function interleave(r: v128, g: v128, b: v128, target: usize): void {
  const a = i8x16.splat(-1);
  const rg0 = v128.shuffle<u8>(r, g, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const rg1 = v128.shuffle<u8>(r, g, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const ba0 = v128.shuffle<u8>(b, a, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const ba1 = v128.shuffle<u8>(b, a, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128.store(target, v128.shuffle<u16>(rg0, ba0, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(target, v128.shuffle<u16>(rg0, ba0, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  v128.store(target, v128.shuffle<u16>(rg1, ba1, 0, 8, 1, 9, 2, 10, 3, 11), 32);
  v128.store(target, v128.shuffle<u16>(rg1, ba1, 4, 12, 5, 13, 6, 14, 7, 15), 48);
}

// (v · weight + 2¹⁵) >> 16 for −128 ≤ v ≤ 127. The weights are those of libjpeg changed in their last digits, with
// which the twofold rounding comes out the same for all 256 values.
@inline
function scaled(v: v128, weight: i16): v128 {
  const product = i16x8.q15mulr_sat_s(i16x8.shl(v, 7), i16x8.splat(weight));
  return i16x8.shr_s(i16x8.add(product, i16x8.splat(128)), 8);
}

// 1.402 = 1 + 26345/2¹⁶, 1.772 = 2 − 14942/2¹⁶.
@inline
function redOf(cr: v128): v128 {
  return i16x8.add(cr, scaled(cr, 26348));
}

@inline
function blueOf(cb: v128): v128 {
  return i16x8.add(i16x8.shl(cb, 1), scaled(cb, -14941));
}

// −0.344136 · cb − 0.714136 · cr, the latter as −1 + 18734/2¹⁶.
@inline
function greenOf(cb: v128, cr: v128): v128 {
  const weights = i16x8(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734), half = i32x4.splat(32768);
  const l = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11), weights);
  const h = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15), weights);
  const sum = i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(l, half), 16), i32x4.shr_s(i32x4.add(h, half), 16));
  return i16x8.sub(sum, cr);
}

/** 16 pixels (ITU-T T.871, section 7). */
@inline
function convertYcc(y: usize, cb: usize, cr: usize, target: usize): void {
  const centre = i8x16.splat(-128);
  const vy = v128.load(y), vb = v128.xor(v128.load(cb), centre), vr = v128.xor(v128.load(cr), centre);
  const yl = i16x8.extend_low_i8x16_u(vy), yh = i16x8.extend_high_i8x16_u(vy);
  const bl = i16x8.extend_low_i8x16_s(vb), bh = i16x8.extend_high_i8x16_s(vb);
  const rl = i16x8.extend_low_i8x16_s(vr), rh = i16x8.extend_high_i8x16_s(vr);
  interleave(
    i8x16.narrow_i16x8_u(i16x8.add(yl, redOf(rl)), i16x8.add(yh, redOf(rh))),
    i8x16.narrow_i16x8_u(i16x8.add(yl, greenOf(bl, rl)), i16x8.add(yh, greenOf(bh, rh))),
    i8x16.narrow_i16x8_u(i16x8.add(yl, blueOf(bl)), i16x8.add(yh, blueOf(bh))),
    target,
  );
}

/** Y, Cb, Cr → RGBA. `spare` is room for 16 pixels. */
export function yccRow(y: usize, cb: usize, cr: usize, target: usize, width: i32, spare: usize): void {
  let x = 0;
  for (; x + 16 <= width; x += 16) convertYcc(y + x, cb + x, cr + x, target + (x << 2));
  if (x == width) return;
  convertYcc(y + x, cb + x, cr + x, spare);
  memory.copy(target + (x << 2), spare, (width - x) << 2);
}

/** Three colours as they are, or one thrice. */
export function rgbRow(r: usize, g: usize, b: usize, target: usize, width: i32, spare: usize): void {
  let x = 0;
  for (; x + 16 <= width; x += 16) interleave(v128.load(r + x), v128.load(g + x), v128.load(b + x), target + (x << 2));
  if (x == width) return;
  interleave(v128.load(r + x), v128.load(g + x), v128.load(b + x), spare);
  memory.copy(target + (x << 2), spare, (width - x) << 2);
}

/** The fourth component behind three that are in their places, and `flip` xor-ed into every pixel. */
export function fourthRow(fourth: usize, target: usize, width: i32, flip: u32): void {
  for (const end = fourth + width; fourth < end; fourth++) {
    store<u32>(target, (load<u32>(target) & 0xffffff | <u32>load<u8>(fourth) << 24) ^ flip);
    target += 4;
  }
}
