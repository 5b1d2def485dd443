import { describe, expect, test } from 'vitest';
import { corners, writeProfile } from '../../codec/icc-writer.ts';
import { codestreamOf, hasOpenJpeg } from '../../codec/jpeg2000-files.ts';
import { picture } from '../../codec/pictures.ts';
import { colourDifference } from '../../render/colour-difference.ts';
import { samplesOf, type TestSamples, tiffOf } from '../../render/colour-files.ts';
import { imageOf, largestDifference, pixelsOf } from '../../render/subject.ts';
import { cdef, enumerated, fileOf, withProfile } from './jp2-file.ts';

const [WIDTH, HEIGHT] = [200, 150];
const WHOLE = 'full/max/0/default.png';
const HALF = 'full/100,/0/default.png';

const CMYK = enumerated(12);
const SRGB = enumerated(16);
/** Type of a channel that is something else (section I.5.3.6). */
const UNSPECIFIED = 65_535;

const photo = picture(WIDTH, HEIGHT, 3);
const colours = samplesOf('rgb', photo, (rgb) => rgb);
const inks = samplesOf('cmyk', photo, ([red, green, blue]) => {
  const black = Math.round((255 - Math.max(red, green, blue)) / 2);
  return [255 - red - black, 255 - green - black, 255 - blue - black, black].map((ink) => Math.max(0, ink));
});

/**
 * A codestream without loss, whose components are these channels of the samples; what they haven't is one of stripes.
 * `bits`: 8, or 16, of which the samples fill all.
 */
function codestream(
  { data }: TestSamples,
  components: readonly number[],
  { bits = 8, options = [] }: { readonly bits?: 8 | 16; readonly options?: readonly string[] } = {},
): Buffer {
  const channels = data.length / WIDTH / HEIGHT;
  const planar = components.flatMap((channel) =>
    Array.from({ length: WIDTH * HEIGHT }, (_, pixel) =>
      channel < channels ? (data[channels * pixel + channel] ?? 0) : 255 * (pixel & 1),
    ),
  );
  const stored = bits === 8 ? Uint8Array.from(planar) : Uint16Array.from(planar, (value) => 257 * value);
  const steps = components.map(() => [1, 1] as const);
  const raw = { width: WIDTH, height: HEIGHT, bits, steps, data: new Uint8Array(stored.buffer) };
  return Buffer.from(codestreamOf(raw, '-n', '3', ...options));
}

/** Pixels of files, of which the second holds the samples as they are. */
async function seen(file: Uint8Array, same: Uint8Array, path = WHOLE) {
  return [await pixelsOf(await imageOf(file), path), await pixelsOf(await imageOf(same), path)] as const;
}

describe.skipIf(!hasOpenJpeg)('CMYK is shown as the same inks of a TIFF are', () => {
  const plain = tiffOf(inks);

  test.each([
    ['in one tile', ['-c', '[64,64]', '-p', 'RPCL', '-PLT']],
    ['in tiles', ['-t', '64,64']],
    ['without a transform of components', ['-mct', '0']],
  ])('%s', async (_name, options) => {
    const file = fileOf(codestream(inks, [0, 1, 2, 3], { options }), CMYK);
    expect((await imageOf(file)).colour).toMatchObject({ space: 'cmyk', alpha: 'none' });
    expect(largestDifference(...(await seen(file, plain)))).toBe(0);
  });

  test('of 16 bits', async () => {
    const file = fileOf(codestream(inks, [0, 1, 2, 3], { bits: 16 }), CMYK);
    expect(largestDifference(...(await seen(file, plain)))).toBeLessThanOrEqual(1);
  });

  test('at half its size', async () => {
    const file = fileOf(codestream(inks, [0, 1, 2, 3]), CMYK);
    expect(colourDifference(...(await seen(file, plain, HALF))).mean).toBeLessThan(1);
  });

  test('by its profile', async () => {
    const A2B0 = corners(4, ([c = 0, m = 0, y = 0, k = 0]) => [
      (100 - 25 * c - 30 * m - 10 * y) * (1 - 0.8 * k),
      (40 * m - 30 * c) * (1 - k),
      (50 * y - 30 * c) * (1 - k),
    ]);
    const profile = writeProfile({ space: 'CMYK', connection: 'Lab ', deviceClass: 'prtr', tags: { A2B0 } });
    const file = fileOf(codestream(inks, [0, 1, 2, 3]), withProfile(3, profile));
    const [found, expected] = await seen(file, tiffOf(inks, { profile }));
    expect(largestDifference(found, expected)).toBe(0);
    expect(colourDifference(found, await pixelsOf(await imageOf(plain), WHOLE)).mean).toBeGreaterThan(3);
  });

  test('with black first', async () => {
    const order = cdef([0, 0, 4], [1, 0, 1], [2, 0, 2], [3, 0, 3]);
    const file = fileOf(codestream(inks, [3, 0, 1, 2]), CMYK, order);
    expect(largestDifference(...(await seen(file, plain)))).toBe(0);
  });

  test('without its varnish, or the alpha that is beside it', async () => {
    const bare = codestream(inks, [0, 1, 2, 3, 4], { options: ['-mct', '0'] });
    for (const type of [UNSPECIFIED, 1]) {
      const fifth = cdef([0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 0, 4], [4, type, type === 1 ? 0 : UNSPECIFIED]);
      expect(largestDifference(...(await seen(fileOf(bare, CMYK, fifth), plain))), `${type}`).toBe(0);
    }
  });
});

describe.skipIf(!hasOpenJpeg)('components beyond the colours', () => {
  const plain = tiffOf(colours);

  test.each([
    ['one', [0, 1, 2, 3]],
    ['three, as of a camera of six bands', [0, 1, 2, 3, 3, 3]],
  ])('are left out: %s', async (_name, components) => {
    const stored = codestream(colours, components, { options: ['-mct', '0'] });
    for (const file of [fileOf(stored, SRGB), stored]) {
      expect((await imageOf(file)).colour).toMatchObject({ space: 'rgb', alpha: 'none' });
      expect(largestDifference(...(await seen(file, plain)))).toBe(0);
    }
  });

  test('in front of them are left out too', async () => {
    const stored = codestream(colours, [3, 3, 2, 1, 0], { options: ['-mct', '0'] });
    const order = cdef([2, 0, 3], [3, 0, 2], [4, 0, 1]);
    expect(largestDifference(...(await seen(fileOf(stored, SRGB, order), plain)))).toBe(0);
  });
});
