import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/render/engine.ts';
import { Timing } from '../../src/timing.ts';
import { picture, profileNamed, sharpOf } from '../codec/pictures.ts';
import { answer, decoded, imageOf } from './subject.ts';

/** Passing a tile through loads nothing. */
const noEngine = createEngine((name) => Promise.reject(new Error(`${name} was loaded`)));

async function pyramidOf(width: number, height: number, channels: 1 | 3, quality = 80) {
  const profile = channels === 3 ? 'p3' : undefined;
  const pixels = sharpOf(picture(width, height, channels)).toColourspace(channels === 3 ? 'srgb' : 'b-w');
  const tiff = await (profile ? pixels.withIccProfile(profile) : pixels)
    .tiff({ compression: 'jpeg', quality, tile: true, tileWidth: 256, tileHeight: 256, pyramid: true })
    .toBuffer();
  return { image: await imageOf(tiff), tiff };
}

/** A part of the TIFF's page as libvips decodes it: level 0 is the full resolution. */
function stored(tiff: Uint8Array, page: number, left: number, top: number, width: number, height: number) {
  return sharp(tiff, { page }).extract({ left, top, width, height }).png().toBuffer().then(decoded);
}

/** Largest difference of samples away from the last two columns and rows, which see other neighbours. */
function differenceInside(a: Awaited<ReturnType<typeof decoded>>, b: typeof a): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let y = 0; y < a.height - 2; y++) {
    for (let i = 4 * y * a.width; i < 4 * (y * a.width + a.width - 2); i++) {
      largest = Math.max(largest, Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0)));
    }
  }
  return largest;
}

describe('an edge tile of a JPEG pyramid is cut from the stored tile, without decoding', () => {
  test.each([
    ['YCbCr 4:2:0', 3, 80],
    ['RGB', 3, 92],
    ['grey', 1, 80],
  ] as const)('%s', async (_, channels, quality) => {
    const { image, tiff } = await pyramidOf(600, 500, channels, quality);
    for (const [path, page, left, top, width, height] of [
      ['512,0,88,256/88,256', 0, 512, 0, 88, 256],
      ['0,256,256,244/256,244', 0, 0, 256, 256, 244],
      ['512,256,88,244/88,244', 0, 512, 256, 88, 244],
      ['512,0,88,500/44,250', 1, 256, 0, 44, 250],
      ['full/150,125', 2, 0, 0, 150, 125],
    ] as const) {
      const timing = new Timing();
      const file = await answer(image, `${path}/0/default.jpg`, { engine: noEngine, timing });
      expect(timing.header()).toMatch(/^passthrough, cropped\b/);
      const expected = await stored(tiff, page, left, top, width, height);
      expect(differenceInside(await decoded(file), expected)).toBe(0);
    }
  });

  test('with the profile of the image', async () => {
    const { image } = await pyramidOf(300, 200, 3);
    const file = await answer(image, '256,0,44,200/44,200/0/default.jpg', { engine: noEngine });
    expect((await sharp(file).metadata()).icc).toEqual(Buffer.from(await profileNamed('p3')));
  });
});

describe('rendered', () => {
  test('an edge tile of WebP', async () => {
    const tiff = await sharpOf(picture(300, 200, 3))
      .tiff({ compression: 'webp', tile: true, pyramid: true })
      .toBuffer();
    const timing = new Timing();
    const file = await answer(await imageOf(tiff), '256,0,44,200/44,200/0/default.webp', { timing });
    expect(timing.has('rendered')).toBe(true);
    expect(await decoded(file)).toMatchObject({ width: 44, height: 200 });
  });

  test('an edge tile of a level that was rounded down, for a size that was rounded up', async () => {
    const { image } = await pyramidOf(601, 501, 3);
    expect(image.levels[1]).toMatchObject({ width: 300, height: 250 });
    const timing = new Timing();
    const file = await answer(image, 'full/301,251/0/default.jpg', { timing });
    expect(timing.has('rendered')).toBe(true);
    expect(await decoded(file)).toMatchObject({ width: 301, height: 251 });
  });

  test('an edge tile that can not be cut', async () => {
    const { image } = await pyramidOf(300, 200, 3);
    const progressive = await sharpOf(picture(256, 256, 3))
      .jpeg({ progressive: true })
      .toBuffer();
    const encoding = { kind: 'jpeg', colour: 'ycbcr', tables: undefined } as const;
    let reads = 0;
    const readTile = async () => {
      reads += 1;
      return { planes: [progressive], encoding, width: 256, height: 256 };
    };
    const timing = new Timing();
    const file = await answer({ ...image, readTile }, '256,0,44,200/44,200/0/default.jpg', { timing });
    // What was read to be cut is rendered.
    expect(reads).toBe(1);
    expect(timing.header()).toMatch(/^rendered\b/);
    expect(await decoded(file)).toMatchObject({ width: 44, height: 200 });
  });
});
