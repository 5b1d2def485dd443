// Forward DCT after Arai, Agui and Nakajima, on 16-bit lanes; its scale factors are divided out in quantising.
import { transpose } from './transpose';

// a · k / 2¹⁵, rounded.
@inline
function times(a: v128, k: i16): v128 {
  return i16x8.q15mulr_sat_s(a, i16x8.splat(k));
}

/** The columns of a block of 8 × 8 i16, in place. */
@inline
function columns(block: usize): void {
  const a0 = v128.load(block), a1 = v128.load(block, 16), a2 = v128.load(block, 32), a3 = v128.load(block, 48);
  const a4 = v128.load(block, 64), a5 = v128.load(block, 80), a6 = v128.load(block, 96), a7 = v128.load(block, 112);
  const s0 = i16x8.add(a0, a7), d0 = i16x8.sub(a0, a7), s1 = i16x8.add(a1, a6), d1 = i16x8.sub(a1, a6);
  const s2 = i16x8.add(a2, a5), d2 = i16x8.sub(a2, a5), s3 = i16x8.add(a3, a4), d3 = i16x8.sub(a3, a4);

  const e0 = i16x8.add(s0, s3), e1 = i16x8.add(s1, s2), e2 = i16x8.sub(s1, s2), e3 = i16x8.sub(s0, s3);
  // 0.707106781
  const z1 = times(i16x8.add(e2, e3), 23170);
  v128.store(block, i16x8.add(e0, e1)); v128.store(block, i16x8.sub(e0, e1), 64);
  v128.store(block, i16x8.add(e3, z1), 32); v128.store(block, i16x8.sub(e3, z1), 96);

  const o0 = i16x8.add(d3, d2), o1 = i16x8.add(d2, d1), o2 = i16x8.add(d1, d0);
  // 0.382683433, 0.541196100, 1.306562965 and 0.707106781
  const z5 = times(i16x8.sub(o0, o2), 12540);
  const z2 = i16x8.add(times(o0, 17734), z5);
  const z4 = i16x8.add(i16x8.add(times(o2, 10045), o2), z5);
  const z3 = times(o1, 23170);
  const z11 = i16x8.add(d0, z3), z13 = i16x8.sub(d0, z3);
  v128.store(block, i16x8.add(z13, z2), 80); v128.store(block, i16x8.sub(z13, z2), 48);
  v128.store(block, i16x8.add(z11, z4), 16); v128.store(block, i16x8.sub(z11, z4), 112);
}

@inline
function quantise(block: usize, reciprocals: usize): void {
  v128.store(block, i16x8.q15mulr_sat_s(v128.load(block), v128.load(reciprocals)));
}

/** Samples about 0 → quantised coefficients, in place, columns before rows; `reciprocals` stand in the same order. */
export function forward(block: usize, reciprocals: usize): void {
  columns(block);
  transpose(block);
  columns(block);
  // The highest frequency would need a reciprocal above 1 at the highest quality: it is doubled, its reciprocals halved.
  v128.store(block, i16x8.shl(v128.load(block, 112), 1), 112);
  for (let o: usize = 0; o < 128; o += 16) quantise(block + o, reciprocals + o);
}
