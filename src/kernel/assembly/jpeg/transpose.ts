// Four lanes of one row and of the next, by turns.
@inline
function pair(p: usize): v128 {
  return v128.shuffle<i16>(v128.load64_zero(p), v128.load64_zero(p, 16), 0, 8, 1, 9, 2, 10, 3, 11);
}

/** Rows ↔ columns of a block of 8 × 8 i16, in place. */
export function transpose(block: usize): void {
  // Half rows: a load that spans two stores of the DCT would wait for both to reach the cache.
  const a0 = pair(block), a1 = pair(block + 8), a2 = pair(block + 32), a3 = pair(block + 40);
  const a4 = pair(block + 64), a5 = pair(block + 72), a6 = pair(block + 96), a7 = pair(block + 104);
  const b0 = v128.shuffle<i32>(a0, a2, 0, 4, 1, 5), b1 = v128.shuffle<i32>(a0, a2, 2, 6, 3, 7);
  const b2 = v128.shuffle<i32>(a1, a3, 0, 4, 1, 5), b3 = v128.shuffle<i32>(a1, a3, 2, 6, 3, 7);
  const b4 = v128.shuffle<i32>(a4, a6, 0, 4, 1, 5), b5 = v128.shuffle<i32>(a4, a6, 2, 6, 3, 7);
  const b6 = v128.shuffle<i32>(a5, a7, 0, 4, 1, 5), b7 = v128.shuffle<i32>(a5, a7, 2, 6, 3, 7);
  v128.store(block, v128.shuffle<i64>(b0, b4, 0, 2)); v128.store(block, v128.shuffle<i64>(b0, b4, 1, 3), 16);
  v128.store(block, v128.shuffle<i64>(b1, b5, 0, 2), 32); v128.store(block, v128.shuffle<i64>(b1, b5, 1, 3), 48);
  v128.store(block, v128.shuffle<i64>(b2, b6, 0, 2), 64); v128.store(block, v128.shuffle<i64>(b2, b6, 1, 3), 80);
  v128.store(block, v128.shuffle<i64>(b3, b7, 0, 2), 96); v128.store(block, v128.shuffle<i64>(b3, b7, 1, 3), 112);
}
