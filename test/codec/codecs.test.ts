import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/codec/codecs.ts';
import { loadWasm } from './load.ts';
import { picture, profileNamed, psnr, reference, sharpOf } from './pictures.ts';

const codecs = createCodecs(loadWasm);
const rgb = picture(203, 117, 3);
const rgba = picture(203, 117, 4);
const grey = picture(203, 117, 1);

async function asRgba(pixels: Parameters<typeof sharpOf>[0]) {
  return reference(await sharpOf(pixels).png().toBuffer());
}

describe('JPEG', () => {
  test.each([
    { name: '4:2:0', options: { quality: 85 } },
    { name: '4:4:4', options: { quality: 95, chromaSubsampling: '4:4:4' } },
    { name: 'progressive', options: { quality: 85, progressive: true } },
  ])('$name decodes as libvips does', async ({ options }) => {
    const file = await sharpOf(rgb).jpeg(options).toBuffer();
    expect(psnr(await codecs.jpg.decode(file), await reference(file))).toBeGreaterThan(45);
  });

  test('grey decodes to RGBA of equal channels', async () => {
    const file = await sharpOf(grey).toColourspace('b-w').jpeg({ quality: 90 }).toBuffer();
    expect(psnr(await codecs.jpg.decode(file), await reference(file))).toBeGreaterThan(50);
  });

  test('the Exif orientation is left to the caller', async () => {
    const file = await sharpOf(rgb).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await codecs.jpg.decode(file)).toMatchObject({ width: 203, height: 117 });
  });

  test('RGB and RGBA are encoded as baseline 4:2:0, near the original', async () => {
    for (const pixels of [rgb, rgba]) {
      const file = await codecs.jpg.encode(pixels, { quality: 90 });
      expect(await sharp(file).metadata()).toMatchObject({
        channels: 3,
        chromaSubsampling: '4:2:0',
        isProgressive: false,
      });
      expect(psnr(await reference(file), await asRgba(rgb))).toBeGreaterThan(38);
    }
  });

  test('grey is encoded as one component, with or without alpha', async () => {
    for (const channels of [1, 2] as const) {
      const file = await codecs.jpg.encode(picture(203, 117, channels), { quality: 90 });
      expect(await sharp(file).metadata()).toMatchObject({ channels: 1, width: 203, height: 117 });
      expect(psnr(await reference(file), await asRgba(grey))).toBeGreaterThan(40);
    }
  });

  test('a higher quality costs more bytes', async () => {
    const sizes = await Promise.all(
      [30, 80, 95].map(async (quality) => (await codecs.jpg.encode(rgb, { quality })).length),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(3);
  });

  test('the smallest pictures make the round', async () => {
    for (const channels of [1, 3] as const) {
      for (const [width, height] of [
        [1, 1],
        [1, 9],
        [5, 1],
        [8, 8],
        [1, 300],
        [17, 16],
      ] as const) {
        const pixels = { width, height, channels, data: new Uint8Array(width * height * channels).fill(100) };
        const decoded = await codecs.jpg.decode(await codecs.jpg.encode(pixels));
        expect(decoded).toMatchObject({ width, height, channels: 4 });
        expect([...decoded.data.subarray(0, 4)]).toEqual([100, 100, 100, 255]);
      }
    }
  });

  test('noise at the highest quality, which takes more bytes than the pixels have, is encoded whole', async () => {
    for (const channels of [1, 3, 4] as const) {
      let state = 1;
      const data = new Uint8Array(256 * 256 * channels).map(() => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state >>> 24;
      });
      const noise = { width: 256, height: 256, channels, data };
      const file = await codecs.jpg.encode(noise, { quality: 100 });
      const decoded = await codecs.jpg.decode(file);
      expect(psnr(decoded, await reference(file))).toBeGreaterThan(45);
      if (channels === 1) expect(psnr(decoded, await asRgba(noise))).toBeGreaterThan(50);
    }
  });
});

describe('WebP', () => {
  test('decodes as libvips does, lossy and lossless, with alpha', async () => {
    for (const options of [{ quality: 80 }, { lossless: true }]) {
      for (const pixels of [rgb, rgba]) {
        const file = await sharpOf(pixels)
          .webp({ ...options, exact: true })
          .toBuffer();
        const decoded = await codecs.webp.decode(file);
        expect(psnr(decoded, await reference(file))).toBeGreaterThan(45);
        expect(decoded.data[3]).toBe(pixels === rgba ? 0 : 255);
      }
    }
  });

  test('is encoded near the original, alpha kept exactly', async () => {
    const decoded = await reference(await codecs.webp.encode(rgba, { quality: 90 }));
    const alpha = (data: Uint8Array) => data.filter((_, i) => i % 4 === 3);
    expect(Buffer.compare(alpha(decoded.data), alpha(rgba.data))).toBe(0);
    const opaque = await codecs.webp.encode(rgb, { quality: 90 });
    expect(psnr(await reference(opaque), await asRgba(rgb))).toBeGreaterThan(38);
    expect((await sharp(opaque).metadata()).hasAlpha).toBe(false);
    expect(psnr(await reference(await codecs.webp.encode(grey)), await asRgba(grey))).toBeGreaterThan(36);
  });

  test('a side of more than 16,383 pixels is not supported, and named', async () => {
    await expect(codecs.webp.encode(picture(16_384, 1, 3))).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('16383'),
    });
  });
});

describe('PNG', () => {
  test.each([1, 2, 3, 4] as const)('%i channels are kept without loss', async (channels) => {
    const pixels = picture(203, 117, channels);
    const file = await codecs.png.encode(pixels);
    const expected = await asRgba(pixels);
    expect(Buffer.compare((await reference(file)).data, expected.data)).toBe(0);
    expect(Buffer.compare((await codecs.png.decode(file)).data, expected.data)).toBe(0);
  });

  test('grey takes one channel, black and white one bit', async () => {
    expect(await sharp(await codecs.png.encode(grey)).metadata()).toMatchObject({ channels: 1, bitsPerSample: 8 });
    const bitonal = { ...grey, data: grey.data.map((sample) => (sample > 127 ? 255 : 0)) };
    const file = await codecs.png.encode(bitonal);
    expect(await sharp(file).metadata()).toMatchObject({ channels: 1, bitsPerSample: 1 });
    expect(Buffer.compare((await reference(file)).data, (await asRgba(bitonal)).data)).toBe(0);
  });
});

describe('ICC profiles', () => {
  test.each(['jpg', 'png'] as const)(
    '%s carries the profile unchanged, and it shows the same pixels',
    async (format) => {
      const profile = await profileNamed('p3');
      const file = await codecs[format].encode(rgb, { profile, quality: 95 });
      const { icc } = await sharp(file).metadata();
      expect(icc && Buffer.compare(icc, profile)).toBe(0);
      const plain = await codecs[format].encode(rgb, { quality: 95 });
      expect(psnr(await codecs[format].decode(file), await codecs[format].decode(plain))).toBe(
        Number.POSITIVE_INFINITY,
      );
    },
  );

  test('a profile of several JPEG segments comes back whole', async () => {
    const profile = new Uint8Array(150_000).map((_, i) => (i * 7) & 255);
    profile.set(await profileNamed('p3'));
    const { icc } = await sharp(await codecs.jpg.encode(rgb, { profile })).metadata();
    expect(icc && Buffer.compare(icc, profile)).toBe(0);
  });

  test.each(['jpg', 'png'] as const)('%s leaves an RGB profile out of a grey picture', async (format) => {
    const profile = await profileNamed('p3');
    expect((await sharp(await codecs[format].encode(grey, { profile })).metadata()).icc).toBeUndefined();
  });
});

test('pixels whose data is shorter than their size says are refused', async () => {
  for (const codec of [codecs.jpg, codecs.png, codecs.webp]) {
    await expect(codec.encode({ ...rgb, height: 118 })).rejects.toThrow(RangeError);
  }
});

test('no global ImageData is left behind', () => {
  expect('ImageData' in globalThis).toBe(false);
});
