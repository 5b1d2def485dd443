import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import type { Orientation, TiledImage } from '../../src/image/image.ts';
import { renderingOf } from '../../src/render/rendering.ts';
import { Timing } from '../../src/timing.ts';
import { Random } from '../kernel/random.ts';
import { inOnePiece, stitched } from './stitched.ts';
import { answer, imageOf, largestDifference, pixelAt, pixelsOf } from './subject.ts';

const SECRET = { x: 300, y: 170, width: 150, height: 90 };

interface Storage {
  readonly compression?: 'jpeg' | 'deflate' | 'webp';
  readonly pyramid?: boolean;
  readonly orientation?: Orientation;
  readonly size?: readonly [width: number, height: number];
}

/** Two images that are alike but for what is redacted, where one is noise and the other white. */
async function twins({ compression = 'jpeg', pyramid = true, orientation = 1, size = [800, 600] }: Storage) {
  const [width, height] = size;
  const make = async (secret: 'noise' | 'white'): Promise<TiledImage> => {
    const random = new Random(5);
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i += 3) {
        const inside = x >= SECRET.x && y >= SECRET.y && x < SECRET.x + SECRET.width && y < SECRET.y + SECRET.height;
        if (!inside) data.set([x & 255, y & 255, (x + y) & 255], i);
        else data.set(secret === 'white' ? [255, 255, 255] : random.bytes(3), i);
      }
    }
    const file = await sharp(data, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .tiff({ tile: true, tileWidth: 128, tileHeight: 128, pyramid, compression, quality: 60 })
      .toBuffer();
    return imageOf(new Uint8Array(file));
  };
  return { noise: await make('noise'), white: await make('white') };
}

const rendering = renderingOf({ redactions: [SECRET] });

describe('nothing of what is redacted can be told from any answer', () => {
  const paths = [
    'full/max/0/default.png',
    'full/400,300/0/default.png',
    'full/333,250/0/default.png',
    'full/200,150/0/default.png',
    'full/100,75/0/default.png',
    'full/97,73/0/default.png',
    'full/13,10/0/default.png',
    '256,128,256,256/128,128/0/default.png',
    '0,0,512,512/128,128/0/default.png',
    '280,150,200,130/^800,520/0/default.png',
    '301,171,20,20/^500,500/0/default.png',
    '440,100,30,300/^90,900/0/default.png',
    '290,160,100,100/max/30/default.png',
    'full/400,300/90/default.png',
    'full/400,300/!45/gray.png',
    'full/400,300/0/bitonal.png',
    '256,128,128,128/128,128/0/default.jpg',
    'full/max/0/default.pdf',
  ];
  test.each([
    { compression: 'jpeg' },
    { compression: 'jpeg', pyramid: false },
    { compression: 'deflate' },
    { compression: 'deflate', size: [1003, 611] },
    { compression: 'jpeg', size: [777, 555] },
  ] as const)('%o', async (storage) => {
    const { noise, white } = await twins(storage);
    for (const path of paths) {
      const [a, b] = [await answer(noise, path, { rendering }), await answer(white, path, { rendering })];
      expect(Buffer.compare(a, b), path).toBe(0);
    }
  });

  test('a tiled JPEG without smaller levels that is halved as it is decoded', async () => {
    const size = [4224, 4096] as const;
    const { noise, white } = await twins({ compression: 'jpeg', pyramid: false, size });
    const path = 'full/700,679/0/default.png';
    const [a, b] = [await answer(noise, path, { rendering }), await answer(white, path, { rendering })];
    expect(Buffer.compare(a, b)).toBe(0);
  });

  test.each([2, 3, 4, 5, 6, 7, 8] as const)('displayed by orientation %i', async (orientation) => {
    // In the file it lies elsewhere: what is redacted is told in pixels as displayed.
    const { noise } = await twins({ compression: 'deflate', orientation });
    const stored = await pixelsOf((await twins({ compression: 'deflate' })).noise, 'full/max/0/default.png');
    const asked = renderingOf({ redactions: [{ x: 30, y: 50, width: 70, height: 20 }] });
    const pixels = await pixelsOf(noise, 'full/max/0/default.png', { rendering: asked });
    const plain = await pixelsOf(noise, 'full/max/0/default.png');
    expect(pixels.width).toBe(orientation >= 5 ? stored.height : stored.width);
    expect(changedBox(plain, pixels)).toEqual([30, 50, 100, 70]);
  });
});

/** Bounding box of the pixels in which two pictures differ. */
function changedBox(a: Pixels, b: Pixels): number[] {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      if (pixelAt(a, x, y).join() === pixelAt(b, x, y).join()) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
}

describe('what is painted over', () => {
  test('of a lossless file, exactly the rectangle, rounded outwards', async () => {
    const { noise } = await twins({ compression: 'deflate' });
    const redactions = [{ x: 310.2, y: 180.9, width: 100, height: 50.2, colour: [255, 0, 0] as const }];
    const plain = await pixelsOf(noise, 'full/max/0/default.png');
    const asked = { rendering: renderingOf({ redactions }) };
    const pixels = await pixelsOf(noise, 'full/max/0/default.png', asked);
    expect(changedBox(plain, pixels)).toEqual([310, 180, 411, 232]);
    expect(pixelAt(pixels, 311, 181)).toEqual([255, 0, 0, 255]);
  });

  test.each([
    { compression: 'jpeg', scale: 1, most: 17 },
    { compression: 'jpeg', scale: 2, most: 20 },
    { compression: 'jpeg', scale: 4, most: 20 },
    { compression: 'deflate', scale: 2, most: 4 },
    { compression: 'deflate', scale: 4, most: 4 },
  ] as const)(
    'at most $most pixels more where neighbours show something of it: $compression, 1 : $scale',
    async ({ compression, scale, most }) => {
      const { noise } = await twins({ compression });
      const path = `full/${800 / scale},${600 / scale}/0/default.png`;
      const plain = await pixelsOf(noise, path);
      const [left = 0, top = 0, right = 0, bottom = 0] = changedBox(plain, await pixelsOf(noise, path, { rendering }));
      for (const [found, exact] of [
        [-left, -SECRET.x],
        [-top, -SECRET.y],
        [right, SECRET.x + SECRET.width],
        [bottom, SECRET.y + SECRET.height],
      ] as const) {
        expect(found).toBeGreaterThanOrEqual(exact / scale);
        expect(found).toBeLessThanOrEqual(exact / scale + most);
      }
    },
  );

  test('a rectangle beside the image changes nothing, one across its edge is cut', async () => {
    const { noise } = await twins({ compression: 'deflate' });
    const plain = await pixelsOf(noise, 'full/max/0/default.png');
    const beside = renderingOf({ redactions: [{ x: 900, y: 10, width: 50, height: 50 }] });
    const pixels = await pixelsOf(noise, 'full/max/0/default.png', { rendering: beside });
    expect(largestDifference(pixels, plain)).toBe(0);
    const across = renderingOf({ redactions: [{ x: -50, y: 580, width: 100, height: 100 }] });
    expect(changedBox(plain, await pixelsOf(noise, 'full/max/0/default.png', { rendering: across }))).toEqual([
      0, 580, 50, 600,
    ]);
  });

  test('tiles join into the whole image', async () => {
    const { noise } = await twins({ compression: 'deflate', size: [1003, 611] });
    for (const scale of [1, 2]) {
      const asked = { rendering: { redactions: [SECRET] }, scale, tile: 128, rotation: '0' };
      const interior = (pixels: Pixels) => pixelAt(pixels, Math.floor(375 / scale), Math.floor(200 / scale));
      const [tiles, whole] = [await stitched(noise, asked), await inOnePiece(noise, asked)];
      expect(interior(tiles)).toEqual([0, 0, 0, 255]);
      if (scale === 1) expect(largestDifference(tiles, whole)).toBe(0);
    }
  });
});

test('stored tiles that show nothing of it are handed on, others never', async () => {
  const { noise } = await twins({ compression: 'jpeg' });
  const passes = async (path: string) => {
    const timing = new Timing();
    await answer(noise, path, { rendering, timing });
    return timing.has('passthrough');
  };
  expect(await passes('0,0,128,128/128,128/0/default.jpg')).toBe(true);
  expect(await passes('512,128,128,128/128,128/0/default.jpg')).toBe(true);
  expect(await passes('256,128,128,128/128,128/0/default.jpg')).toBe(false);
  expect(await passes('384,256,128,128/128,128/0/default.jpg')).toBe(false);
  expect(await passes('256,256,256,256/128,128/0/default.jpg')).toBe(false);
  expect(await passes('512,256,256,256/128,128/0/default.jpg')).toBe(true);
});
