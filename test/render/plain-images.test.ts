import { existsSync, readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { Timing } from '../../src/timing.ts';
import { picture, psnr, sharpOf } from '../codec/pictures.ts';
import { bytesOf, segment } from '../image/plain/files.ts';
import { answer, decoded, imageOf } from './subject.ts';

const LOSSLESS = 45;
const photo = () => sharpOf(picture(700, 500, 3));

/** The same part of the picture, by libvips. */
async function reference(file: Uint8Array, edit: (sharp: Sharp) => Sharp) {
  const upright = await sharp(file).autoOrient().png().toBuffer();
  return decoded(await edit(sharp(upright)).png().toBuffer());
}

const files: Readonly<Record<string, Promise<Buffer>>> = {
  'a baseline JPEG': photo().jpeg().toBuffer(),
  'a progressive JPEG': photo().jpeg({ progressive: true }).toBuffer(),
  'a JPEG of full colour': photo().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  'a grey JPEG': sharpOf(picture(700, 500, 1))
    .toColourspace('b-w')
    .jpeg()
    .toBuffer(),
  'a grey progressive JPEG': sharpOf(picture(700, 500, 1))
    .toColourspace('b-w')
    .jpeg({ progressive: true })
    .toBuffer(),
  'a PNG': photo().png().toBuffer(),
  'an interlaced PNG': photo().png({ progressive: true }).toBuffer(),
  'a PNG of 16 bits': photo().toColourspace('rgb16').png().toBuffer(),
  'a grey PNG': sharpOf(picture(700, 500, 1))
    .toColourspace('b-w')
    .png()
    .toBuffer(),
  'a PNG with a palette': photo().png({ palette: true, colours: 12 }).toBuffer(),
  'a lossy WebP': photo().webp().toBuffer(),
  'a lossless WebP': photo().webp({ lossless: true }).toBuffer(),
  'an AVIF': photo().avif({ effort: 0 }).toBuffer(),
  'a GIF': photo().gif().toBuffer(),
};

describe.each(Object.keys(files))('%s', (name) => {
  test('shows what libvips shows', async () => {
    const file = new Uint8Array((await files[name]) ?? []);
    const image = await imageOf(file);
    const part = { left: 301, top: 77, width: 200, height: 150 };
    const [whole, region, half] = await Promise.all([
      answer(image, 'full/max/0/default.png').then(decoded),
      answer(image, '301,77,200,150/max/0/default.png').then(decoded),
      answer(image, 'full/350,250/0/default.png').then(decoded),
    ]);
    expect(psnr(whole, await reference(file, (all) => all))).toBeGreaterThanOrEqual(LOSSLESS);
    expect(psnr(region, await reference(file, (all) => all.extract(part)))).toBeGreaterThanOrEqual(LOSSLESS);
    const shrunk = await reference(file, (all) => all.resize(350, 250, { fit: 'fill', kernel: 'linear' }));
    expect(psnr(half, shrunk)).toBeGreaterThanOrEqual(34);
  });
});

test('samples of 16 bits are rounded', async () => {
  const samples = Uint16Array.from({ length: 256 * 3 }, (_, i) => i * 85);
  const raw = { raw: { width: 256, height: 1, channels: 3 } } as const;
  const file = await sharp(samples, raw).toColourspace('rgb16').png().toBuffer();
  const { data } = await decoded(await answer(await imageOf(file), 'full/max/90/default.png'));
  const values = [...data].filter((_, i) => i % 4 !== 3);
  expect(values).toEqual([...samples].map((sample) => Math.round(sample / 257)));
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a JPEG with Exif orientation %i is shown upright', async (orientation) => {
  const file = await photo().withMetadata({ orientation }).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
  const image = await imageOf(file);
  const found = await decoded(await answer(image, 'pct:10,20,50,40/max/0/default.png'));
  const { width, height } = image;
  const part = { left: width * 0.1, top: height * 0.2, width: width * 0.5, height: height * 0.4 };
  expect(psnr(found, await reference(file, (all) => all.extract(part)))).toBeGreaterThanOrEqual(LOSSLESS);
});

test('transparent pixels of a small picture stay so in PNG, and are white in JPEG', async () => {
  const file = await sharpOf(picture(100, 80, 4))
    .png()
    .toBuffer();
  const image = await imageOf(file);
  const kept = await decoded(await answer(image, '0,0,100,40/max/0/default.png'));
  expect(Buffer.compare(kept.data, picture(100, 80, 4).data.subarray(0, 100 * 40 * 4))).toBe(0);
  const flat = await decoded(await answer(image, 'full/max/0/default.jpg'));
  expect(Math.min(...flat.data.subarray(0, 300))).toBeGreaterThan(245);
});

describe('the whole picture in its own format', () => {
  const asIs = async (file: Uint8Array, format: string) => {
    const timing = new Timing();
    const bytes = await answer(await imageOf(file), `full/max/0/default.${format}`, { timing });
    return { bytes, passed: timing.has('passthrough') };
  };

  test('a JPEG is passed through, without Exif, XMP, comments and what follows it', async () => {
    const plain = new Uint8Array(await photo().jpeg().toBuffer());
    const secrets = [
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0secret'),
      segment(0xe1, 'Exif\0\0secret'),
      segment(0xe2, 'MPF\0secret'),
      segment(0xed, 'Photoshop 3.0\0secret'),
      segment(0xfe, 'secret'),
    ];
    const file = bytesOf(plain.subarray(0, 2), ...secrets, plain.subarray(2), [0xff, 0xd8, 0xff], 'secret');
    const { bytes, passed } = await asIs(file, 'jpg');
    expect(passed).toBe(true);
    expect(Buffer.compare(bytes, plain)).toBe(0);
  });

  test('a progressive JPEG is passed through to its last scan', async () => {
    const file = new Uint8Array(await photo().jpeg({ progressive: true }).toBuffer());
    const { bytes, passed } = await asIs(file, 'jpg');
    expect(passed).toBe(true);
    expect(Buffer.compare(bytes, file)).toBe(0);
  });

  test('a PNG is passed through, without its texts', async () => {
    const file = await photo().withMetadata({ orientation: 1, density: 300 }).png().toBuffer();
    const { bytes, passed } = await asIs(file, 'png');
    const { exif } = await sharp(bytes).metadata();
    expect(passed).toBe(true);
    expect(exif).toBeUndefined();
    expect(Buffer.compare(await sharp(bytes).raw().toBuffer(), await sharp(file).raw().toBuffer())).toBe(0);
  });

  test('a WebP is passed through, without its Exif', async () => {
    const file = await sharpOf(picture(700, 500, 4))
      .withMetadata({ orientation: 1 })
      .webp({ lossless: true })
      .toBuffer();
    const { bytes, passed } = await asIs(file, 'webp');
    expect((await sharp(file).metadata()).exif).toBeDefined();
    expect(passed).toBe(true);
    expect(Buffer.from(bytes).includes('Orientation')).toBe(false);
    expect(Buffer.compare(await sharp(bytes).raw().toBuffer(), await sharp(file).raw().toBuffer())).toBe(0);
  });

  test('nothing is passed through that would have to be turned, cut or scaled, or is of inks', async () => {
    const turned = await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await asIs(turned, 'jpg')).passed).toBe(false);
    const inks = await photo().toColourspace('cmyk').jpeg().toBuffer();
    expect((await asIs(inks, 'jpg')).passed).toBe(false);
    const image = await imageOf(await photo().jpeg().toBuffer());
    for (const path of ['full/350,250/0/default.jpg', '0,0,350,250/max/0/default.jpg', 'full/max/0/default.png']) {
      const timing = new Timing();
      await answer(image, path, { timing });
      expect(timing.has('rendered')).toBe(true);
    }
  });
});

test('a CMYK JPEG of Adobe, whose inks are inverted, is shown in its colours', async () => {
  const flat = sharp({ create: { width: 600, height: 600, channels: 3, background: '#c02040' } });
  const file = await flat.toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  for (const path of ['0,0,300,300/max/0/default.png', 'full/300,/0/default.png']) {
    const { data } = await decoded(await answer(await imageOf(file), path));
    const expected = await decoded(await sharp(file).toColourspace('srgb').png().toBuffer());
    for (const channel of [0, 1, 2]) {
      expect(Math.abs((data[channel] ?? 0) - (expected.data[channel] ?? 0))).toBeLessThan(40);
    }
  }
});

interface Listed {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly displayWidth?: number;
  readonly displayHeight?: number;
}

const corpus = new URL('../../../shared/corpus/', import.meta.url);
const manifest = new URL('manifest.json', corpus);
const listed: readonly Listed[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).files : [];
const plain = listed.filter(({ file }) => /\.(jpg|png|webp|avif|gif)$/.test(file) || file.includes('really-jpeg'));

describe.skipIf(plain.length === 0)('files of libraries and cameras', () => {
  test.each(plain)('$file', async (entry) => {
    const file = readFileSync(new URL(entry.file, corpus));
    const image = await imageOf(file);
    const { width, height } = image;
    expect([width, height]).toEqual([entry.displayWidth ?? entry.width, entry.displayHeight ?? entry.height]);
    const part = { left: 40, top: 60, width: 300, height: 200 };
    const found = await decoded(await answer(image, '40,60,300,200/max/0/default.png'));
    const expected = await reference(file, (all) => all.extract(part));
    expect(psnr(found, expected)).toBeGreaterThanOrEqual(LOSSLESS);
  });
});
