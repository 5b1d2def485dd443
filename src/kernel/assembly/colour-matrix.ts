// Matrix/shaper colour → sRGB, in place in a part of a raster.

/**
 * `shapers` holds, for red, green and blue in turn, 256 × 4 32-bit numbers: the part that a value has in linear sRGB
 * (curve × column of the matrix), 1 = 16383 · 256, rounding included. `encoding` has 16384 bytes: linear → sRGB.
 * Alpha is kept.
 */
export function applyMatrix(target: usize, stride: i32, width: i32, height: i32, shapers: usize, encoding: usize): void {
  const least = i32x4.splat(0), most = i32x4.splat(16383);
  for (let y = 0; y < height; y++) {
    for (let p = target, end = target + (<usize>width << 2); p < end; p += 4) {
      const pixel = load<u32>(p);
      const r = v128.load(shapers + (<usize>(pixel & 255) << 4));
      const g = v128.load(shapers + (<usize>(pixel >> 8 & 255) << 4), 4096);
      const b = v128.load(shapers + (<usize>(pixel >> 16 & 255) << 4), 8192);
      const linear = i32x4.shr_s(i32x4.add(i32x4.add(r, g), b), 8);
      const index = i32x4.min_s(i32x4.max_s(linear, least), most);
      store<u32>(p,
        <u32>load<u8>(encoding + <usize>i32x4.extract_lane(index, 0)) |
        <u32>load<u8>(encoding + <usize>i32x4.extract_lane(index, 1)) << 8 |
        <u32>load<u8>(encoding + <usize>i32x4.extract_lane(index, 2)) << 16 | pixel & 0xff000000);
    }
    target += stride;
  }
}
