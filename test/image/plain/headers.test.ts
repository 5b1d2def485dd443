import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pngChunk, withPngMetadata } from '../../../src/codec/png-chunks.ts';
import { picture, profileNamed, sharpOf } from '../../codec/pictures.ts';
import { countingObject } from '../counting-object.ts';
import { openImage } from '../open-image.ts';
import * as files from './files.ts';

const open = (file: Uint8Array) => openImage(countingObject(file).read);
const photo = () => sharpOf(picture(300, 200, 3));
const cutOut = () => sharpOf(picture(300, 200, 4));

describe('what libvips writes', () => {
  test.each([
    ['JPEG', photo().jpeg()],
    ['progressive JPEG', photo().jpeg({ progressive: true })],
    ['PNG', photo().png()],
    ['interlaced PNG', photo().png({ progressive: true })],
    ['PNG with a palette', photo().png({ palette: true })],
    ['lossy WebP', photo().webp()],
    ['lossless WebP', photo().webp({ lossless: true })],
    ['AVIF', photo().avif({ effort: 0 })],
    ['GIF', photo().gif()],
  ])('%s', async (_name, made) => {
    const object = countingObject(await made.toBuffer());
    const image = await openImage(object.read);
    expect(image).toMatchObject({ width: 300, height: 200, orientation: 1, keepDecoded: true });
    expect(image.colour).toMatchObject({ space: 'rgb', alpha: 'none', bitsPerSample: 8 });
    expect(object.ranges).toHaveLength(1);
  });

  test.each([
    ['PNG', cutOut().png()],
    ['lossy WebP', cutOut().webp()],
    ['lossless WebP', cutOut().webp({ lossless: true })],
    ['AVIF', cutOut().avif({ effort: 0 })],
    ['GIF', cutOut().gif()],
  ])('%s with alpha', async (_name, made) => {
    expect((await open(await made.toBuffer())).colour).toMatchObject({ space: 'rgb', alpha: 'unassociated' });
  });

  test.each([
    [
      'JPEG',
      sharpOf(picture(300, 200, 1))
        .toColourspace('b-w')
        .jpeg(),
    ],
    [
      'PNG',
      sharpOf(picture(300, 200, 1))
        .toColourspace('b-w')
        .png(),
    ],
  ])('grey %s', async (_name, made) => {
    expect((await open(await made.toBuffer())).colour).toMatchObject({ space: 'grey', alpha: 'none' });
  });

  test('CMYK JPEG', async () => {
    const file = await photo().toColourspace('cmyk').jpeg().toBuffer();
    expect((await open(file)).colour).toMatchObject({ space: 'cmyk', alpha: 'none' });
  });

  test.each(['jpeg', 'png', 'webp'] as const)('orientations and the resolution of a %s', async (format) => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
      const file = await photo().withMetadata({ orientation, density: 300 }).toFormat(format).toBuffer();
      const [width, height] = orientation >= 5 ? [200, 300] : [300, 200];
      const image = await open(file);
      expect(image).toMatchObject({ width, height, orientation });
      expect(image.levels[0]).toMatchObject({ width: 300, height: 200 });
      expect(image.resolution?.x).toBeCloseTo(300, 1);
    }
  });

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('the profile of a %s', async (format) => {
    const profile = await profileNamed('p3');
    const image = await open(await photo().withIccProfile('p3').toFormat(format).toBuffer());
    expect(image.colour.profileLength).toBe(profile.length);
    expect(await image.readProfile()).toEqual(new Uint8Array(profile));
  });
});

test('the frame header of a JPEG behind half a megabyte of segments takes few reads', async () => {
  const segments = Array.from({ length: 8 }, () => files.segment(0xe1, 'x'.repeat(65_000)));
  const object = countingObject(files.bytesOf(files.jpegHeader(640, 480, 3, ...segments), new Uint8Array(2 ** 20)));
  const { width, height } = await openImage(object.read, { objectSize: () => 8 * 65_004 + 200 + 2 ** 20 });
  expect([width, height]).toEqual([640, 480]);
  expect(object.ranges.length).toBeLessThan(5);
});

test('a profile in several segments of a JPEG is joined, whatever their order', async () => {
  const profile = new Uint8Array(300).map((_, index) => index);
  profile.set(files.bytesOf('acsp'), 36);
  const part = (number: number, start: number, end: number) =>
    files.segment(0xe2, [...files.bytesOf('ICC_PROFILE\0', [number, 3], profile.subarray(start, end))]);
  const image = await open(files.jpegHeader(9, 9, 3, part(2, 100, 200), part(1, 0, 100), part(3, 200, 300)));
  expect(await image.readProfile()).toEqual(profile);
});

test.each(['II', 'MM'] as const)('Exif in byte order %s', async (order) => {
  const app1 = files.segment(0xe1, [...files.bytesOf('Exif\0\0', files.exif(6, order))]);
  const image = await open(files.jpegHeader(30, 20, 3, app1));
  expect(image).toMatchObject({ width: 20, height: 30, orientation: 6, resolution: { x: 300, y: 300 } });
});

test('JFIF in pixels per centimetre', async () => {
  const jfif = files.segment(0xe0, [
    ...files.bytesOf('JFIF\0', [1, 1, 2], files.uint16(100), files.uint16(200), [0, 0]),
  ]);
  expect((await open(files.jpegHeader(9, 9, 1, jfif))).resolution).toEqual({ x: 254, y: 508 });
});

test('the transparent colour of a PNG counts as alpha', async () => {
  const before = [pngChunk('tRNS', Uint8Array.of(0, 9))];
  expect((await open(files.png(9, 9, { type: 0, bits: 8, before }))).colour).toMatchObject({ alpha: 'unassociated' });
});

test('a PNG that tells Display P3 by code points gets a profile that libvips converts as its own', async () => {
  const before = [pngChunk('cICP', Uint8Array.of(12, 13, 0, 1))];
  const profile = await (await open(files.png(9, 9, { type: 2, bits: 8, before }))).readProfile();
  expect(profile).toBeInstanceOf(Uint8Array);
  const colours = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 100, 50, 255, 255, 255, 30, 30, 30);
  const raw = { raw: { width: 6, height: 1, channels: 3 } } as const;
  const srgbOf = async (icc: Uint8Array) => {
    const { data } = await sharp(colours, raw).png().toBuffer({ resolveWithObject: true });
    return sharp(await withPngMetadata(data, { profile: icc }))
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  };
  const [ours, theirs] = [await srgbOf(profile ?? new Uint8Array()), await srgbOf(await profileNamed('p3'))];
  for (const [index, value] of ours.entries()) expect(Math.abs(value - (theirs[index] ?? 0))).toBeLessThanOrEqual(2);
});

test.each([
  [0, undefined, 1],
  [1, undefined, 8],
  [3, undefined, 6],
  [0, 1, 2],
  [0, 0, 4],
  [1, 1, 7],
  [3, 1, 5],
])('an AVIF turned by %i quarters to the left and mirrored at %s', async (angle, axis, orientation) => {
  const turns = [files.box('irot', [angle]), ...(axis === undefined ? [] : [files.box('imir', [axis])])];
  expect((await open(files.avif(files.ispe(30, 20), ...turns))).orientation).toBe(orientation);
});

test('an animated WebP is as large as its canvas', async () => {
  const file = files.webp(files.extendedHeader(0x02, 70, 50), files.riffChunk('ANIM', new Uint8Array(6)));
  expect(await open(file)).toMatchObject({ width: 70, height: 50, colour: { alpha: 'unassociated' } });
});

test('a GIF whose first frame does not cover its screen has alpha', async () => {
  expect((await open(files.gif(20, 20, files.gifFrame(5, 5, 10, 10)))).colour.alpha).toBe('unassociated');
  expect((await open(files.gif(20, 20, files.gifFrame(0, 0, 20, 20)))).colour.alpha).toBe('none');
});
