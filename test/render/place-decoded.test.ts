import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { decodeTile } from '../../src/codec/decode-tile.ts';
import type { EncodedTile, SamplesEncoding } from '../../src/image/image.ts';
import { placeDecoded } from '../../src/render/place-decoded.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { convert, hasTool, type TiffParts, tiffParts, tileOf } from '../codec/tiff-parts.ts';
import { plainTiff } from '../codec/tiff-samples.ts';
import { loadKernel } from '../kernel/load.ts';
import { Random } from '../kernel/random.ts';

const codecs = createCodecs(loadWasm);
const kernel = await loadKernel();

async function placed(tile: EncodedTile): Promise<Pixels> {
  const { width, height } = tile;
  const decoded = await decodeTile(tile, codecs);
  const raster = kernel.raster(width, height);
  try {
    placeDecoded(kernel, raster, 0, 0, decoded, { x: 0, y: 0, width, height });
    return kernel.read(raster, 4);
  } finally {
    raster.free();
  }
}

/** All strips or tiles side by side, cut to the picture. */
async function whole(tiff: TiffParts, changes: Partial<SamplesEncoding> = {}): Promise<Pixels> {
  const { width, height, partWidth, partHeight } = tiff;
  const data = new Uint8Array(width * height * 4);
  const across = Math.ceil(width / partWidth);
  for (let index = 0; index < across * Math.ceil(height / partHeight); index++) {
    const part = await placed(tileOf(tiff, index, changes));
    const [x, y] = [(index % across) * partWidth, Math.floor(index / across) * partHeight];
    for (let row = 0; row < Math.min(part.height, height - y); row++) {
      const line = part.data.subarray(row * part.width * 4, (row * part.width + Math.min(part.width, width - x)) * 4);
      data.set(line, ((y + row) * width + x) * 4);
    }
  }
  return { width, height, channels: 4, data };
}

function rgba({ width, height, channels, data }: Pixels): Pixels {
  const four = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const c = i % 4;
    if (c === 3) return channels % 2 ? 255 : (data[(i >> 2) * channels + channels - 1] ?? 0);
    return data[(i >> 2) * channels + (channels < 3 ? 0 : c)] ?? 0;
  });
  return { width, height, channels: 4, data: four };
}

const rgb = picture(203, 117, 3);
const plainRgb = plainTiff({ width: 203, height: 117, bits: 8, samples: 3, photometric: 2 }, rgb.data);

/** What `tiffcp` writes of a file; skipped on machines without it. */
function copied(file: Uint8Array, options: string): TiffParts {
  return tiffParts(convert(file, `tiffcp ${options} {in} {out}`));
}

const withTools = hasTool('tiffcp') ? test : test.skip;

describe('every compression gives the pixels that were stored', () => {
  test.each(['none', 'deflate', 'lzw', 'packbits'] as const)('%s, by libvips', async (compression) => {
    for (const predictor of ['none', 'horizontal'] as const) {
      const options = { compression, predictor, tile: true, tileWidth: 64, tileHeight: 48 };
      const file = await sharpOf(rgb).toColourspace('srgb').tiff(options).toBuffer();
      expect(await whole(tiffParts(file))).toEqual(rgba(rgb));
    }
  });

  test('G4, by libvips', async () => {
    const page = sharpOf(picture(203, 117, 1)).toColourspace('b-w');
    const plain = await page.clone().tiff({ compression: 'none', bitdepth: 1 }).toBuffer();
    const coded = tiffParts(await page.clone().tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer());
    expect(coded.values(259)).toEqual([4]);
    const found = await whole(coded);
    expect(found).toEqual(await whole(tiffParts(plain)));
    expect(new Set(found.data)).toEqual(new Set([0, 255]));
  });

  withTools.each([
    '-c lzw',
    '-c lzw:2 -r 20',
    '-c lzw:2 -p separate -t -w 64 -l 64',
    '-c packbits -r 20',
    '-c packbits -f lsb2msb',
    '-c lzw:2 -f lsb2msb',
    '-c zip:2 -B -t -w 64 -l 64',
    '-c zstd:2 -r 20',
    '-c lerc',
    '-c lerc:0:s1 -t -w 64 -l 64',
    '-c lerc:0:s2 -r 20',
    '-c lerc:0 -p separate -r 20',
  ])('%s, by libtiff', async (options) => {
    expect(await whole(copied(plainRgb, options))).toEqual(rgba(rgb));
  });

  withTools('LERC with alpha, which libtiff keeps as a mask where it is 0 or 255 only', async () => {
    for (const masked of [true, false]) {
      const { width, height, data } = picture(203, 117, 4);
      if (masked) for (let i = 3; i < data.length; i += 4) data[i] = (data[i] ?? 0) < 99 ? 0 : 255;
      const file = plainTiff({ width, height, bits: 8, samples: 4, photometric: 2, more: { 338: 2 } }, data);
      const found = await whole(copied(file, '-c lerc -r 50'));
      if (masked) for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 0) data.fill(0, i, i + 3);
      if (masked) for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 0) found.data.fill(0, i, i + 3);
      expect(found.data).toEqual(data);
    }
  });
});

describe('every kind of samples', () => {
  test.each([1, 2, 4])('%i bits, 0 is black or white', async (bits) => {
    const [width, height] = [101, 33];
    const rowBytes = Math.ceil((width * bits) / 8);
    const data = Uint8Array.from({ length: rowBytes * height }, (_, i) => (i * 89) & 255);
    const largest = 2 ** bits - 1;
    for (const photometric of [0, 1]) {
      const found = await whole(tiffParts(plainTiff({ width, height, bits, photometric }, data)));
      const expected = new Uint8Array(width * height * 4).map((_, i) => {
        const pixel = i >> 2;
        const bit = (pixel % width) * bits;
        const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)] ?? 0;
        const value = (byte >> (8 - bits - (bit & 7))) & largest;
        return i % 4 === 3 ? 255 : (255 / largest) * (photometric === 0 ? largest - value : value);
      });
      expect(found.data).toEqual(expected);
    }
  });

  test('a palette', async () => {
    const [width, height] = [64, 40];
    for (const bits of [1, 2, 4, 8]) {
      const data = Uint8Array.from({ length: (width * height * bits) / 8 }, (_, i) => (i * 37) & 255);
      const palette = Uint8Array.from({ length: 4 * 2 ** bits }, (_, i) => (i % 4 === 3 ? 255 : (i * 29) & 255));
      const tiff = tiffParts(plainTiff({ width, height, bits, photometric: 1 }, data));
      const found = await whole(tiff, { palette });
      const expected = new Uint8Array(width * height * 4).map((_, i) => {
        const bit = (i >> 2) * bits;
        const index = ((data[bit >> 3] ?? 0) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
        return palette[4 * index + (i % 4)] ?? 0;
      });
      expect(found.data).toEqual(expected);
    }
  });

  test('four inks as they are stored, a fifth sample left out', async () => {
    const four = picture(90, 50, 4);
    const file = plainTiff({ width: 90, height: 50, bits: 8, samples: 4, photometric: 5 }, four.data);
    expect((await whole(tiffParts(file))).data).toEqual(four.data);
    const five = new Uint8Array(90 * 50 * 5).map((_, i) =>
      i % 5 === 4 ? 77 : (four.data[Math.floor(i / 5) * 4 + (i % 5)] ?? 0),
    );
    const file5 = plainTiff({ width: 90, height: 50, bits: 8, samples: 5, photometric: 5, more: { 338: 2 } }, five);
    expect((await whole(tiffParts(file5))).data).toEqual(four.data);
  });

  withTools.each(['-c none', '-c lzw:2', '-c zip:3', '-c zstd:3', '-c lerc:0'])('floats, %s', async (options) => {
    const [width, height] = [60, 45];
    const values = Float32Array.from({ length: width * height * 3 }, (_, i) => -2 + ((i * 7919) % 1000) / 100);
    const data = new Uint8Array(values.buffer);
    const file = plainTiff({ width, height, bits: 32, samples: 3, photometric: 2, more: { 339: 3 } }, data);
    const found = await whole(copied(file, options), { format: 'float', window: { min: -1, max: 5 } });
    const level = (value = 0) => Math.max(0, Math.min(255, Math.floor(((value + 1) * 255) / 6 + 0.5)));
    const expected = new Uint8Array(width * height * 4).map((_, i) =>
      i % 4 === 3 ? 255 : level(values[(i >> 2) * 3 + (i % 4)]),
    );
    expect(found.data).toEqual(expected);
  });

  test.each([
    { bitsPerSample: 12 },
    { bitsPerSample: 64 },
    { bitsPerSample: 24 },
    { bitsPerSample: 8, format: 'signed' },
    { bitsPerSample: 8, format: 'float' },
    { bitsPerSample: 4, predictor: 'horizontal' },
    { bitsPerSample: 16, predictor: 'floating' },
    { bitsPerSample: 16, palette: new Uint8Array(1024) },
  ] as const)('%o are refused in words', async (changes) => {
    const tiff = tiffParts(plainTiff({ width: 8, height: 8, bits: 8, photometric: 1 }, new Uint8Array(512)));
    await expect(whole(tiff, changes)).rejects.toMatchObject({ status: 501 });
  });

  test('a window that files state for narrow samples, or against alpha, does no harm', async () => {
    const tiff = tiffParts(
      plainTiff({ width: 8, height: 8, bits: 8, samples: 1, photometric: 1 }, new Uint8Array(512)),
    );
    await whole(tiff, { window: { min: 5, max: 90 } });
    const pairs = { bitsPerSample: 16, samplesPerPixel: 2, alpha: 'associated', window: { min: 5, max: 90 } } as const;
    await whole({ ...tiff, parts: [new Uint8Array(512)] }, pairs);
  });
});

describe('L*a*b*', () => {
  const { width, height } = { width: 120, height: 80 };
  const colours = picture(width, height, 3);

  test('16 bits, by libvips', async () => {
    const image = sharpOf(colours).toColourspace('labs');
    const file = await image.tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer();
    const tiff = tiffParts(file);
    expect([...tiff.values(262), ...tiff.values(258)]).toEqual([8, 16, 16, 16]);
    const floats = await sharp(file).pipelineColourspace('lab').toColourspace('lab').raw({ depth: 'float' }).toBuffer();
    expect(worstLab(await whole(tiff), floats)).toBeLessThan(0.51);
  });

  (hasTool('vips') ? test : test.skip)('8 bits, by libvips', async () => {
    const file = plainTiff({ width, height, bits: 8, samples: 3, photometric: 2 }, colours.data);
    const tiff = tiffParts(convert(file, 'vips colourspace {in} {out}[compression=lzw,predictor=horizontal] labq'));
    expect([...tiff.values(262), ...tiff.values(258)]).toEqual([8, 8, 8, 8]);
    const floats = await sharpOf(colours).toColourspace('lab').raw({ depth: 'float' }).toBuffer();
    expect(worstLab(await whole(tiff), floats)).toBeLessThan(1.01);
  });

  /** Largest difference to L*, a*, b* as floats. */
  function worstLab(found: Pixels, floats: Buffer): number {
    const lab = new Float32Array(floats.buffer, floats.byteOffset, floats.length / 4);
    let worst = 0;
    for (let i = 0; i < lab.length; i++) {
      const level = i % 3 === 0 ? (lab[i] ?? 0) * 2.55 : (lab[i] ?? 0) + 128;
      const clamped = Math.max(0, Math.min(255, level));
      worst = Math.max(worst, Math.abs(clamped - (found.data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0)));
    }
    return worst;
  }

  test('ICC values, and planes', async () => {
    const data = Uint8Array.from([0, 0x80, 0xff, 0, 0x40, 0x80, 0xff, 0xff, 0, 0, 0, 0]);
    const tiff = tiffParts(plainTiff({ width: 2, height: 1, bits: 16, samples: 3, photometric: 9 }, data));
    // Little-endian: 0x8000, 0x00ff, 0x8040 and 0xffff, 0, 0.
    expect([...(await whole(tiff)).data]).toEqual([128, 1, 128, 255, 255, 0, 0, 255]);
    const planes = [Uint8Array.of(10, 20), Uint8Array.of(0, 127), Uint8Array.of(255, 128)];
    const encoding = { ...tileOf(tiff, 0, { bitsPerSample: 8, lab: 'cie' }).encoding };
    const found = await placed({ planes, encoding, width: 2, height: 1 });
    expect([...found.data]).toEqual([10, 128, 127, 255, 20, 255, 0, 255]);
  });
});

describe('YCbCr without JPEG', () => {
  const coefficients = [0.299, 0.587, 0.114] as const;
  const [width, height] = [101, 45];

  (hasTool('tiff2rgba') ? test : test.skip).each([
    [1, 1],
    [2, 1],
    [2, 2],
    [1, 2],
    [4, 2],
    [4, 4],
  ])('subsampled by %i × %i: as libtiff shows it', async (horizontal, vertical) => {
    const blocks = Math.ceil(width / horizontal) * Math.ceil(height / vertical);
    const data = new Random(5).bytes(blocks * (horizontal * vertical + 2));
    const more = { 530: [horizontal, vertical] } as const;
    const file = plainTiff({ width, height, bits: 8, samples: 3, photometric: 6, more }, data);
    const shown = tiffParts(convert(file, 'tiff2rgba -c none -n {in} {out}'));
    const ycbcr = { horizontal, vertical, coefficients, reference: [0, 255, 128, 255, 128, 255] } as const;
    const rgbOnly = shown.parts.flatMap((part) => [...part]);
    expect(await whole(tiffParts(file), { ycbcr })).toEqual(
      rgba({ width, height, channels: 3, data: Uint8Array.from(rgbOnly) }),
    );
  });

  test('black, white and colours where the file says they are, in planes as well', async () => {
    const reference = [16, 235, 128, 240, 128, 240] as const;
    const ycbcr = { horizontal: 1, vertical: 1, coefficients, reference };
    const chunky = [Uint8Array.of(16, 128, 128, 235, 128, 128, 81, 90, 240)];
    const planes = [Uint8Array.of(16, 235, 81), Uint8Array.of(128, 128, 90), Uint8Array.of(128, 128, 240)];
    const encoding = {
      ...tileOf(tiffParts(plainRgb)).encoding,
      compression: 'none',
      ycbcr,
    } as SamplesEncoding;
    for (const parts of [chunky, planes]) {
      const { data } = await placed({ planes: parts, encoding, width: 3, height: 1 });
      expect([...data.subarray(0, 8)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
      expect([...data.subarray(8, 11)].map((value) => Math.round(value / 4) * 4)).toEqual([252, 0, 0]);
    }
  });
});
