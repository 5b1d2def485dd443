// Colour through a table of 3 or 4 dimensions, linear in each, in place in a part of a raster.
// A node is R G B 0 in 16 bits with 7 of them fractional, so two neighbours along the third axis are one load, and one
// dot product weighs them. Per axis, 256 entries of 16 bytes say where a value lies: weight of the lower node, weight
// of the upper one (they add up to 16384), offset of the lower node in bytes.
import { pairPixels } from './resample';

@inline
function product(a: v128, b: v128): v128 {
  return i32x4.shr_u(i32x4.add(i32x4.mul(a, b), i32x4.splat(8192)), 14);
}

/** Weights of four pairs of nodes, from the weights of the pairs and the weight of each upper node in it. */
@inline
function pairWeights(pairs: v128, upper: v128): v128 {
  const high = product(pairs, upper);
  return v128.or(i32x4.sub(pairs, high), i32x4.shl(high, 16));
}

/** Four pairs of nodes, `first` bytes apart along the first axis and `second` along the second. */
@inline
function weighted(p: usize, first: usize, second: usize, weights: v128): v128 {
  const a = i32x4.dot_i16x8_s(pairPixels(v128.load(p)), v128.shuffle<i32>(weights, weights, 0, 0, 0, 0));
  const b = i32x4.dot_i16x8_s(pairPixels(v128.load(p + second)), v128.shuffle<i32>(weights, weights, 1, 1, 1, 1));
  const q = p + first;
  const c = i32x4.dot_i16x8_s(pairPixels(v128.load(q)), v128.shuffle<i32>(weights, weights, 2, 2, 2, 2));
  const d = i32x4.dot_i16x8_s(pairPixels(v128.load(q + second)), v128.shuffle<i32>(weights, weights, 3, 3, 3, 3));
  return i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
}

/** 14 bits of weight and 7 of fraction → 8 bit, with `alpha` in the place of the fourth. */
@inline
function storeLevels(sum: v128, alpha: u32, p: usize): void {
  const level = i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << 20)), 21);
  const v = i16x8.narrow_i32x4_s(level, level);
  store<u32>(p, i32x4.extract_lane(i8x16.narrow_i16x8_u(v, v), 0) & 0x00ffffff | alpha);
}

@inline
function apply(target: usize, stride: i32, width: i32, height: i32, axes: usize, nodes: usize, grid: i32, four: bool): void {
  const second = <usize>grid << 3, first = second * grid, fourth = first * grid;
  for (let y = 0; y < height; y++) {
    for (let p = target, end = target + (<usize>width << 2); p < end; p += 4) {
      const pixel = load<u32>(p);
      const ex = axes + (<usize>(pixel & 255) << 4);
      const ey = axes + 4096 + (<usize>(pixel >> 8 & 255) << 4);
      const ez = axes + 8192 + (<usize>(pixel >> 16 & 255) << 4);
      const vx = v128.load(ex);
      const pairs = product(v128.shuffle<i32>(vx, vx, 0, 0, 1, 1), v128.load64_splat(ey));
      const upper = v128.load32_splat(ez, 4);
      const node = nodes + load<i32>(ex, 8) + load<i32>(ey, 8) + load<i32>(ez, 8);
      if (four) {
        const ek = axes + 12288 + (<usize>(pixel >> 24) << 4);
        const far = product(pairs, v128.load32_splat(ek, 4));
        const corner = node + load<i32>(ek, 8);
        const near = weighted(corner, first, second, pairWeights(i32x4.sub(pairs, far), upper));
        storeLevels(i32x4.add(near, weighted(corner + fourth, first, second, pairWeights(far, upper))), 0xff000000, p);
      } else {
        storeLevels(weighted(node, first, second, pairWeights(pairs, upper)), pixel & 0xff000000, p);
      }
    }
    target += stride;
  }
}

/** R G B through a table of `grid`³ nodes, the third axis fastest; alpha is kept. */
export function applyTable3(target: usize, stride: i32, width: i32, height: i32, axes: usize, nodes: usize, grid: i32): void {
  apply(target, stride, width, height, axes, nodes, grid, false);
}

/** Four samples, each pixel's 4 bytes, through a table of `grid`⁴ nodes in the order 4, 1, 2, 3, the third fastest → opaque RGB. */
export function applyTable4(target: usize, stride: i32, width: i32, height: i32, axes: usize, nodes: usize, grid: i32): void {
  apply(target, stride, width, height, axes, nodes, grid, true);
}
