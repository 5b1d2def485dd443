import { expect, test } from 'vitest';
import {
  isSrgb,
  type MatrixProfile,
  prepareMatrix,
  srgbOfXyz,
  type ToneCurve,
} from '../../src/kernel/colour-matrix.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';
import { compare } from './reference.ts';
import { applyMatrix, SRGB_MATRIX, srgb } from './reference-colour.ts';

const srgbCurve = Float32Array.from({ length: 1021 }, (_, i) => srgb.decode(i / 1020));

// Relative to D50, from the profiles' tags.
const adobeRgb = [0.60974, 0.20528, 0.14919, 0.31111, 0.62567, 0.06322, 0.01947, 0.06087, 0.74457];
const proPhoto = [0.79767, 0.13519, 0.03135, 0.28804, 0.71188, 0.00009, 0, 0, 0.82491];

function profile(curve: ToneCurve, matrix: readonly number[]): MatrixProfile {
  return { curves: [curve, curve, curve], matrix };
}

test('sRGB stays as it is, every grey and a million colours', async () => {
  const kernel = await loadKernel();
  const pixels = new Random(41).noise(1000, 1000, false);
  for (let level = 0; level < 256; level++) pixels.data.fill(level, level * 4, level * 4 + 3);
  const raster = rasterOf(kernel, pixels);
  kernel.applyMatrix(raster, prepareMatrix(profile(srgbCurve, SRGB_MATRIX)));
  expect(Buffer.compare(kernel.read(raster, 4).data, pixels.data)).toBe(0);
});

test('wide gamuts, odd curves and matrices are within one level of float64, alpha is kept', async () => {
  const kernel = await loadKernel();
  const random = new Random(42);
  const short = Float32Array.from([0, 0.1, 0.15, 0.6, 1]);
  const wild = Array.from({ length: 9 }, () => random.real() * 4 - 2);
  const profiles: readonly MatrixProfile[] = [
    profile(2.19921875, adobeRgb),
    profile(1.8, proPhoto),
    { curves: [1, 2.6, short], matrix: adobeRgb },
    profile(1, wild),
    profile(Float32Array.of(0.5), SRGB_MATRIX),
  ];
  for (const [index, one] of profiles.entries()) {
    const pixels = random.noise(random.whole(1, 200), random.whole(1, 100), false);
    const raster = rasterOf(kernel, pixels);
    kernel.applyMatrix(raster, prepareMatrix(one));
    const opaque = (image: { data: Uint8Array | Float64Array }) => {
      for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
    };
    const [found, expected] = [kernel.read(raster, 4), applyMatrix(pixels, one)];
    expect(found.data.every((value, i) => i % 4 !== 3 || value === pixels.data[i])).toBe(true);
    // Transparent colours count too.
    for (const image of [found, expected]) opaque(image);
    expect(compare(found, expected).largest, `profile ${index}`).toBeLessThan(0.5);
  }
});

test('a part of a raster is converted, and nothing else', async () => {
  const kernel = await loadKernel();
  const pixels = new Random(43).noise(40, 30);
  const raster = rasterOf(kernel, pixels);
  kernel.applyMatrix(raster, prepareMatrix(profile(Float32Array.of(0, 0), SRGB_MATRIX)), {
    x: 3,
    y: 5,
    width: 7,
    height: 9,
  });
  const { data } = kernel.read(raster, 4);
  const wrong = pixels.data.findIndex((value, i) => {
    const [x, y] = [(i >> 2) % 40, Math.floor((i >> 2) / 40)];
    const inside = x >= 3 && x < 10 && y >= 5 && y < 14 && i % 4 !== 3;
    return data[i] !== (inside ? 0 : value);
  });
  expect(wrong).toBe(-1);
});

test('what is no profile is refused', async () => {
  const kernel = await loadKernel();
  const raster = kernel.raster(4, 4);
  expect(() => prepareMatrix(profile(2.2, SRGB_MATRIX.slice(1)))).toThrow(RangeError);
  expect(() =>
    prepareMatrix(
      profile(
        2.2,
        SRGB_MATRIX.map(() => Number.NaN),
      ),
    ),
  ).toThrow(RangeError);
  expect(() => prepareMatrix(profile(new Float32Array(), SRGB_MATRIX))).toThrow(RangeError);
  expect(() => prepareMatrix(profile(Float32Array.of(0, Number.NaN), SRGB_MATRIX))).toThrow(RangeError);
  expect(() => kernel.applyMatrix(raster, { shapers: new Int32Array(5) })).toThrow(RangeError);
  const tables = prepareMatrix(profile(1, SRGB_MATRIX));
  expect(() => kernel.applyMatrix(raster, tables, { x: 0, y: 0, width: 5, height: 1 })).toThrow(RangeError);
  raster.free();
  expect(() => kernel.applyMatrix(raster, tables)).toThrow(RangeError);
});

test('tables with any content stay within their memory', async () => {
  const kernel = await loadKernel();
  const raster = rasterOf(kernel, new Random(44).noise(64, 64));
  const shapers = new Int32Array(new Random(45).bytes(12288).buffer);
  kernel.applyMatrix(raster, { shapers });
  expect(kernel.read(raster, 4).data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
});

test('sRGB is known by its numbers, also when they were rounded or its curve is a table', () => {
  const rounded = SRGB_MATRIX.map((value) => Math.round(value * 4096) / 4096);
  expect(isSrgb(prepareMatrix(profile(srgbCurve, SRGB_MATRIX)))).toBe(true);
  expect(isSrgb(prepareMatrix(profile(srgbCurve, rounded)))).toBe(true);
  expect(isSrgb(prepareMatrix(profile(2.2, SRGB_MATRIX)))).toBe(false);
  expect(isSrgb(prepareMatrix(profile(srgbCurve, adobeRgb)))).toBe(false);
  expect(isSrgb(prepareMatrix(profile(srgbCurve, proPhoto)))).toBe(false);
});

test('a colour relative to D50 becomes sRGB, cut to what that has', () => {
  const near = (found: readonly number[], expected: readonly number[]) => {
    expected.forEach((value, index) => {
      expect(found[index]).toBeCloseTo(value, 2);
    });
  };
  near(srgbOfXyz(0.9642, 1, 0.8249), [1, 1, 1]);
  near(srgbOfXyz(0.9642 / 2, 0.5, 0.8249 / 2), [0.735, 0.735, 0.735]);
  near(srgbOfXyz(0, 0, 0), [0, 0, 0]);
  near(srgbOfXyz(2, 0.6, -0.1), [1, 0, 0]);
});
