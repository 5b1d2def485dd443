import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { type DecodedPicture, decodePicture } from '../../src/codec/pictures.ts';
import { pngChunk } from '../../src/codec/png-chunks.ts';
import { firstFrame } from '../../src/codec/webp-first-frame.ts';
import { bytesOf, gif, gifFrame, littleEndian, type PngParts, png } from '../image/plain/files.ts';
import { loadWasm } from './load.ts';
import { picture, psnr, reference, sharpOf } from './pictures.ts';

const codecs = createCodecs(loadWasm);

function rgba(picture: DecodedPicture): Pixels {
  if (picture.kind === 'samples') throw new Error('samples of 16 bits');
  const { width, height, channels, data } = picture.pixels;
  if (channels === 4) return picture.pixels;
  const filled = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) filled.set(data.subarray(from, from + 3), to);
  return { width, height, channels: 4, data: filled };
}

/** Rows of samples of so many bits, packed. */
function rowsOf(width: number, height: number, samples: number, bits: number): Uint8Array[] {
  return Array.from({ length: height }, (_, y) => {
    const row = new Uint8Array(Math.ceil((width * samples * bits) / 8));
    for (let i = 0; i < row.length; i++) row[i] = (y * 37 + i * 91 + ((i * i) >> 2)) & 255;
    return row;
  });
}

const palette = pngChunk(
  'PLTE',
  Uint8Array.from({ length: 768 }, (_, index) => (index * 59) & 255),
);
const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

describe('PNG of every kind is what libvips decodes', () => {
  const kinds: readonly (readonly [PngParts['type'], PngParts['bits']])[] = [
    ...([1, 2, 4, 8] as const).map((bits) => [0, bits] as const),
    [2, 8],
    ...([1, 2, 4, 8] as const).map((bits) => [3, bits] as const),
    [4, 8],
    [6, 8],
  ];
  test.each(kinds)('colour type %i of %i bits', async (type, bits) => {
    const rows = rowsOf(37, 11, samplesOf[type], bits);
    const colours = type === 3 ? [pngChunk('PLTE', palette.subarray(8, 8 + 3 * 2 ** bits))] : [];
    for (const transparent of [undefined, type === 0 ? [0, 1] : type === 2 ? [0, 37, 0, 128, 0, 219] : [0, 128]]) {
      if (transparent && type >= 4) continue;
      const before = transparent ? [...colours, pngChunk('tRNS', Uint8Array.from(transparent))] : colours;
      const file = png(37, 11, { type, bits, rows, before });
      const decoded = rgba(await decodePicture(file, 'png', codecs));
      expect(decoded.data).toEqual(new Uint8Array((await reference(file)).data));
    }
  });

  test.each([0, 2, 4, 6] as const)('colour type %i of 16 bits keeps them all', async (type) => {
    const rows = rowsOf(37, 11, samplesOf[type], 16);
    const decoded = await decodePicture(png(37, 11, { type, bits: 16, rows }), 'png', codecs);
    if (decoded.kind !== 'samples') throw new Error('8 bits');
    expect(decoded).toMatchObject({ width: 37, height: 11, encoding: { bitsPerSample: 16, littleEndian: true } });
    const [plane = new Uint8Array()] = decoded.planes;
    const first = [0, 1].map((i) => plane[1 - i]);
    expect(first).toEqual([...(rows[0]?.subarray(0, 2) ?? [])]);
    expect(plane.length).toBe(37 * 11 * 8);
  });

  test('interlaced', async () => {
    const file = await sharpOf(picture(61, 43, 4))
      .png({ progressive: true })
      .toBuffer();
    expect(rgba(await decodePicture(file, 'png', codecs)).data).toEqual(picture(61, 43, 4).data);
  });
});

describe('AVIF', () => {
  test.each([
    ['lossless with alpha', { lossless: true }, Number.POSITIVE_INFINITY],
    ['lossy with alpha', { quality: 50 }, Number.POSITIVE_INFINITY],
    ['4:4:4', { quality: 50, chromaSubsampling: '4:4:4' }, Number.POSITIVE_INFINITY],
  ] as const)('%s is what libvips decodes', async (_name, options, least) => {
    const file = await sharpOf(picture(130, 90, 4))
      .avif({ ...options, effort: 0 })
      .toBuffer();
    const [decoded, expected] = [rgba(await decodePicture(file, 'avif', codecs)), await reference(file)];
    expect(psnr(decoded, expected)).toBeGreaterThanOrEqual(least);
  });

  test('that is damaged is told, and the next one decoded', async () => {
    const file = new Uint8Array(
      await sharpOf(picture(64, 64, 3))
        .avif({ effort: 0 })
        .toBuffer(),
    );
    for (const damaged of [
      file.subarray(0, -100),
      file.map((byte, i) => (i > 400 ? byte ^ 85 : byte)),
      new Uint8Array(99),
    ]) {
      const outcome = await decodePicture(damaged, 'avif', codecs).catch((cause) => cause);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ status: 502 });
    }
    expect(rgba(await decodePicture(file, 'avif', codecs)).width).toBe(64);
  });
});

describe('WebP', () => {
  const frames = (width: number, height: number) =>
    sharpOf(picture(width, height * 3, 4)).webp({ lossless: true, exact: true });

  test('the first frame of an animation, at its place', async () => {
    const raw = picture(40, 90, 4);
    const file = await sharp(raw.data, { raw: { width: 40, height: 90, channels: 4, pageHeight: 30 } })
      .webp({ lossless: true, exact: true, delay: [100, 100, 100] })
      .toBuffer();
    expect(firstFrame(file)?.canvas).toEqual({ width: 40, height: 30 });
    const decoded = rgba(await decodePicture(file, 'webp', codecs));
    const expected = await sharp(file, { page: 0 }).ensureAlpha().raw().toBuffer();
    expect([decoded.width, decoded.height]).toEqual([40, 30]);
    const seen = (data: Uint8Array) => data.filter((_, i) => (data[i | 3] ?? 0) > 0);
    expect(seen(decoded.data)).toEqual(new Uint8Array(seen(expected)));
  });

  test('a still picture is none', async () => {
    expect(firstFrame(await frames(20, 20).toBuffer())).toBeUndefined();
  });
});

describe('GIF', () => {
  test.each([
    ['of few colours', sharpOf(picture(100, 70, 3)).gif({ colours: 8 })],
    ['of many', sharpOf(picture(300, 200, 3)).gif()],
    ['with transparent pixels', sharpOf(picture(100, 70, 4)).gif()],
    ['interlaced', sharpOf(picture(101, 71, 3)).gif({ progressive: true })],
  ])('%s', async (_name, made) => {
    const file = await made.toBuffer();
    const decoded = rgba(await decodePicture(file, 'gif', codecs));
    const expected = await reference(file);
    expect(decoded.data.filter((_, i) => i % 4 === 3)).toEqual(
      new Uint8Array(expected.data.filter((_, i) => i % 4 === 3)),
    );
    const seen = ({ data }: Pixels) => new Uint8Array(data.filter((_, i) => data[i | 3] === 255));
    expect(seen(decoded)).toEqual(seen(expected));
  });

  test('a frame within its screen, and one that reaches beyond', async () => {
    const palette = [255, 0, 0, 0, 255, 0];
    // LZW of two bits: clear, then four times index 1, then the end; codes have 4 bits from the fourth index on.
    const data = [2, 3, ...littleEndian(0b0101_0001_001_001_001_100, 3), 0];
    const [x, y] = [1, 1];
    const frame = gifFrame(x, y, 2, 2).with(9, 0x80);
    for (const side of [4, 2]) {
      const decoded = rgba(await decodePicture(gif(side, side, [...frame, ...palette], data), 'gif', codecs));
      const green = decoded.data.filter((value, i) => i % 4 === 1 && value === 255).length;
      expect(green).toBe(side === 4 ? 4 : 1);
      expect([...decoded.data.subarray(4 * (side + 1), 4 * (side + 1) + 4)]).toEqual([0, 255, 0, 255]);
      expect([...decoded.data.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    }
  });

  test('data that ends early, or is no LZW', async () => {
    const file = new Uint8Array(
      await sharpOf(picture(100, 70, 3))
        .gif()
        .toBuffer(),
    );
    for (let length = 13; length < file.length - 50; length += 97) {
      await expect(decodePicture(file.subarray(0, length), 'gif', codecs)).rejects.toMatchObject({ status: 502 });
    }
    const wrong = bytesOf(gif(4, 4, gifFrame(0, 0, 4, 4), [2, 2, 0xff, 0xff, 0]));
    await expect(decodePicture(wrong, 'gif', codecs)).rejects.toMatchObject({ status: 502 });
  });

  test('a size that is a bomb is refused before memory is spent', async () => {
    await expect(decodePicture(gif(65_535, 65_535, gifFrame(0, 0, 9, 9)), 'gif', codecs)).rejects.toMatchObject({
      status: 501,
    });
    await expect(decodePicture(gif(9, 9, gifFrame(0, 0, 65_535, 65_535), [2, 0]), 'gif', codecs)).rejects.toMatchObject(
      {
        status: 501,
      },
    );
  });
});
