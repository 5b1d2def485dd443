// Moves of whole pixels: copy, mirror, quarter turns.

/** Copies `rows` rows of `bytes` bytes. */
export function copyRows(source: usize, sourceStride: i32, target: usize, targetStride: i32, bytes: i32, rows: i32): void {
  for (let y = 0; y < rows; y++) {
    memory.copy(target, source, bytes);
    source += sourceStride; target += targetStride;
  }
}

@inline
function reversed(v: v128): v128 {
  return v128.shuffle<i32>(v, v, 3, 2, 1, 0);
}

/** Left ↔ right, in place. */
export function mirror(source: usize, stride: i32, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    let left = source, right = source + (<usize>width << 2);
    while (left + 32 <= right) {
      right -= 16;
      const a = v128.load(left), b = v128.load(right);
      v128.store(left, reversed(b)); v128.store(right, reversed(a));
      left += 16;
    }
    while (left + 8 <= right) {
      right -= 4;
      const a = load<u32>(left);
      store<u32>(left, load<u32>(right)); store<u32>(right, a);
      left += 4;
    }
    source += stride;
  }
}

/** 180°. */
export function turnHalf(source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32): void {
  target += <usize>((height - 1) * targetStride);
  for (let y = 0; y < height; y++) {
    let p = source, d = target + (<usize>width << 2), x = 0;
    for (; x + 4 <= width; x += 4) {
      d -= 16;
      v128.store(d, reversed(v128.load(p)));
      p += 16;
    }
    for (; x < width; x++) {
      d -= 4;
      store<u32>(d, load<u32>(p));
      p += 4;
    }
    source += sourceStride; target -= targetStride;
  }
}

/**
 * 90° clockwise, or counter-clockwise; `width` and `height` are the source's. Blocks of 4 × 4 are transposed in
 * registers, in bands of 16 rows, so that the written cache lines stay near.
 */
export function turnQuarter(
  source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32, clockwise: bool,
): void {
  const blockWidth = width & ~3, blockHeight = height & ~3;
  for (let band = 0; band < blockHeight; band += 16) {
    const bandEnd = min(band + 16, blockHeight);
    for (let x = 0; x < blockWidth; x += 4) {
      for (let y = band; y < bandEnd; y += 4) {
        const p = source + <usize>(y * sourceStride + (x << 2));
        const a = v128.load(p), b = v128.load(p + sourceStride);
        const c = v128.load(p + (sourceStride << 1)), e = v128.load(p + sourceStride * 3);
        const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
        const ce0 = v128.shuffle<i32>(c, e, 0, 4, 1, 5), ce1 = v128.shuffle<i32>(c, e, 2, 6, 3, 7);
        const r0 = v128.shuffle<i64>(ab0, ce0, 0, 2), r1 = v128.shuffle<i64>(ab0, ce0, 1, 3);
        const r2 = v128.shuffle<i64>(ab1, ce1, 0, 2), r3 = v128.shuffle<i64>(ab1, ce1, 1, 3);
        if (clockwise) {
          const d = target + <usize>(x * targetStride + ((height - 4 - y) << 2));
          v128.store(d, reversed(r0)); v128.store(d + targetStride, reversed(r1));
          v128.store(d + (targetStride << 1), reversed(r2)); v128.store(d + targetStride * 3, reversed(r3));
        } else {
          const d = target + <usize>((width - 1 - x) * targetStride + (y << 2));
          v128.store(d, r0); v128.store(d - targetStride, r1);
          v128.store(d - (targetStride << 1), r2); v128.store(d - targetStride * 3, r3);
        }
      }
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = y < blockHeight ? blockWidth : 0; x < width; x++) {
      const column = clockwise ? height - 1 - y : y, row = clockwise ? x : width - 1 - x;
      store<u32>(target + <usize>(row * targetStride + (column << 2)), load<u32>(source + <usize>(y * sourceStride + (x << 2))));
    }
  }
}
