import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { EncodeOptions, Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { createEncoders } from '../../src/codec/encoders.ts';
import { rightsPacket } from '../../src/codec/xmp.ts';
import { loadWasm } from './load.ts';
import { picture, profileNamed, psnr, reference, sharpOf } from './pictures.ts';

const encoders = createEncoders(loadWasm, createCodecs(loadWasm));
const rgb = picture(203, 117, 3);
const rgba = picture(203, 117, 4);
const grey = picture(203, 117, 1);
const bitonal: Pixels = { ...grey, data: grey.data.map((sample) => (sample > 127 ? 255 : 0)) };

async function asRgba(pixels: Pixels): Promise<Pixels> {
  return reference(await sharpOf(pixels).png().toBuffer());
}

function alphaOf({ data }: Pixels): Uint8Array {
  return data.filter((_, i) => i % 4 === 3);
}

describe('TIFF', () => {
  test.each(
    ([1, 2, 3, 4] as const).flatMap((channels) =>
      (['none', 'deflate'] as const).map((compression) => ({ channels, compression })),
    ),
  )('$channels channels, $compression, are kept without loss', async ({ channels, compression }) => {
    const pixels = picture(203, 117, channels);
    const file = await encoders.tif.encode(pixels, { compression });
    expect(await sharp(file).metadata()).toMatchObject({ format: 'tiff', channels });
    expect(file.length < pixels.data.length).toBe(compression === 'deflate');
    expect(Buffer.compare((await reference(file)).data, (await asRgba(pixels)).data)).toBe(0);
  });

  test('a picture of many strips', async () => {
    const pixels = picture(1501, 1103, 3);
    const file = await encoders.tif.encode(pixels);
    expect(Buffer.compare((await reference(file)).data, (await asRgba(pixels)).data)).toBe(0);
  });

  test('black and white take one bit', async () => {
    const file = await encoders.tif.encode(bitonal);
    expect(await sharp(file).metadata()).toMatchObject({ channels: 1, bitsPerSample: 1 });
    expect(Buffer.compare((await reference(file)).data, (await asRgba(bitonal)).data)).toBe(0);
  });

  test('one pixel', async () => {
    const file = await encoders.tif.encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) });
    expect([...(await reference(file)).data]).toEqual([1, 2, 3, 255]);
  });
});

describe('GIF', () => {
  test('grey, black and white, and few colours are kept without loss', async () => {
    const few: Pixels = { ...rgb, data: rgb.data.map((sample) => sample & 0xc0) };
    for (const pixels of [grey, bitonal, few]) {
      const file = await encoders.gif.encode(pixels);
      expect((await sharp(file).metadata()).format).toBe('gif');
      expect(Buffer.compare((await reference(file)).data, (await asRgba(pixels)).data)).toBe(0);
    }
  });

  test('many colours become the nearest of 256', async () => {
    const file = await encoders.gif.encode(rgb);
    expect(psnr(await reference(file), await asRgba(rgb))).toBeGreaterThan(32);
    expect((await sharp(file).metadata()).pages ?? 1).toBe(1);
  });

  test('pixels are transparent from half transparency on, others whole', async () => {
    const decoded = await reference(await encoders.gif.encode(rgba));
    expect([...alphaOf(decoded)]).toEqual([...alphaOf(rgba)].map((alpha) => (alpha < 128 ? 0 : 255)));
    const opaque = (data: Uint8Array) => data.map((sample, i) => ((rgba.data[i | 3] ?? 0) < 128 ? 0 : sample));
    const drawn = { ...rgba, data: opaque(decoded.data) };
    expect(psnr(drawn, { ...rgba, data: opaque(rgba.data) })).toBeGreaterThan(32);
  });

  test('nothing but transparency', async () => {
    const pixels: Pixels = { width: 9, height: 9, channels: 4, data: new Uint8Array(324) };
    expect((await reference(await encoders.gif.encode(pixels))).data.every((sample) => sample === 0)).toBe(true);
  });
});

describe('AVIF', () => {
  test('is near the original, with and without alpha', async () => {
    for (const pixels of [rgb, rgba, grey]) {
      const file = await encoders.avif.encode(pixels);
      expect(await sharp(file).metadata()).toMatchObject({ format: 'heif', compression: 'av1' });
      const decoded = await reference(file);
      expect(psnr(decoded, { ...(await asRgba(pixels)) })).toBeGreaterThan(pixels === rgba ? 20 : 34);
      expect(Math.abs((decoded.data[3] ?? 0) - (pixels === rgba ? 0 : 255))).toBeLessThan(8);
    }
  });

  test('lossless is lossless', async () => {
    const file = await encoders.avif.encode(rgb, { lossless: true });
    expect(Buffer.compare((await reference(file)).data, (await asRgba(rgb)).data)).toBe(0);
  });

  test('a higher quality costs more bytes', async () => {
    const lengths = [];
    for (const quality of [20, 60, 90]) lengths.push((await encoders.avif.encode(rgb, { quality })).length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(new Set(lengths).size).toBe(3);
  });
});

describe('WebP', () => {
  test('lossless is lossless, also under transparent pixels', async () => {
    for (const pixels of [rgb, rgba]) {
      const file = await encoders.webp.encode(pixels, { lossless: true });
      const raw = sharpOf(pixels).ensureAlpha().raw();
      expect(Buffer.compare((await reference(file)).data, await raw.toBuffer())).toBe(0);
    }
  });

  test('more effort, fewer bytes', async () => {
    const [fast, slow] = [await encoders.webp.encode(rgb), await encoders.webp.encode(rgb, { effort: 6 })];
    expect(slow.length).toBeLessThan(fast.length);
  });
});

describe('small JPEG', () => {
  test.each([
    { sampling: '4:2:0', pixels: rgb, channels: 3 },
    { sampling: '4:4:4', pixels: rgb, channels: 3 },
    { sampling: 'grey', pixels: grey, channels: 1 },
  ] as const)('$sampling is progressive and near the original', async ({ sampling, pixels, channels }) => {
    const file = await encoders.smallJpeg(pixels, { sampling, quality: 85 });
    expect(await sharp(file).metadata()).toMatchObject({ format: 'jpeg', channels, isProgressive: true });
    if (sampling !== 'grey') expect((await sharp(file).metadata()).chromaSubsampling).toBe(sampling);
    expect(psnr(await reference(file), await asRgba(pixels))).toBeGreaterThan(36);
  });
});

describe('metadata', () => {
  const xmp = rightsPacket('https://rightsstatements.org/vocab/InC/1.0/');
  const resolution = { x: 300, y: 150 };

  test.each<[name: string, pixels: Pixels, encode: (pixels: Pixels, options: EncodeOptions) => Promise<Uint8Array>]>([
    ['png', rgb, encoders.png.encode],
    ['png with alpha', rgba, encoders.png.encode],
    ['webp', rgb, encoders.webp.encode],
    ['webp with alpha', rgba, encoders.webp.encode],
    ['lossless webp', rgba, (pixels, options) => encoders.webp.encode(pixels, { ...options, lossless: true })],
    ['tif', rgb, encoders.tif.encode],
    ['tif with alpha', rgba, encoders.tif.encode],
    ['small jpg', rgb, (pixels, options) => encoders.smallJpeg(pixels, { ...options, sampling: '4:2:0' })],
  ])('%s carries profile, rights and resolution, and shows the same pixels', async (name, pixels, encode) => {
    const profile = await profileNamed('p3');
    const file = await encode(pixels, { profile, xmp, resolution });
    const metadata = await sharp(file).metadata();
    expect(metadata.icc && Buffer.compare(metadata.icc, profile)).toBe(0);
    expect(metadata.xmp && Buffer.compare(metadata.xmp, xmp)).toBe(0);
    expect(metadata.hasAlpha).toBe(pixels === rgba || name === 'png');
    if (!name.includes('webp')) expect(metadata.density).toBe(300);
    else expect(exifResolution(metadata.exif)).toEqual([300, 150]);
    const plain = await encode(pixels, { profile });
    expect(Buffer.compare((await reference(file)).data, (await reference(plain)).data)).toBe(0);
  });

  test.each(['gif', 'avif'] as const)('%s holds none of it', async (format) => {
    const metadata = await sharp(await encoders[format].encode(rgb, { xmp, resolution })).metadata();
    expect([metadata.icc, metadata.xmp, metadata.exif]).toEqual([undefined, undefined, undefined]);
  });

  test('rights are escaped, and a statement is named as one', () => {
    const words = new TextDecoder().decode(rightsPacket('© A & B <all rights>\u0001'));
    expect(words).toContain('© A &amp; B &lt;all rights&gt;</rdf:li>');
    expect(words).not.toContain('<xmpRights:WebStatement>');
    const url = 'https://example.org/?a=1&b=2';
    const statement = '<xmpRights:WebStatement>https://example.org/?a=1&amp;b=2</xmpRights:WebStatement>';
    expect(new TextDecoder().decode(rightsPacket(url))).toContain(statement);
  });
});

/** XResolution and YResolution of a directory that has nothing else, as `tifDirectory` writes it. */
function exifResolution(exif: Buffer | undefined): number[] {
  if (!exif) return [];
  const tiff = exif.subarray(exif.indexOf('II*'));
  return [0, 1].map((field) => {
    const at = tiff.readUInt32LE(10 + field * 12 + 8);
    return tiff.readUInt32LE(at) / tiff.readUInt32LE(at + 4);
  });
}
