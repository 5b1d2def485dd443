import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createEngine } from '../../src/render/engine.ts';
import { renderingOf } from '../../src/render/rendering.ts';
import { Timing } from '../../src/timing.ts';
import { corners, gamma, greyProfile, scannerProfile, wideProfile, writeProfile } from '../codec/icc-writer.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { srgb } from '../kernel/reference-colour.ts';
import { colourDifference } from './colour-difference.ts';
import { samplesOf, type TestSamples, tiffOf } from './colour-files.ts';
import { answer, decoded, imageOf, largestDifference, pixelAt, pixelsOf } from './subject.ts';

const toSrgb = { rendering: renderingOf({ colour: 'srgb' }) };
const keep = { rendering: renderingOf({}) };

const photo = picture(200, 150, 3);
const rgb = samplesOf('rgb', photo, (colour) => colour);
const grey = samplesOf('grey', photo, ([red]) => [red]);
const cmyk = samplesOf('cmyk', photo, ([red, green, blue]) => {
  const black = Math.round((255 - Math.max(red, green, blue)) / 2);
  return [255 - red - black, 255 - green - black, 255 - blue - black, black].map((ink) => Math.max(0, ink));
});

const dull = scannerProfile();

const profileIn = async (file: Uint8Array) => (await sharp(file).metadata()).icc;

/** What libvips makes of these samples and their profile. */
async function theirs(samples: TestSamples, profile?: Uint8Array): Promise<Pixels> {
  const file = tiffOf(samples, { profile });
  const srgb = await sharp(file).pipelineColourspace('srgb').toColourspace('srgb').png().toBuffer();
  return decoded(srgb);
}

describe('a matrix profile of another gamut', () => {
  const file = tiffOf(rgb, { profile: wideProfile() });

  test('goes along with the samples as they are', async () => {
    const image = await imageOf(file);
    for (const format of ['png', 'tif'] as const) {
      const kept = await answer(image, `full/max/0/default.${format}`, keep);
      expect(await profileIn(kept), format).toEqual(Buffer.from(wideProfile()));
      const { data } = await sharp(kept).keepIccProfile().removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect(Buffer.compare(data, rgb.data), format).toBe(0);
    }
  });

  test('is converted by where that is wanted, where it has no place, and before greying', async () => {
    const image = await imageOf(file);
    const expected = await theirs(rgb, wideProfile());
    const converted = await answer(image, 'full/max/0/default.png', toSrgb);
    expect(await profileIn(converted)).toBeUndefined();
    expect(colourDifference(await decoded(converted), expected).most).toBeLessThan(1);
    const greyed = await pixelsOf(image, 'full/max/0/gray.png', keep);
    const [red = 0, green = 0, blue = 0] = pixelAt(expected, 100, 75);
    expect(Math.abs((pixelAt(greyed, 100, 75)[0] ?? 0) - (0.299 * red + 0.587 * green + 0.114 * blue))).toBeLessThan(
      1.5,
    );
  });

  test('looks the same carried and converted, at every size', async () => {
    const image = await imageOf(file);
    for (const path of ['full/max/0/default', '10,20,90,70/45,35/0/default', 'full/50,/90/default']) {
      const [kept, converted] = [
        await pixelsOf(image, `${path}.png`, keep),
        await pixelsOf(image, `${path}.png`, toSrgb),
      ];
      expect(colourDifference(kept, converted).most, path).toBeLessThan(1.5);
    }
  });
});

test('a profile that is sRGB by its numbers neither goes along nor changes anything', async () => {
  const { icc } = await sharp(await sharpOf(photo).withIccProfile('srgb').png().toBuffer()).metadata();
  const image = await imageOf(tiffOf(rgb, { profile: new Uint8Array(icc ?? []) }));
  for (const options of [keep, toSrgb]) {
    const file = await answer(image, 'full/max/0/default.png', options);
    expect(await profileIn(file)).toBeUndefined();
    expect(Buffer.compare(await sharp(file).removeAlpha().raw().toBuffer(), rgb.data)).toBe(0);
  }
});

test('a profile that is larger than a tile should carry is converted by', async () => {
  const tags = { A2B0: corners(3, () => [50, 0, 0]), desc: new Uint8Array(20_000) };
  const profile = writeProfile({ space: 'RGB ', connection: 'Lab ', tags });
  const image = await imageOf(tiffOf(rgb, { profile }));
  expect(await profileIn(await answer(image, 'full/max/0/default.png', keep))).toBeUndefined();
});

test('tables of a scanner are converted by as Little CMS does', async () => {
  const image = await imageOf(tiffOf(rgb, { profile: dull }));
  expect(await profileIn(await answer(image, 'full/max/0/default.png', keep))).toEqual(Buffer.from(dull));
  const found = await pixelsOf(image, 'full/max/0/default.png', toSrgb);
  expect(colourDifference(found, await theirs(rgb, dull)).most).toBeLessThan(1.5);
});

describe('grey', () => {
  /** What sRGB it should be, from the luminance of a sample, both 0–1. */
  const shownAs = (luminance: (value: number) => number): Pixels => {
    const samples = [...grey.data].flatMap((value) => {
      const level = Math.round(255 * srgb.encode(luminance(value / 255)));
      return [level, level, level, 255];
    });
    return { width: grey.width, height: grey.height, channels: 4, data: Uint8Array.from(samples) };
  };

  test('goes along with its curve as JPEG, and is converted by it elsewhere', async () => {
    const image = await imageOf(tiffOf(grey, { profile: greyProfile() }));
    expect(await profileIn(await answer(image, 'full/max/0/default.jpg', keep))).toEqual(Buffer.from(greyProfile()));
    const file = await answer(image, 'full/max/0/default.png', keep);
    expect(await profileIn(file)).toBeUndefined();
    expect(
      largestDifference(
        await decoded(file),
        shownAs((value) => value ** 1.8),
      ),
    ).toBeLessThanOrEqual(1);
  });

  test('that leads to L*a*b*, which browsers ignore, is always converted', async () => {
    const profile = greyProfile(gamma(1), 'Lab ');
    const image = await imageOf(tiffOf(grey, { profile }));
    expect(await profileIn(await answer(image, 'full/max/0/default.jpg', keep))).toBeUndefined();
    const found = await pixelsOf(image, 'full/max/0/default.png', keep);
    const luminance = (lightness: number) => (lightness > 0.08 ? ((lightness + 0.16) / 1.16) ** 3 : lightness / 9.033);
    expect(largestDifference(found, shownAs(luminance))).toBeLessThanOrEqual(1);
  });
});

describe('CMYK', () => {
  test('is converted by its profile', async () => {
    const inks = ([c = 0, m = 0, y = 0, k = 0]: readonly number[]) => [
      (100 - 25 * c - 30 * m - 10 * y) * (1 - 0.8 * k),
      (40 * m - 30 * c) * (1 - k),
      (50 * y - 30 * c) * (1 - k),
    ];
    const A2B0 = corners(4, inks);
    const profile = writeProfile({ space: 'CMYK', connection: 'Lab ', deviceClass: 'prtr', tags: { A2B0 } });
    const image = await imageOf(tiffOf(cmyk, { profile }));
    const found = await pixelsOf(image, 'full/max/0/default.png', keep);
    expect(colourDifference(found, await theirs(cmyk, profile)).most).toBeLessThan(3);
  });

  test('without a profile is as libvips shows it', async () => {
    const image = await imageOf(tiffOf(cmyk));
    const found = await pixelsOf(image, 'full/max/0/default.png', keep);
    const { mean, most } = colourDifference(found, await theirs(cmyk));
    expect([mean < 0.5, most < 2]).toEqual([true, true]);
  });

  test('as a JPEG with a profile of a megabyte is as libvips shows it', async () => {
    const file = new Uint8Array(await sharpOf(photo).withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer());
    const image = await imageOf(file);
    expect([image.colour.space, image.colour.profileLength > 900_000]).toEqual(['cmyk', true]);
    const reference = await sharp(file).pipelineColourspace('srgb').toColourspace('srgb').png().toBuffer();
    const found = await pixelsOf(image, 'full/max/0/default.png', keep);
    expect(colourDifference(found, await decoded(reference)).mean).toBeLessThan(1);
  });

  test('is as dark at half its size, and at an eighth', async () => {
    const image = await imageOf(tiffOf(cmyk));
    const whole = await answer(image, 'full/max/0/default.png', keep);
    for (const width of [100, 25]) {
      const reference = await decoded(await sharp(whole).resize(width, null, { kernel: 'linear' }).png().toBuffer());
      const { mean } = colourDifference(await pixelsOf(image, `full/${width},/0/default.png`, keep), reference);
      expect(mean, `${width}`).toBeLessThan(2);
    }
  });

  test('is paper where the file leaves a tile out', async () => {
    const image = await imageOf(tiffOf(cmyk, { without: [5] }));
    const found = await pixelsOf(image, 'full/max/0/default.png', keep);
    expect(pixelAt(found, 100, 100)).toEqual([255, 255, 255, 255]);
  });
});

test('L*a*b* is converted by its formula', async () => {
  const grid = samplesOf('icclab', photo, ([red, green, blue]) => [red, 64 + green / 2, 64 + blue / 2].map(Math.round));
  const image = await imageOf(tiffOf(grid));
  const found = await pixelsOf(image, 'full/max/0/default.png', keep);
  const lightness = (grid.data[(75 * 200 + 100) * 3] ?? 0) / 2.55;
  const [red = 0, green = 0, blue = 0] = pixelAt(found, 100, 75).map((v) => v / 255);
  const y = 0.2126 * srgb.decode(red) + 0.7152 * srgb.decode(green) + 0.0722 * srgb.decode(blue);
  expect(116 * Math.cbrt(y) - 16).toBeCloseTo(lightness, -1);
});

describe('a profile of no use', () => {
  const cases = {
    damaged: wideProfile().fill(0xff, 132, 200),
    'for other samples': greyProfile(),
    'without a way to convert': writeProfile({ space: 'RGB ', tags: {} }),
  };
  for (const [name, profile] of Object.entries(cases)) {
    test(`${name}: counts as none, and is noted`, async () => {
      const image = await imageOf(tiffOf(rgb, { profile }));
      for (const options of [keep, toSrgb]) {
        const timing = new Timing();
        const file = await answer(image, 'full/max/0/default.png', { ...options, timing });
        expect(await profileIn(file)).toBeUndefined();
        expect(Buffer.compare(await sharp(file).removeAlpha().raw().toBuffer(), rgb.data)).toBe(0);
        expect(timing.has('profile-ignored')).toBe(true);
      }
    });
  }
});

describe('stored tiles', () => {
  const stored = (compression: 'jpeg' | 'webp') =>
    sharpOf(photo)
      .withIccProfile('p3')
      .tiff({ compression, tile: true, tileWidth: 64, tileHeight: 64, quality: 90 })
      .toBuffer();

  for (const [compression, format] of [
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
  ] as const) {
    test(`of ${compression} are passed through with their profile, and rendered where they are converted`, async () => {
      const image = await imageOf(new Uint8Array(await stored(compression)));
      const path = `0,0,64,64/64,64/0/default.${format}`;
      const [kept, converted] = [new Timing(), new Timing()];
      const file = await answer(image, path, { ...keep, timing: kept });
      const other = await answer(image, path, { ...toSrgb, timing: converted });
      expect([kept.has('passthrough'), converted.has('passthrough')]).toEqual([true, false]);
      expect([(await profileIn(file)) !== undefined, await profileIn(other)]).toEqual([true, undefined]);
      expect(colourDifference(await decoded(file), await decoded(other)).mean).toBeLessThan(1.5);
    });
  }
});

test('CMYK whose profile is damaged is shown as if it had none, and that is noted', async () => {
  const A2B0 = corners(4, () => [50, 0, 0]).subarray(0, 200);
  const profile = writeProfile({ space: 'CMYK', connection: 'Lab ', deviceClass: 'prtr', tags: { A2B0 } });
  const timing = new Timing();
  const path = 'full/max/0/default.png';
  const found = await pixelsOf(await imageOf(tiffOf(cmyk, { profile })), path, { ...keep, timing });
  expect(largestDifference(found, await pixelsOf(await imageOf(tiffOf(cmyk)), path, keep))).toBe(0);
  expect(timing.has('profile-ignored')).toBe(true);
});

test('a profile is read once, whatever is asked', async () => {
  const image = await imageOf(tiffOf(rgb, { profile: wideProfile() }));
  let reads = 0;
  const counted = {
    ...image,
    readProfile: (...given: Parameters<typeof image.readProfile>) => {
      reads += 1;
      return image.readProfile(...given);
    },
  };
  for (const format of ['png', 'jpg', 'tif']) await answer(counted, `full/50,/0/default.${format}`, keep);
  expect(reads).toBe(1);
});

test('a profile whose read failed is read again', async () => {
  const image = await imageOf(tiffOf(rgb, { profile: wideProfile() }));
  let fails = true;
  const failing = {
    ...image,
    readProfile: async (...given: Parameters<typeof image.readProfile>) => {
      if (fails) throw new Error('out of reach');
      return image.readProfile(...given);
    },
  };
  await expect(answer(failing, 'full/50,/0/default.png', keep)).rejects.toThrow('out of reach');
  fails = false;
  expect(await profileIn(await answer(failing, 'full/50,/0/default.png', keep))).toBeDefined();
});

test('Little CMS is loaded for tables, and for nothing else', async () => {
  const names: string[] = [];
  const engine = createEngine((name) => {
    names.push(name);
    return loadWasm(name);
  });
  await answer(await imageOf(tiffOf(rgb, { profile: wideProfile() })), 'full/50,/0/default.png', { ...toSrgb, engine });
  await answer(await imageOf(tiffOf(cmyk)), 'full/50,/0/default.png', { ...toSrgb, engine });
  expect(names.includes('lcms')).toBe(false);
  const scan = await imageOf(tiffOf(rgb, { profile: dull }));
  await answer(scan, 'full/50,/0/default.png', { ...toSrgb, engine });
  await answer(scan, 'full/40,/0/default.png', { ...toSrgb, engine });
  expect(names.filter((name) => name === 'lcms').length).toBe(1);
});
