import { expect, test } from 'vitest';
import { toneCurve } from '../../src/codec/icc-curve.ts';
import { matrixOf } from '../../src/codec/icc-matrix.ts';
import { readIccProfile } from '../../src/codec/icc-profile.ts';
import { Random } from '../kernel/random.ts';
import {
  corners,
  curve,
  gamma,
  greyProfile,
  parametric,
  WIDE_PRIMARIES,
  wideProfile,
  writeProfile,
} from './icc-writer.ts';

test('a profile tells what its samples are and what they lead to', () => {
  expect(readIccProfile(wideProfile())).toMatchObject({ space: 'rgb', connection: 'xyz' });
  expect(readIccProfile(greyProfile(gamma(1), 'Lab '))).toMatchObject({ space: 'grey', connection: 'lab' });
  const cmyk = writeProfile({ space: 'CMYK', connection: 'Lab ', deviceClass: 'prtr', tags: {} });
  expect(readIccProfile(cmyk)).toMatchObject({ space: 'cmyk', connection: 'lab' });
});

test('bytes after its end, as paddings leave them, are no part of a profile', () => {
  const profile = wideProfile();
  expect(readIccProfile(new Uint8Array([...profile, 1, 2, 3]))?.bytes).toEqual(profile);
});

test('what is cut, has no signature, too many tags, or tags outside itself is no profile', () => {
  const damage = (change: (view: DataView) => void) => {
    const profile = wideProfile();
    change(new DataView(profile.buffer));
    return readIccProfile(profile);
  };
  expect(readIccProfile(new Uint8Array())).toBeUndefined();
  expect(readIccProfile(wideProfile().subarray(0, 300))).toBeUndefined();
  expect(damage((view) => view.setUint32(36, 0))).toBeUndefined();
  expect(damage((view) => view.setUint32(128, 0xffffffff))).toBeUndefined();
  expect(damage((view) => view.setUint32(136, 0xfffffff0))).toBeUndefined();
  expect(damage((view) => view.setUint32(140, 0xfffffff0))).toBeUndefined();
  expect(damage((view) => view.setUint32(0, 20))).toBeUndefined();
});

test('links between devices and named colours are no profiles of images', () => {
  expect(readIccProfile(writeProfile({ space: 'RGB ', deviceClass: 'link', tags: {} }))).toBeUndefined();
  expect(readIccProfile(writeProfile({ space: 'RGB ', deviceClass: 'nmcl', tags: {} }))).toBeUndefined();
});

test('curves are exponents, tables or parameters', () => {
  const at = (tag: Uint8Array) => [...(toneCurve(tag) ?? [])].filter((_, value) => value % 51 === 0);
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const close = (found: readonly number[], expected: readonly number[]) => {
    expect(found.length).toBe(6);
    expected.forEach((value, index) => {
      expect(found[index]).toBeCloseTo(value, 4);
    });
  };
  close(at(curve([])), steps);
  close(
    at(gamma(2)),
    steps.map((x) => x ** 2),
  );
  close(at(curve([0, 65_535])), steps);
  close(at(curve([0, 0, 65_535])), [0, 0, 0, 0.2, 0.6, 1]);
  close(
    at(parametric(0, [2])),
    steps.map((x) => x ** 2),
  );
  close(
    at(parametric(1, [2, 1, -0.5])),
    steps.map((x) => Math.max(0, x - 0.5) ** 2),
  );
  close(
    at(parametric(2, [2, 1, -0.5, 0.25])),
    steps.map((x) => Math.max(0, x - 0.5) ** 2 + 0.25),
  );
  close(
    at(parametric(3, [2, 1, 0, 0.5, 0.5])),
    steps.map((x) => (x >= 0.5 ? x ** 2 : x / 2)),
  );
  close(
    at(parametric(4, [2, 1, 0, 0.5, 0.5, 0, 0.125])),
    steps.map((x) => (x >= 0.5 ? x ** 2 : x / 2 + 0.125)),
  );
});

test('curves that are cut, or of no known kind, are none', () => {
  expect(toneCurve(undefined)).toBeUndefined();
  expect(toneCurve(curve([1, 2, 3]).subarray(0, 16))).toBeUndefined();
  expect(toneCurve(parametric(3, [2, 1]))).toBeUndefined();
  expect(toneCurve(parametric(5, [2, 1, 0, 0, 0, 0, 0]))).toBeUndefined();
  expect(toneCurve(WIDE_PRIMARIES.rXYZ)).toBeUndefined();
});

test('a matrix has its primaries as columns', () => {
  const profile = readIccProfile(wideProfile());
  const matrix = profile && matrixOf(profile);
  expect(matrix?.matrix.map((value) => Number(value.toFixed(4)))).toEqual([
    0.6097, 0.2053, 0.1492, 0.3111, 0.6257, 0.0632, 0.0195, 0.0609, 0.7446,
  ]);
});

test('tables come before matrix and curves, and a matrix without light is none', () => {
  const curves = { rTRC: gamma(2), gTRC: gamma(2), bTRC: gamma(2) };
  const matrixOfTags = (tags: Readonly<Record<string, Uint8Array>>) => {
    const profile = readIccProfile(writeProfile({ space: 'RGB ', tags }));
    return profile && matrixOf(profile);
  };
  const { rXYZ, gXYZ, bXYZ } = WIDE_PRIMARIES;
  expect(matrixOfTags({ ...WIDE_PRIMARIES, ...curves })).toBeDefined();
  expect(matrixOfTags({ ...WIDE_PRIMARIES, ...curves, A2B0: corners(3, () => [50, 0, 0]) })).toBeUndefined();
  expect(matrixOfTags({ ...WIDE_PRIMARIES, rTRC: gamma(2), gTRC: gamma(2) })).toBeUndefined();
  expect(matrixOfTags({ rXYZ, gXYZ, bXYZ: bXYZ.subarray(0, 12), ...curves })).toBeUndefined();
  expect(matrixOfTags({ rXYZ: bXYZ, gXYZ: bXYZ, bXYZ, ...curves })).toBeUndefined();
});

test('10,000 damaged profiles are read without an error', () => {
  const random = new Random(7);
  const profiles = [wideProfile(parametric(4, [2, 1, 0, 0.5, 0.5, 0, 0.125])), greyProfile(curve([0, 9, 65_535]))];
  for (let i = 0; i < 10_000; i++) {
    const bytes = profiles[i % 2]?.slice() ?? new Uint8Array();
    for (let times = random.whole(1, 8); times > 0; times--)
      bytes[random.whole(0, bytes.length - 1)] = random.whole(0, 255);
    const profile = readIccProfile(
      bytes.subarray(0, random.whole(0, 9) === 0 ? random.whole(0, bytes.length) : undefined),
    );
    const matrix = profile && matrixOf(profile);
    expect(matrix?.matrix.every(Number.isFinite) ?? true).toBe(true);
  }
});
