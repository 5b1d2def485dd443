import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Orientation, TiledImage } from '../../src/image/image.ts';
import { createEngine } from '../../src/render/engine.ts';
import { type Overlay, type OverlayPosition, renderingOf } from '../../src/render/rendering.ts';
import { Timing } from '../../src/timing.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { inOnePiece, stitched } from './stitched.ts';
import { answer, imageOf, largestDifference, pixelAt, pixelsOf } from './subject.ts';

const TILES = { tile: true, tileWidth: 128, tileHeight: 128, pyramid: true } as const;

async function imageOfColour(width: number, height: number, orientation: Orientation = 1): Promise<TiledImage> {
  const grey = sharp({ create: { width, height, channels: 3, background: { r: 100, g: 110, b: 120 } } });
  return imageOf(
    await grey
      .withMetadata({ orientation })
      .tiff({ ...TILES, compression: 'deflate' })
      .toBuffer(),
  );
}

/** A picture that runs from red to green, its right half transparent but for a line. */
async function mark(width = 90, height = 40): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const alpha = x < width / 2 || y === 7 ? 255 : (y * 255) / height;
      data.set([255 - (x * 255) / width, (x * 255) / width, (y * 200) / height, alpha], (y * width + x) * 4);
    }
  }
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

const white = await sharp({ create: { width: 60, height: 30, channels: 3, background: 'white' } })
  .png()
  .toBuffer();
const whiteAt = (position: OverlayPosition, more: Partial<Overlay> = {}): Overlay => ({
  content: { picture: white },
  position,
  ...more,
});

describe('tiles with an overlay join into the whole image with it', () => {
  let textured: TiledImage;
  let odd: TiledImage;
  let overlays: Overlay[];
  beforeAll(async () => {
    textured = await imageOf(
      await sharpOf(picture(1024, 640, 3))
        .tiff({ ...TILES, compression: 'deflate' })
        .toBuffer(),
    );
    odd = await imageOfColour(1003, 611);
    const content = { picture: await mark() };
    overlays = [
      { content, position: 'centre', width: 0.83, opacity: 0.6 },
      { content, position: 'top-left', width: 0.21 },
      { content: { picture: await mark(2000, 1500) }, position: 'bottom-right', width: 0.37, opacity: 0.9 },
    ];
  });

  const rotations = ['0', '90', '180', '270', '!0', '!90', '!180', '!270'];
  test.each([
    ...rotations.flatMap((rotation) => [2, 8].map((scale) => ({ rotation, scale }))),
    ...['0', '!270'].flatMap((rotation) => [1, 4].map((scale) => ({ rotation, scale }))),
  ])('turned by $rotation, 1 : $scale', async ({ rotation, scale }) => {
    const redactions = [{ x: 100, y: 90, width: 200, height: 160 }];
    const asked = { rendering: { overlay: overlays, redactions }, scale, tile: scale === 1 ? 128 : 64, rotation };
    expect(largestDifference(await stitched(textured, asked), await inOnePiece(textured, asked))).toBeLessThan(3);
  });

  test.each([1, 2, 4, 8])('of an image whose sides no scale divides, 1 : %i', async (scale) => {
    const asked = { rendering: { overlay: overlays }, scale, rotation: '0' };
    const large = await stitched(odd, { ...asked, tile: 128 });
    expect(largestDifference(await stitched(odd, { ...asked, tile: 64 }), large)).toBeLessThan(2);
    expect(largestDifference(await inOnePiece(odd, { ...asked, tile: 0 }), large)).toBeLessThan(2);
  });

  test('enlarged', async () => {
    const rendering = renderingOf({ overlay: overlays });
    const whole = await pixelsOf(textured, '256,192,256,128/^1024,512/0/default.png', { rendering });
    const left = await pixelsOf(textured, '256,192,128,128/^512,512/0/default.png', { rendering });
    const right = await pixelsOf(textured, '384,192,128,128/^512,512/0/default.png', { rendering });
    for (let y = 0; y < 512; y += 3) {
      for (const x of [0, 200, 505, 509, 510, 511]) {
        expect(near(pixelAt(left, x, y), pixelAt(whole, x, y))).toBe(true);
        expect(near(pixelAt(right, x, y), pixelAt(whole, 512 + x, y))).toBe(true);
      }
    }
  });
});

function near(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => Math.abs(value - (b[index] ?? 0)) <= 2);
}

describe('where it lies', () => {
  /** Bounding box of what is white in the whole image. */
  async function whiteBox(image: TiledImage, overlay: Overlay, path = 'full/max/0/default.png') {
    const pixels = await pixelsOf(image, path, { rendering: renderingOf({ overlay }) });
    const xs: number[] = [];
    const ys: number[] = [];
    for (let y = 0; y < pixels.height; y++) {
      for (let x = 0; x < pixels.width; x++) {
        if (pixelAt(pixels, x, y)[0] !== 255) continue;
        xs.push(x);
        ys.push(y);
      }
    }
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
  }

  test.each([
    ['top-left', [0, 0, 100, 50]],
    ['top', [150, 0, 250, 50]],
    ['top-right', [300, 0, 400, 50]],
    ['left', [0, 125, 100, 175]],
    ['centre', [150, 125, 250, 175]],
    ['right', [300, 125, 400, 175]],
    ['bottom-left', [0, 250, 100, 300]],
    ['bottom', [150, 250, 250, 300]],
    ['bottom-right', [300, 250, 400, 300]],
  ] as const)('%s', async (position, box) => {
    expect(await whiteBox(await imageOfColour(400, 300), whiteAt(position))).toEqual(box);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('upright in a file of orientation %i', async (orientation) => {
    const turned = orientation >= 5;
    const image = await imageOfColour(turned ? 300 : 400, turned ? 400 : 300, orientation);
    expect([image.width, image.height, image.orientation]).toEqual([400, 300, orientation]);
    expect(await whiteBox(image, whiteAt('top-right'))).toEqual([300, 0, 400, 50]);
    const content = { picture: await mark() };
    const asked = { rendering: { overlay: { content, width: 0.7 } }, scale: 2, rotation: '0', tile: 64 };
    const upright = await inOnePiece(await imageOfColour(400, 300), asked);
    expect(largestDifference(await inOnePiece(image, asked), upright)).toBeLessThan(2);
    expect(largestDifference(await stitched(image, asked), upright)).toBeLessThan(2);
  });

  test('it turns with the image', async () => {
    const image = await imageOfColour(400, 300);
    expect(await whiteBox(image, whiteAt('top-right'), 'full/max/90/default.png')).toEqual([250, 300, 300, 400]);
    expect(await whiteBox(image, whiteAt('top-right'), 'full/max/!0/default.png')).toEqual([0, 0, 100, 50]);
  });

  test('one that would be higher than the image is made to fit', async () => {
    const tall = await sharp({ create: { width: 10, height: 40, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    const overlay = { content: { picture: tall }, position: 'left', width: 1 } as const;
    expect(await whiteBox(await imageOfColour(400, 300), overlay)).toEqual([0, 0, 75, 300]);
  });

  test('a region shows its part', async () => {
    const image = await imageOfColour(400, 300);
    const path = '330,20,70,100/max/0/default.png';
    expect(await whiteBox(image, whiteAt('top-right'), path)).toEqual([0, 0, 70, 30]);
  });
});

describe('how it is drawn', () => {
  test('the opacity mixes it with the image', async () => {
    const image = await imageOfColour(400, 300);
    const rendering = renderingOf({ overlay: whiteAt('centre', { opacity: 0.5 }) });
    const pixels = await pixelsOf(image, 'full/max/0/default.png', { rendering });
    expect(near(pixelAt(pixels, 200, 150), [178, 183, 188, 255])).toBe(true);
    expect(pixelAt(pixels, 20, 20)).toEqual([100, 110, 120, 255]);
  });

  test('from a width of the whole image on, also where a part is asked for', async () => {
    const image = await imageOfColour(400, 300);
    const rendering = renderingOf({ overlay: whiteAt('top-left', { fromWidth: 200 }) });
    const corner = async (path: string) => pixelAt(await pixelsOf(image, path, { rendering }), 2, 2)[0];
    expect(await corner('full/200,150/0/default.png')).toBe(255);
    expect(await corner('full/199,149/0/default.png')).toBe(100);
    expect(await corner('0,0,100,100/50,50/0/default.png')).toBe(255);
    expect(await corner('0,0,100,100/25,25/0/default.png')).toBe(100);
  });

  test.each(['png', 'webp', 'jpeg'] as const)('a picture that is %s', async (format) => {
    const content = { picture: new Uint8Array(await sharp(white).toFormat(format).toBuffer()) };
    const rendering = renderingOf({ overlay: { content, position: 'top-left' } });
    const pixels = await pixelsOf(await imageOfColour(400, 300), 'full/max/0/default.png', { rendering });
    expect(pixelAt(pixels, 50, 25)).toEqual([255, 255, 255, 255]);
  });

  test('what is no picture is an error of the configuration, in words', async () => {
    const rendering = renderingOf({ overlay: { content: { picture: new Uint8Array(40) } } });
    await expect(answer(await imageOfColour(400, 300), 'full/max/0/default.png', { rendering })).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining('no PNG, WebP or JPEG'),
    });
  });

  test('words are drawn once by the host, and refused in words where it has no fonts', async () => {
    const drawn: string[] = [];
    const engine = createEngine(loadWasm, {
      rasterizeText(text, [red, green, blue]) {
        drawn.push(text);
        const data = Uint8Array.from({ length: 60 * 30 * 4 }, (_, i) => [red, green, blue, 255][i % 4] ?? 0);
        return { width: 60, height: 30, channels: 4, data };
      },
    });
    const image = await imageOfColour(400, 300);
    const overlay = { content: { text: 'Library', colour: [255, 0, 0] }, position: 'top-left' } as const;
    for (let times = 0; times < 3; times++) {
      // Options of their own each time, as a function that is asked for each request gives them.
      const rendering = renderingOf({ overlay: structuredClone(overlay) });
      const pixels = await pixelsOf(image, 'full/max/0/default.png', { rendering, engine });
      expect(pixelAt(pixels, 50, 25)).toEqual([255, 0, 0, 255]);
    }
    expect(drawn).toEqual(['Library']);
    await expect(
      answer(image, 'full/max/0/default.png', { rendering: renderingOf({ overlay }) }),
    ).rejects.toMatchObject({ status: 500, message: expect.stringContaining('rasterizeText') });
  });
});

test('a stored tile is rendered where the overlay touches it, and handed on elsewhere', async () => {
  const image = await imageOf(
    await sharpOf(picture(512, 384, 3))
      .tiff({ ...TILES, compression: 'jpeg' })
      .toBuffer(),
  );
  const rendering = renderingOf({ overlay: whiteAt('bottom-right') });
  const facts = async (path: string) => {
    const timing = new Timing();
    await answer(image, path, { rendering, timing });
    return timing.has('passthrough');
  };
  expect(await facts('0,0,128,128/128,128/0/default.jpg')).toBe(true);
  expect(await facts('256,256,128,128/128,128/0/default.jpg')).toBe(true);
  expect(await facts('384,256,128,128/128,128/0/default.jpg')).toBe(false);
  expect(await facts('256,256,256,128/128,64/0/default.jpg')).toBe(false);
});
