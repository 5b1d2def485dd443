import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/iiif/request.ts';
import type { TiledImage } from '../../src/image/image.ts';
import { renderingOf } from '../../src/render/rendering.ts';
import { Timing } from '../../src/timing.ts';
import { picture, psnr, sharpOf } from '../codec/pictures.ts';
import { answer, decoded, imageOf } from './subject.ts';

const RIGHTS = 'https://rightsstatements.org/vocab/InC/1.0/';
const SECRET = '<x:xmpmeta xmlns:x="adobe:ns:meta/">of the source</x:xmpmeta>';

/** An image of 600 dpi with an XMP packet of its own. */
async function imageOfTiles(compression: 'jpeg' | 'webp' | 'deflate', size: readonly [number, number]) {
  const file = await sharpOf(picture(...size, 3))
    .withMetadata({ density: 600 })
    .withXmp(SECRET)
    .tiff({ tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression, quality: 85 })
    .toBuffer();
  return { ...(await imageOf(file)), resolution: { x: 600, y: 600 } };
}

let image: TiledImage;
beforeAll(async () => {
  image = await imageOfTiles('deflate', [640, 480]);
});

const rights = renderingOf({ rights: RIGHTS });

describe('what is written beside the picture', () => {
  test.each(['jpg', 'png', 'webp', 'tif', 'pdf'])('rights, in %s, and nothing of the source', async (format) => {
    const file = Buffer.from(await answer(image, `full/320,240/0/default.${format}`, { rendering: rights }));
    expect(file.includes(`<xmpRights:WebStatement>${RIGHTS}`)).toBe(true);
    expect(file.includes('of the source')).toBe(false);
    const silent = Buffer.from(await answer(image, `full/320,240/0/default.${format}`));
    expect(silent.includes('xmpmeta')).toBe(false);
  });

  test.each([
    ['full/max/0', 600],
    ['full/320,240/0', 300],
    ['100,100,200,100/max/0', 600],
    ['full/320,240/90', 300],
    ['100,100,200,200/^400,400/0', 1200],
    ['full/160,120/33', 150],
  ])('the resolution at which %s is as large as it was', async (path, density) => {
    for (const format of ['jpg', 'png', 'tif']) {
      const metadata = await sharp(await answer(image, `${path}/default.${format}`)).metadata();
      expect(metadata.density, format).toBe(density);
    }
  });

  test('of unequal sides each has its own', async () => {
    const file = await answer({ ...image, resolution: { x: 600, y: 300 } }, 'full/320,240/90/default.png');
    const chunk = Buffer.from(file).indexOf('pHYs') + 4;
    const view = new DataView(file.buffer, file.byteOffset + chunk);
    expect([view.getUint32(0), view.getUint32(4)]).toEqual([150, 300].map((dpi) => Math.round(dpi / 0.0254)));
  });

  test('none where the image tells none', async () => {
    const { resolution: _, ...unknown } = image;
    expect(Buffer.from(await answer(unknown, 'full/320,240/0/default.png')).includes('pHYs')).toBe(false);
  });

  test('a page is as large as the scan was, and has the name of the image', async () => {
    const file = Buffer.from(await answer(image, 'full/320,240/0/default.pdf', { title: 'A1' }));
    expect(file.includes('/MediaBox [0 0 76.8 57.6]')).toBe(true);
    expect(file.includes('/Title <feff00410031>')).toBe(true);
  });
});

describe('a whole image that is one stored tile', () => {
  test.each([
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
  ] as const)('of %s is handed on with rights and resolution', async (compression, format) => {
    const small = await imageOfTiles(compression, [256, 256]);
    const timing = new Timing();
    const file = Buffer.from(await answer(small, `full/max/0/default.${format}`, { rendering: rights, timing }));
    expect(timing.has('passthrough')).toBe(true);
    expect(file.includes(RIGHTS)).toBe(true);
    if (format === 'jpg') expect((await sharp(file).metadata()).density).toBe(600);
    const plain = await answer({ ...small, resolution: undefined }, `full/max/0/default.${format}`);
    expect(psnr(await decoded(file), await decoded(plain))).toBe(Number.POSITIVE_INFINITY);
  });

  test('its tiles stay as they are, without a byte more', async () => {
    const tiled = await imageOfTiles('jpeg', [640, 480]);
    const path = '256,0,256,256/max/0/default.jpg';
    const [plain, with_] = [await answer(tiled, path), await answer(tiled, path, { rendering: rights })];
    expect(Buffer.compare(plain, with_)).toBe(0);
  });
});

describe('how it is written', () => {
  test('each format shows the picture', async () => {
    const expected = await decoded(await answer(image, 'full/320,240/0/default.png'));
    const least = { jpg: 34, png: 99, webp: 34, gif: 27, tif: 99, avif: 34 };
    for (const format of FORMATS) {
      const file = await answer(image, `full/320,240/0/default.${format}`);
      if (format !== 'pdf') expect(psnr(await decoded(file), expected), format).toBeGreaterThan(least[format]);
    }
  });

  test('by the options of its format', async () => {
    const path = 'full/320,240/0/default';
    const bytes = async (format: string, encoding = {}) =>
      answer(image, `${path}.${format}`, { rendering: renderingOf({ encoding }) });
    const sampling = async (encoding: object) =>
      (await sharp(await bytes('jpg', encoding)).metadata()).chromaSubsampling;
    expect(await sampling({})).toBe('4:2:0');
    expect(await sampling({ jpg: { sampling: '4:4:4' } })).toBe('4:4:4');
    const small = await bytes('jpg', { jpg: { effort: 'small' } });
    expect((await sharp(small).metadata()).isProgressive).toBe(true);
    expect(small.length).toBeLessThan((await bytes('jpg')).length);
    const expected = await decoded(await bytes('png'));
    for (const format of ['webp', 'avif'] as const) {
      const lossless = await bytes(format, { [format]: { lossless: true } });
      expect(psnr(await decoded(lossless), expected), format).toBe(Number.POSITIVE_INFINITY);
      const poor = await bytes(format, { [format]: { quality: 10 } });
      expect(poor.length).toBeLessThan((await bytes(format)).length);
    }
    const [stored, deflated] = [await bytes('tif', { tif: { compression: 'none' } }), await bytes('tif')];
    expect(stored.length).toBeGreaterThan(320 * 240 * 3);
    expect(deflated.length).toBeLessThan(stored.length);
    const [low, high] = [await bytes('pdf', { pdf: { quality: 20 } }), await bytes('pdf', { pdf: { quality: 95 } })];
    expect(low.length).toBeLessThan(high.length);
  });

  test('bitonal takes a bit a pixel where there are bits', async () => {
    for (const format of ['png', 'tif']) {
      const file = await answer(image, `full/max/0/bitonal.${format}`);
      expect(await sharp(file).metadata(), format).toMatchObject({ channels: 1, bitsPerSample: 1 });
    }
    const page = Buffer.from(await answer(image, 'full/max/0/bitonal.pdf'));
    expect(page.includes('/BitsPerComponent 1 /Filter /FlateDecode')).toBe(true);
  });

  test('what is turned out of its frame is transparent, or has the background', async () => {
    const rendering = renderingOf({ background: [255, 0, 0] });
    for (const format of ['png', 'webp', 'gif', 'tif', 'avif']) {
      const { data } = await decoded(await answer(image, `full/320,240/45/default.${format}`, { rendering }));
      expect(data[3], format).toBeLessThan(4);
    }
    const { data } = await decoded(await answer(image, 'full/320,240/45/default.jpg', { rendering }));
    expect(Math.abs((data[0] ?? 0) - 254)).toBeLessThan(3);
  });
});
