import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { jpegFrame } from '../../src/codec/jpeg-frame.ts';
import { type SpliceOptions, spliceJpeg } from '../../src/codec/jpeg-splice.ts';
import { rightsPacket } from '../../src/codec/xmp.ts';
import { picture, profileNamed, psnr, reference, sharpOf, type TiffTile, tiffTile } from './pictures.ts';

const COLOURS = { 1: 'grey', 2: 'rgb', 6: 'ycbcr' } as const;

async function spliced(tile: TiffTile, options: Partial<SpliceOptions> = {}): Promise<Uint8Array> {
  const colour = COLOURS[tile.photometric as keyof typeof COLOURS];
  return spliceJpeg(tile.bytes, { colour, tables: tile.tables, ...options });
}

const original = async (pixels: Parameters<typeof sharpOf>[0]) => reference(await sharpOf(pixels).png().toBuffer());

describe('a tile of a TIFF by libvips becomes a JPEG of the same pixels', () => {
  test.each([
    { name: 'YCbCr 4:2:0', channels: 3, quality: 80, photometric: 6 },
    { name: 'RGB', channels: 3, quality: 92, photometric: 2 },
    { name: 'grey', channels: 1, quality: 80, photometric: 1 },
  ] as const)('$name', async ({ channels, quality, photometric }) => {
    const pixels = picture(256, 128, channels);
    const tile = await tiffTile(pixels, { compression: 'jpeg', quality });
    expect(tile).toMatchObject({ photometric });
    expect(tile.tables).toBeDefined();
    const file = await spliced(tile);
    expect(psnr(await reference(file), await original(pixels))).toBeGreaterThan(36);
    expect(jpegFrame(file)).toMatchObject({ width: 256, height: 128, process: 'baseline', precision: 8 });
  });
});

describe('the colour transform', () => {
  // libvips writes YCbCr with neither a JFIF nor an Adobe segment.
  const unmarked = () =>
    sharpOf(picture(64, 64, 3))
      .jpeg({ quality: 85 })
      .toBuffer();
  const same = Number.POSITIVE_INFINITY;

  test('RGB is marked, so that the same data is read as RGB', async () => {
    const file = await unmarked();
    const asRgb = await reference(spliceJpeg(file, { colour: 'rgb' }));
    expect(psnr(asRgb, await reference(file))).toBeLessThan(20);
  });

  test('RGB data that calls itself JFIF, which means YCbCr, is RGB all the same', async () => {
    const file = spliceJpeg(withJfif(await unmarked()), { colour: 'rgb' });
    expect(psnr(await reference(file), await reference(spliceJpeg(await unmarked(), { colour: 'rgb' })))).toBe(same);
  });

  test('an Adobe segment that says otherwise is replaced', async () => {
    const rgb = spliceJpeg(await unmarked(), { colour: 'rgb' });
    const ycbcr = spliceJpeg(rgb, { colour: 'ycbcr' });
    expect(psnr(await reference(ycbcr), await reference(await unmarked()))).toBe(same);
    expect(ycbcr.length).toBe(rgb.length);
  });

  test('YCbCr whose components have numbers of their own is marked', async () => {
    const file = Uint8Array.from(await unmarked());
    const frame = jpegFrame(file).offset;
    const scan = Buffer.from(file).lastIndexOf(Buffer.from([0xff, 0xda]));
    for (const [i, id] of [0x52, 0x47, 0x42].entries()) {
      file[frame + 10 + 3 * i] = id;
      file[scan + 5 + 2 * i] = id;
    }
    const expected = await reference(await unmarked());
    expect(psnr(await reference(file), expected)).toBeLessThan(20);
    expect(psnr(await reference(spliceJpeg(file, { colour: 'ycbcr' })), expected)).toBe(same);
  });

  test('a tile that is whole goes as it is, without a copy', async () => {
    const file = await unmarked();
    const rgb = spliceJpeg(file, { colour: 'rgb' });
    const jfif = withJfif(file);
    expect(spliceJpeg(file, { colour: 'ycbcr' }) === file).toBe(true);
    expect(spliceJpeg(jfif, { colour: 'ycbcr' }) === jfif).toBe(true);
    expect(spliceJpeg(rgb, { colour: 'rgb' }) === rgb).toBe(true);
  });
});

test('the profile is embedded once, and pixels stay the same', async () => {
  const profile = await profileNamed('p3');
  const tile = await tiffTile(picture(128, 128, 3), { compression: 'jpeg', quality: 80 });
  const file = await spliced(tile, { profile });
  const { icc } = await sharp(file).metadata();
  expect(icc && Buffer.compare(icc, profile)).toBe(0);
  const again = spliceJpeg(file, { colour: 'ycbcr', profile });
  expect(again.length).toBe(file.length);
});

test('a profile goes behind the JFIF segment, which comes first', async () => {
  const jfif = withJfif(
    await sharpOf(picture(64, 64, 3))
      .jpeg()
      .toBuffer(),
  );
  const file = spliceJpeg(jfif, { colour: 'ycbcr', profile: await profileNamed('p3') });
  expect(file[3]).toBe(0xe0);
  expect((await sharp(file).metadata()).icc).toBeDefined();
});

test('an RGB profile is left out of a grey tile', async () => {
  const tile = await tiffTile(picture(64, 64, 1), { compression: 'jpeg' });
  expect((await sharp(await spliced(tile, { profile: await profileNamed('p3') })).metadata()).icc).toBeUndefined();
});

test('a missing end marker is put in', async () => {
  const file = await sharpOf(picture(64, 64, 3))
    .jpeg()
    .toBuffer();
  expect(Buffer.compare(spliceJpeg(file.subarray(0, -2), { colour: 'ycbcr' }), file)).toBe(0);
});

describe('refused', () => {
  test('components that contradict the file: 502', async () => {
    const grey = await sharpOf(picture(16, 16, 1))
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    expect(() => spliceJpeg(grey, { colour: 'rgb' })).toThrow(expect.objectContaining({ status: 502 }));
  });

  test('CMYK, arithmetic coding, 12 bits, lossless: 501, named', async () => {
    const cmyk = await sharpOf(picture(16, 16, 3))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect(() => spliceJpeg(cmyk, { colour: 'rgb' })).toThrow(/CMYK/);
    const jpeg = await sharpOf(picture(16, 16, 3))
      .jpeg()
      .toBuffer();
    for (const [marker, precision, words] of [
      [0xc9, 8, /arithmetic/],
      [0xc1, 12, /12-bit/],
      [0xc3, 8, /lossless/],
      [0xc5, 8, /hierarchical/],
    ] as const) {
      const changed = Uint8Array.from(jpeg);
      const frame = jpegFrame(jpeg).offset;
      changed[frame + 1] = marker;
      changed[frame + 4] = precision;
      expect(() => spliceJpeg(changed, { colour: 'ycbcr' })).toThrow(words);
      expect(() => spliceJpeg(changed, { colour: 'ycbcr' })).toThrow(expect.objectContaining({ status: 501 }));
    }
  });

  test('a header cut anywhere: 502', async () => {
    const jpeg = await sharpOf(picture(16, 16, 3))
      .jpeg()
      .toBuffer();
    const scan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
    for (let length = 0; length < scan + 14; length++) {
      expect(() => spliceJpeg(jpeg.subarray(0, length), { colour: 'ycbcr' })).toThrow(
        expect.objectContaining({ status: 502 }),
      );
    }
  });

  test('damaged shared tables: 502', async () => {
    const { bytes } = await tiffTile(picture(64, 64, 3), { compression: 'jpeg' });
    const tables = new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0xff, 0xff, 0]);
    expect(() => spliceJpeg(bytes, { colour: 'ycbcr', tables })).toThrow(expect.objectContaining({ status: 502 }));
  });

  test('any damage to the header gives a picture or an ImageServerError, at once', async () => {
    const jpeg = await sharpOf(picture(16, 16, 3))
      .jpeg()
      .toBuffer();
    for (let i = 0; i < 640; i++) {
      const damaged = Uint8Array.from(jpeg);
      damaged[i % jpeg.length] = (i * 101) & 255;
      try {
        expect(spliceJpeg(damaged, { colour: 'ycbcr' })).toBeInstanceOf(Uint8Array);
      } catch (error) {
        expect(error).toMatchObject({ name: 'ImageServerError' });
      }
    }
  });
});

function withJfif(jpeg: Uint8Array): Uint8Array {
  const segment = Buffer.from('ffe000104a46494600010100000100010000', 'hex');
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

describe('metadata', () => {
  const xmp = rightsPacket('© Library');
  const resolution = { x: 300, y: 300 };

  test.each([
    { quality: 80, colour: 'ycbcr', density: 300 },
    // Where there is JFIF, decoders take three components for YCbCr: RGB goes without a resolution, for which libvips says 72.
    { quality: 92, colour: 'rgb', density: 72 },
  ] as const)('rights and resolution are put into $colour, whose pixels stay', async ({ quality, colour, density }) => {
    const tile = await tiffTile(picture(64, 64, 3), { compression: 'jpeg', quality });
    const file = await spliced(tile, { xmp, resolution });
    expect(COLOURS[tile.photometric as 2 | 6]).toBe(colour);
    const metadata = await sharp(file).metadata();
    expect(metadata.xmp && Buffer.compare(metadata.xmp, xmp)).toBe(0);
    expect(metadata.density).toBe(density);
    expect(psnr(await reference(file), await reference(await spliced(tile)))).toBe(Number.POSITIVE_INFINITY);
  });

  test("the file's own Exif and XMP go, and so does a JFIF segment that says otherwise", async () => {
    const own = sharpOf(picture(64, 64, 3))
      .withMetadata({ orientation: 6, density: 72 })
      .withXmp('<x>secret</x>');
    const file = await own.jpeg().toBuffer();
    expect(file.includes('secret')).toBe(true);
    const whole = Buffer.from(spliceJpeg(withJfif(file), { colour: 'ycbcr', resolution, xmp }));
    expect(whole.includes('secret')).toBe(false);
    expect(whole.toString('latin1').split('JFIF').length).toBe(2);
    expect(await sharp(whole).metadata()).toMatchObject({ density: 300 });
    expect((await sharp(whole).metadata()).exif).toBeUndefined();
    expect((await sharp(whole).metadata()).orientation).toBeUndefined();
  });
});
