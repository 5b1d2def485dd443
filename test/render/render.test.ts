import { deflateSync } from 'node:zlib';
import sharp, { type TiffOptions } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import type { TiledImage } from '../../src/image/image.ts';
import { planRender } from '../../src/render/planner.ts';
import { renderingOf } from '../../src/render/rendering.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { short, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { Random } from '../kernel/random.ts';
import { compare, type FloatImage, resample, rotate } from '../kernel/reference.ts';
import { answer, decoded, imageOf, largestDifference, pixelAt, pixelsOf, resolved } from './subject.ts';

const LOSSLESS = { compression: 'deflate', tile: true, tileWidth: 128, tileHeight: 128 } as const satisfies TiffOptions;

async function pyramidOf(pixels: Pixels, options: TiffOptions = {}): Promise<Uint8Array> {
  const space = pixels.channels <= 2 ? 'b-w' : 'srgb';
  return sharpOf(pixels)
    .toColourspace(space)
    .tiff({ ...LOSSLESS, pyramid: true, ...options })
    .toBuffer();
}

/** Colour, and noise that no filter may blur differently. */
function texture(width: number, height: number, channels: 3 | 4): Pixels {
  const random = new Random(7);
  const smooth = picture(width, height, channels);
  return { ...smooth, data: smooth.data.map((sample) => Math.max(0, Math.min(255, sample + random.whole(-40, 40)))) };
}

describe('against a float64 reference', () => {
  let file: Uint8Array;
  let image: TiledImage;
  const levels: Pixels[] = [];
  beforeAll(async () => {
    file = await pyramidOf(texture(603, 419, 3));
    image = await imageOf(file);
    for (const { index } of image.levels)
      levels.push(await decoded(await sharp(file, { page: index }).png().toBuffer()));
  });

  function expected(path: string): FloatImage {
    const { level, crop, size, filter, mirror, degrees } = planRender(image, resolved(image, path));
    const source = levels[level.index];
    if (!source) throw new Error(`No level ${level.index}`);
    const scaled = resample(source, crop, size.width, size.height, filter);
    const rounded = { ...scaled, channels: 4, data: Uint8Array.from(scaled.data, clamped) } as const;
    const upright = mirror ? mirrored(rounded) : rounded;
    if (degrees === 0) return { ...upright, data: Float64Array.from(upright.data) };
    const { width, height } = rotatedSize(upright, degrees);
    return rotate(upright, degrees, width, height);
  }

  const random = new Random(2026);
  const paths = Array.from({ length: 60 }, (_, index) => {
    const [x, y] = [random.whole(0, 560), random.whole(0, 380)];
    const [width, height] = [random.whole(1, 603 - x), random.whole(1, 419 - y)];
    const zoom = random.pick([1, 0.9, 0.5, 0.37, 0.25, 0.13, 1.6]);
    const [w, h] = [width, height].map((side) => Math.min(300, Math.max(1, Math.round(side * zoom))));
    const rotation = index % 3 === 0 ? random.pick(['!0', '90', '180', '270', '!90', '33.3', '!12.5']) : '0';
    return `${x},${y},${width},${height}/^${w},${h}/${rotation}/default.png`;
  });
  test.each([
    ...paths,
    'full/300,209/0/default.png',
    'full/76,53/0/default.png',
    'full/301,10/0/default.png',
    'full/10,209/0/default.png',
    '300,200,3,2/^240,160/0/default.png',
    '100,100,200,100/^400,25/0/default.png',
    '512,256,91,163/23,41/0/default.png',
  ])('%s', async (path) => {
    expect(compare(await pixelsOf(image, path), expected(path)).psnr).toBeGreaterThan(40);
  });
});

const clamped = (value: number) => Math.round(Math.max(0, Math.min(255, value)));

function mirrored(pixels: Pixels & { readonly channels: 4 }): Pixels & { readonly channels: 4 } {
  const data = new Uint8Array(pixels.data.length);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      data.set(pixelAt(pixels, pixels.width - 1 - x, y), (y * pixels.width + x) * 4);
    }
  }
  return { ...pixels, data };
}

function rotatedSize({ width, height }: Pixels, degrees: number) {
  const cos = Math.abs(Math.cos((degrees * Math.PI) / 180));
  const sin = Math.abs(Math.sin((degrees * Math.PI) / 180));
  const side = (length: number) => Math.ceil(length - 1e-6);
  return { width: side(width * cos + height * sin), height: side(width * sin + height * cos) };
}

describe('neighbouring answers', () => {
  const cases = [
    ['of a stored level', 4, 64],
    ['of a scale between the levels', 3, 64],
    ['of a scale beyond the levels', 16, 16],
    ['of full resolution', 1, 128],
    ['enlarged', 0.5, 96],
  ] as const;
  test.each(cases)('%s make the picture that is answered at once', async (_, scale, tile) => {
    const image = await imageOf(await pyramidOf(texture(768, 512, 3)));
    const step = tile * scale;
    const [columns, rows] = [Math.min(3, Math.floor(768 / step)), Math.min(2, Math.floor(512 / step))];
    const [width, height] = [columns * tile, rows * tile];
    const whole = await pixelsOf(image, `0,0,${columns * step},${rows * step}/^${width},${height}/0/default.png`);
    expect(whole).toMatchObject({ width, height });
    const assembled = { ...whole, data: new Uint8Array(whole.data.length) };
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const region = `${column * step},${row * step},${step},${step}`;
        const part = await pixelsOf(image, `${region}/^${tile},${tile}/0/default.png`);
        for (let y = 0; y < tile; y++) {
          const from = part.data.subarray(y * tile * 4, (y + 1) * tile * 4);
          assembled.data.set(from, ((row * tile + y) * width + column * tile) * 4);
        }
      }
    }
    expect(largestDifference(assembled, whole)).toBeLessThanOrEqual(1);
  });
});

describe('transparency', () => {
  const clear: Pixels = { width: 200, height: 100, channels: 4, data: new Uint8Array(200 * 100 * 4).fill(0) };
  // The left half is opaque red, the right half nothing.
  const half = {
    ...clear,
    data: clear.data.map((_, i) => ((i >> 2) % 200 < 100 && i % 4 !== 1 && i % 4 !== 2 ? 255 : 0)),
  };

  test.each(['png', 'webp'])('of the file is kept in %s', async (format) => {
    const pixels = await pixelsOf(await imageOf(await pyramidOf(half)), `full/100,50/0/default.${format}`);
    expect(pixelAt(pixels, 10, 10)[3]).toBe(255);
    expect(pixelAt(pixels, 90, 10)[3]).toBe(0);
  });

  test.each(['png', 'webp'])('of the corners that a rotation leaves is kept in %s', async (format) => {
    const pixels = await pixelsOf(
      await imageOf(await pyramidOf(picture(100, 100, 3))),
      `full/max/45/default.${format}`,
    );
    expect(pixels).toMatchObject({ width: 142, height: 142 });
    expect(pixelAt(pixels, 0, 0)[3]).toBe(0);
    expect(pixelAt(pixels, 141, 141)[3]).toBe(0);
    expect(pixelAt(pixels, 71, 71)[3]).toBe(255);
  });

  test.each([
    ['the default', [255, 255, 255]],
    ['the configured', [10, 100, 200]],
  ] as const)('shows %s background in jpg', async (_, background) => {
    const image = await imageOf(await pyramidOf(half));
    const near = background.map((value) => expect.closeTo(value, -0.9));
    const kept = await pixelsOf(image, 'full/max/0/default.jpg', { rendering: renderingOf({ background }) });
    expect(pixelAt(kept, 190, 50)).toEqual([...near, 255]);
    expect(
      pixelAt(kept, 10, 50)
        .slice(1, 3)
        .every((value) => value < 20),
    ).toBe(true);
    const turned = await pixelsOf(image, 'full/max/45/default.jpg', { rendering: renderingOf({ background }) });
    expect(pixelAt(turned, 0, 0)).toEqual([...near, 255]);
  });
});

describe('qualities', () => {
  test.each(['png', 'jpg'])('gray has one channel in %s', async (format) => {
    const file = await answer(await imageOf(await pyramidOf(picture(100, 80, 3))), `full/max/0/gray.${format}`);
    expect((await sharp(file).metadata()).channels).toBe(1);
  });

  test('grey that is transparent somewhere keeps its alpha', async () => {
    const pixels = await pixelsOf(await imageOf(await pyramidOf(picture(100, 80, 3))), 'full/max/30/gray.png');
    const [red, green, blue, alpha] = pixelAt(pixels, 60, 60);
    expect([green, blue]).toEqual([red, red]);
    expect(alpha).toBe(255);
    expect(pixelAt(pixels, 0, 0)[3]).toBe(0);
  });

  test('bitonal is black and white and nothing between', async () => {
    const { data } = await pixelsOf(await imageOf(await pyramidOf(picture(100, 80, 3))), 'full/max/0/bitonal.png');
    expect(new Set(data)).toEqual(new Set([0, 255]));
  });
});

describe('kinds of files', () => {
  /** Rows of tiles of 16 × 16 RGB, all of one colour each. */
  const tileOf = (colour: readonly number[]) => Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => colour[i % 3] ?? 0);

  test('a tile that the file leaves out is black', async () => {
    const tiles = [tileOf([250, 10, 10]), undefined, undefined, tileOf([10, 250, 10])];
    const image = await imageOf(writeTiff([{ tags: tiledTags(32, 32, 16), tiles }]));
    const pixels = await pixelsOf(image, 'full/max/0/default.png');
    expect(pixelAt(pixels, 0, 0)).toEqual([250, 10, 10, 255]);
    expect(pixelAt(pixels, 31, 0)).toEqual([0, 0, 0, 255]);
    expect(pixelAt(pixels, 31, 31)).toEqual([10, 250, 10, 255]);
  });

  test('a tile of JPEG that the file leaves out is black, though it would be passed through', async () => {
    const tags = tiledTags(32, 32, 16, { 259: short(7), 262: short(6) });
    const jpeg = await sharp(tileOf([200, 200, 200]), { raw: { width: 16, height: 16, channels: 3 } })
      .jpeg()
      .toBuffer();
    const image = await imageOf(writeTiff([{ tags, tiles: [jpeg, undefined, jpeg, jpeg] }]));
    expect(await answer(image, '0,0,16,16/16,16/0/default.jpg')).toEqual(new Uint8Array(jpeg));
    expect(pixelAt(await pixelsOf(image, '16,0,16,16/16,16/0/default.jpg'), 8, 8)).toEqual([0, 0, 0, 255]);
  });

  test('planes that are stored apart', async () => {
    const plane = (value: number) => new Uint8Array(256).fill(value);
    const tiles = [plane(10), plane(20), plane(110), plane(120), plane(210), plane(220)];
    const image = await imageOf(writeTiff([{ tags: tiledTags(32, 16, 16, { 284: short(2) }), tiles }]));
    const pixels = await pixelsOf(image, 'full/max/0/default.png');
    expect(pixelAt(pixels, 3, 3)).toEqual([10, 110, 210, 255]);
    expect(pixelAt(pixels, 20, 3)).toEqual([20, 120, 220, 255]);
  });

  test('16 bits', async () => {
    const random = new Random(16);
    const raw = Uint16Array.from({ length: 128 * 128 * 3 }, () => random.whole(0, 65_535));
    const file = await sharp(raw, { raw: { width: 128, height: 128, channels: 3 } })
      .toColourspace('rgb16')
      .tiff({ ...LOSSLESS, predictor: 'horizontal' })
      .toBuffer();
    const { data } = await pixelsOf(await imageOf(file), 'full/max/0/default.png');
    const wrong = data.filter(
      (value, i) => i % 4 !== 3 && value !== Math.round((raw[(i >> 2) * 3 + (i % 4)] ?? 0) / 257),
    );
    expect(wrong).toHaveLength(0);
  });

  test.each([2, 3, 4, 5, 6, 7, 8])('orientation %i is displayed as libvips does', async (orientation) => {
    const file = await sharpOf(texture(200, 120, 3))
      .withMetadata({ orientation })
      .tiff(LOSSLESS)
      .toBuffer();
    const image = await imageOf(file);
    const upright = await sharp(file).autoOrient().png().toBuffer();
    expect(largestDifference(await pixelsOf(image, 'full/max/0/default.png'), await decoded(upright))).toBe(0);
    const crop = await sharp(upright).extract({ left: 31, top: 17, width: 50, height: 40 }).png().toBuffer();
    expect(largestDifference(await pixelsOf(image, '31,17,50,40/max/0/default.png'), await decoded(crop))).toBe(0);
  });

  test('a large picture without a pyramid is halved tile by tile, and shows the same', async () => {
    const [columns, rows] = [10, 9];
    const colour = (column: number, row: number) => [column * 25, row * 28, 77];
    const tiles = Array.from({ length: columns * rows }, (_, index) => {
      const pixel = colour(index % columns, Math.floor(index / columns));
      return new Uint8Array(deflateSync(Uint8Array.from({ length: 512 * 512 * 3 }, (_, i) => pixel[i % 3] ?? 0)));
    });
    const tags = tiledTags(columns * 512, rows * 512, 512, { 259: short(8) });
    const image = await imageOf(writeTiff([{ tags, tiles }]));
    const path = '512,512,4608,4096/144,128/0/default.png';
    expect(planRender(image, resolved(image, path)).halvings).toBe(1);
    const pixels = await pixelsOf(image, path);
    for (let y = 0; y < 128; y += 5) {
      for (let x = 0; x < 144; x += 5) {
        expect(pixelAt(pixels, x, y)).toEqual([...colour(1 + Math.floor(x / 16), 1 + Math.floor(y / 16)), 255]);
      }
    }
  });
});
