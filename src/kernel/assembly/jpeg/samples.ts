// RGBA pixels of one MCU → blocks of 8 × 8 i16 about 0: Y, Cb, Cr of ITU-T T.871, or Y alone. Weights have 15 bits.

/** Address of row `y`, the last one where the picture ends before it. */
@inline
function rowAt(source: usize, stride: i32, y: i32, lastRow: i32): usize {
  return source + min(y, lastRow) * stride;
}

// Sums of the two products that belong to a pixel, of two pixels in each vector.
@inline
function joined(l: v128, h: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(l, h, 0, 2, 4, 6), v128.shuffle<i32>(l, h, 1, 3, 5, 7));
}

/** 4 pixels weighed. */
@inline
function weighed(pixels: v128, weights: v128): v128 {
  const l = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pixels), weights);
  return joined(l, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pixels), weights));
}

@inline
function lumaWeights(): v128 {
  return i16x8(9798, 19235, 3735, 0, 9798, 19235, 3735, 0);
}

@inline
function blueWeights(): v128 {
  return i16x8(-5529, -10855, 16384, 0, -5529, -10855, 16384, 0);
}

@inline
function redWeights(): v128 {
  return i16x8(16384, -13720, -2664, 0, 16384, -13720, -2664, 0);
}

/** 8 pixels → 8 samples; `bias` is what rounding adds, less 128 << 15 where 0 isn't in the middle. */
@inline
function eight(left: v128, right: v128, weights: v128, bias: i32): v128 {
  const l = i32x4.shr_s(i32x4.add(weighed(left, weights), i32x4.splat(bias)), 15);
  return i16x8.narrow_i32x4_s(l, i32x4.shr_s(i32x4.add(weighed(right, weights), i32x4.splat(bias)), 15));
}

const LUMA_BIAS: i32 = 16384 - (128 << 15);
// A hair less than half, so that the largest chroma is not rounded out of its range.
const CHROMA_BIAS: i32 = 16383;

/** One block of luma. */
export function greySamples(source: usize, stride: i32, lastRow: i32, blocks: usize): void {
  for (let y = 0; y < 8; y++) {
    const p = rowAt(source, stride, y, lastRow);
    v128.store(blocks + (<usize>y << 4), eight(v128.load(p), v128.load(p, 16), lumaWeights(), LUMA_BIAS));
  }
}

/** One block each, 8 × 8 pixels. */
export function fullSamples(source: usize, stride: i32, lastRow: i32, blocks: usize): void {
  for (let y = 0; y < 8; y++) {
    const p = rowAt(source, stride, y, lastRow), d = blocks + (<usize>y << 4);
    const l = v128.load(p), r = v128.load(p, 16);
    v128.store(d, eight(l, r, lumaWeights(), LUMA_BIAS));
    v128.store(d, eight(l, r, blueWeights(), CHROMA_BIAS), 128);
    v128.store(d, eight(l, r, redWeights(), CHROMA_BIAS), 256);
  }
}

// Sums of horizontal neighbours: 4 pixels → 2, as i16.
@inline
function neighbours(pixels: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_u(v128.swizzle(pixels, i8x16(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15)));
}

// Sums of 2 × 2 pixels → 4 chroma samples.
@inline
function chroma(l: v128, r: v128, weights: v128): v128 {
  const sums = joined(i32x4.dot_i16x8_s(l, weights), i32x4.dot_i16x8_s(r, weights));
  return i32x4.shr_s(i32x4.add(sums, i32x4.splat(65535)), 17);
}

/** Four blocks of luma, then one of each chroma of means of 2 × 2: 16 × 16 pixels. */
export function halvedSamples(source: usize, stride: i32, lastRow: i32, blocks: usize): void {
  for (let y = 0; y < 16; y += 2) {
    const p = rowAt(source, stride, y, lastRow), q = rowAt(source, stride, y + 1, lastRow);
    const d = blocks + (y < 8 ? <usize>y << 4 : 256 + (<usize>(y - 8) << 4));
    const a0 = v128.load(p), a1 = v128.load(p, 16), a2 = v128.load(p, 32), a3 = v128.load(p, 48);
    v128.store(d, eight(a0, a1, lumaWeights(), LUMA_BIAS));
    v128.store(d, eight(a2, a3, lumaWeights(), LUMA_BIAS), 128);
    const b0 = v128.load(q), b1 = v128.load(q, 16), b2 = v128.load(q, 32), b3 = v128.load(q, 48);
    v128.store(d, eight(b0, b1, lumaWeights(), LUMA_BIAS), 16);
    v128.store(d, eight(b2, b3, lumaWeights(), LUMA_BIAS), 144);
    const s0 = i16x8.add(neighbours(a0), neighbours(b0)), s1 = i16x8.add(neighbours(a1), neighbours(b1));
    const s2 = i16x8.add(neighbours(a2), neighbours(b2)), s3 = i16x8.add(neighbours(a3), neighbours(b3));
    const c = blocks + 512 + (<usize>y << 3);
    v128.store(c, i16x8.narrow_i32x4_s(chroma(s0, s1, blueWeights()), chroma(s2, s3, blueWeights())));
    v128.store(c, i16x8.narrow_i32x4_s(chroma(s0, s1, redWeights()), chroma(s2, s3, redWeights())), 128);
  }
}
