import sharp, { type TiffOptions } from 'sharp';
import { expect, test } from 'vitest';
import { countingObject } from '../counting-object.ts';
import { openImage } from '../open-image.ts';

async function written(options: TiffOptions, channels: 3 | 4 = 3, orientation?: number) {
  const raw = new Uint8Array(901 * 700 * channels).map((_, index) => index * 7);
  let picture = sharp(raw, { raw: { width: 901, height: 700, channels } });
  if (orientation !== undefined) picture = picture.withMetadata({ orientation });
  const tiff = { tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, ...options };
  return countingObject(await picture.tiff(tiff).toBuffer());
}

const PYRAMID = [
  [901, 700],
  [450, 350],
  [225, 175],
];

for (const [name, options, channels, expected] of [
  ['JPEG below quality 90', { compression: 'jpeg', quality: 80 }, 3, { kind: 'jpeg', colour: 'ycbcr' }],
  ['JPEG of quality 95', { compression: 'jpeg', quality: 95 }, 3, { kind: 'jpeg', colour: 'rgb' }],
  ['WebP', { compression: 'webp' }, 3, { kind: 'webp' }],
  ['Deflate', { compression: 'deflate', predictor: 'horizontal' }, 3, { predictor: 'horizontal', samplesPerPixel: 3 }],
  ['Deflate with alpha', { compression: 'deflate' }, 4, { samplesPerPixel: 4, alpha: 'unassociated' }],
  ['no compression', { compression: 'none' }, 3, { compression: 'none' }],
  ['BigTIFF', { compression: 'jpeg', bigtiff: true }, 3, { kind: 'jpeg' }],
] as const) {
  test(`a pyramid of libvips: ${name}`, async () => {
    const { read, ranges } = await written(options, channels);
    const image = await openImage(read);
    expect(image.levels.map(({ width, height }) => [width, height])).toEqual(PYRAMID);
    expect(image.levels.map(({ scale }) => scale)).toEqual([1, 2, 4]);
    expect(ranges.length).toBeLessThanOrEqual(1 + image.levels.length);
    for (const level of image.levels) expect(await image.readTile(level, 0, 0)).toMatchObject({ encoding: expected });
  });
}

test('orientation', async () => {
  const { read } = await written({ compression: 'jpeg' }, 3, 6);
  const image = await openImage(read);
  expect(image).toMatchObject({ orientation: 6, width: 700, height: 901 });
});
