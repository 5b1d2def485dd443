// Subsampled rows → full rows, weighted as libjpeg's "fancy" upsampling does: 3 : 1 by distance, in both directions.
// Every row has a byte before its first sample and 16 behind its last that may be written.

/** Rows begin and end with their edge sample once more: the filters need no special case there. */
@inline
function extend(row: usize, width: i32): void {
  store<u8>(row - 1, load<u8>(row));
  store<u8>(row + width, load<u8>(row + width - 1));
}

@inline
function doubled(l: v128, c: v128, r: v128, roundEven: i16, roundOdd: i16, shift: i32): v128 {
  const centre = i16x8.add(c, i16x8.shl(c, 1));
  const even = i16x8.shr_u(i16x8.add(i16x8.add(centre, l), i16x8.splat(roundEven)), shift);
  const odd = i16x8.shr_u(i16x8.add(i16x8.add(centre, r), i16x8.splat(roundOdd)), shift);
  return v128.or(even, i16x8.shl(odd, 8));
}

/** Twice as wide; samples `from` … `to` of the row, written to the place of the first one's result and on. */
export function doubleRow(row: usize, width: i32, from: i32, to: i32, target: usize): void {
  extend(row, width);
  for (let x = from; x < to; x += 8) {
    const v = v128.load(row + x - 1);
    const l = i16x8.extend_low_i8x16_u(v), h = i16x8.extend_high_i8x16_u(v);
    const c = v128.shuffle<i16>(l, h, 1, 2, 3, 4, 5, 6, 7, 8), r = v128.shuffle<i16>(l, h, 2, 3, 4, 5, 6, 7, 8, 9);
    v128.store(target + (x << 1), doubled(l, c, r, 1, 2, 2));
  }
}

/** Twice as wide and between two rows, `near` counting three times. */
export function doubleBetween(near: usize, far: usize, width: i32, from: i32, to: i32, target: usize): void {
  extend(near, width); extend(far, width);
  for (let x = from; x < to; x += 8) {
    const n = v128.load(near + x - 1), f = v128.load(far + x - 1);
    const nl = i16x8.extend_low_i8x16_u(n), nh = i16x8.extend_high_i8x16_u(n);
    const l = i16x8.add(i16x8.add(nl, i16x8.shl(nl, 1)), i16x8.extend_low_i8x16_u(f));
    const h = i16x8.add(i16x8.add(nh, i16x8.shl(nh, 1)), i16x8.extend_high_i8x16_u(f));
    const c = v128.shuffle<i16>(l, h, 1, 2, 3, 4, 5, 6, 7, 8), r = v128.shuffle<i16>(l, h, 2, 3, 4, 5, 6, 7, 8, 9);
    v128.store(target + (x << 1), doubled(l, c, r, 8, 7, 4));
  }
}

/** Between two rows, as wide as they are. `round` is 1 for the upper of two results, 2 for the lower. */
export function between(near: usize, far: usize, from: i32, to: i32, target: usize, round: i16): void {
  for (let x = from; x < to; x += 8) {
    const n = v128.load_ext<u8>(near + x), f = v128.load_ext<u8>(far + x);
    const sum = i16x8.add(i16x8.add(i16x8.add(n, i16x8.shl(n, 1)), f), i16x8.splat(round));
    const v = i16x8.shr_u(sum, 2);
    v128.store64_lane(target + x, i8x16.narrow_i16x8_u(v, v), 0);
  }
}

/** Each sample `times` times. */
export function repeat(row: usize, from: i32, to: i32, target: usize, times: i32): void {
  let d = target + from * times;
  for (let x = from; x < to; x++) {
    const sample = load<u8>(row + x);
    for (let i = 0; i < times; i++) store<u8>(d++, sample);
  }
}
