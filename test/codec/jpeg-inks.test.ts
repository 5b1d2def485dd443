import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { decodeTile } from '../../src/codec/decode-tile.ts';
import { type BaselineJpeg, type JpegContext, readBaseline } from '../../src/codec/jpeg-baseline.ts';
import { decodeBaseline, type JpegScale, scaledSize } from '../../src/codec/jpeg-decode.ts';
import { jpegFrame } from '../../src/codec/jpeg-frame.ts';
import { ImageServerError } from '../../src/errors.ts';
import { loadKernel } from '../kernel/load.ts';
import { Random } from '../kernel/random.ts';
import { photograph, subsampled } from './jpeg-photographs.ts';
import { loadWasm } from './load.ts';
import { sharpOf } from './pictures.ts';

const kernel = await loadKernel();
const codecs = createCodecs(loadWasm);
const photo = await photograph(203, 117);

function inks(bytes: Uint8Array, context?: JpegContext, scale: JpegScale = 1): Pixels {
  const jpeg = readBaseline(bytes, context);
  if (jpeg.kind === 'unsupported') throw new Error(jpeg.reason);
  return placed(jpeg, scale);
}

function placed(jpeg: BaselineJpeg, scale: JpegScale = 1): Pixels {
  const size = scaledSize(jpeg, scale);
  const raster = kernel.raster(size.width, size.height);
  try {
    decodeBaseline(jpeg, raster, 0, 0, { x: 0, y: 0, ...size }, { scale });
    return kernel.read(raster, 4);
  } finally {
    raster.free();
  }
}

/** Inks as libvips decodes them: 0 is none. */
async function reference(file: Uint8Array): Promise<Uint8Array> {
  const { data, info } = await sharp(file)
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(4);
  return data;
}

function worst(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}

const cmyk = await sharpOf(photo).toColourspace('cmyk').jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();

test('a file of four inks, inverted as Adobe does it', async () => {
  const jpeg = readBaseline(cmyk);
  expect(jpeg).toMatchObject({ kind: 'baseline', colour: 'cmyk', inverted: true });
  expect(worst(inks(cmyk).data, await reference(cmyk))).toBeLessThanOrEqual(1);
});

test('YCCK with subsampled colours', async () => {
  const one = { h: 1, v: 1 };
  const plain = await subsampled(photo, [{ h: 2, v: 2 }, one, one, { h: 2, v: 2 }], 3);
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 2];
  const file = Uint8Array.from([...plain.subarray(0, 2), ...adobe, ...plain.subarray(2)]);
  expect(readBaseline(file)).toMatchObject({ kind: 'baseline', colour: 'ycck', inverted: true });
  const expected = await reference(file);
  expect(worst(inks(file).data, expected)).toBeLessThanOrEqual(1);
  // A TIFF's aren't inverted.
  const stored = inks(plain, { colour: 'ycck', inverted: false });
  expect(stored.data.map((value) => 255 - value)).toEqual(inks(file).data);
});

test('a TIFF says what the inks are, whatever the tile says', async () => {
  const { width, height } = photo;
  const encoding = { kind: 'jpeg', colour: 'cmyk', inverted: false, tables: undefined } as const;
  const decoded = await decodeTile({ planes: [cmyk], encoding, width, height }, codecs);
  expect(decoded).toMatchObject({ kind: 'baseline', colour: 'cmyk', inverted: false });
  const inverted = inks(cmyk).data.map((value) => 255 - value);
  expect(inks(cmyk, encoding).data).toEqual(inverted);
});

test.each([2, 4, 8] as const)('at 1/%i', async (scale) => {
  const { width, height, data } = inks(cmyk, undefined, scale);
  const whole = inks(cmyk);
  const [x, y] = [5, 3];
  expect([width, height]).toEqual([Math.ceil(whole.width / scale), Math.ceil(whole.height / scale)]);
  for (let c = 0; c < 4; c++) {
    let sum = 0;
    for (let i = 0; i < scale * scale; i++) {
      const [px, py] = [x * scale + (i % scale), y * scale + Math.floor(i / scale)];
      sum += whole.data[(py * whole.width + px) * 4 + c] ?? 0;
    }
    expect(Math.abs((data[(y * width + x) * 4 + c] ?? 0) - sum / scale ** 2)).toBeLessThan(2);
  }
});

test.each([
  ['grey', 'cmyk', 502],
  ['cmyk', 'ycbcr', 502],
  ['ycbcr', 'cmyk', 502],
  ['ycbcr', 'grey', 502],
] as const)('a %s JPEG in a file that says %s', async (stored, colour, status) => {
  const space = stored === 'grey' ? 'b-w' : stored === 'cmyk' ? 'cmyk' : 'srgb';
  const bytes = await sharpOf(photo).toColourspace(space).jpeg().toBuffer();
  const { width, height } = photo;
  const tile = { planes: [bytes], encoding: { kind: 'jpeg', colour, tables: undefined }, width, height } as const;
  await expect(decodeTile(tile, codecs)).rejects.toMatchObject({ status });
});

test('a strip that is higher than it should be is cut', async () => {
  const { width, height } = photo;
  const encoding = { kind: 'jpeg', colour: 'cmyk', tables: undefined } as const;
  const tile = { planes: [cmyk], encoding, width, height: height - 20 };
  expect(await decodeTile(tile, codecs)).toMatchObject({ kind: 'baseline', height });
  await expect(decodeTile({ ...tile, height: height + 1 }, codecs)).rejects.toMatchObject({ status: 502 });
});

test('12 bits are refused in words', async () => {
  const bytes = Uint8Array.from(cmyk);
  bytes[jpegFrame(bytes).offset + 4] = 12;
  const encoding = { kind: 'jpeg', colour: 'cmyk', tables: undefined } as const;
  const tile = { planes: [bytes], encoding, width: photo.width, height: photo.height };
  await expect(decodeTile(tile, codecs)).rejects.toMatchObject({ status: 501, message: expect.stringContaining('12') });
});

test.each(['4:4:4', '4:2:0'])('progressive, %s', async (chromaSubsampling) => {
  const options = { progressive: true, chromaSubsampling, quality: 95 };
  const file = await sharpOf(photo).toColourspace('cmyk').jpeg(options).toBuffer();
  expect(readBaseline(file)).toMatchObject({ kind: 'unsupported' });
  const { width, height } = photo;
  const tile = { planes: [file], encoding: { kind: 'picture', format: 'jpeg' }, width, height } as const;
  const decoded = await decodeTile(tile, codecs);
  if (decoded.kind !== 'baseline') throw new Error(decoded.kind);
  expect(worst(placed(decoded).data, await reference(file))).toBeLessThanOrEqual(1);
});

test.each([false, true])('damage ends in pixels or a 502, at once; progressive: %s', async (progressive) => {
  const file = await sharpOf(photo).toColourspace('cmyk').jpeg({ progressive, quality: 60 }).toBuffer();
  const { width, height } = photo;
  const random = new Random(31);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < (progressive ? 200 : 600); round++) {
    const bytes = Uint8Array.from(file);
    for (let i = random.whole(1, 4); i > 0; i--) {
      const at = random.whole(2, bytes.length - 1);
      if (random.real() < 0.7) bytes[at] = random.whole(0, 255);
      else bytes.copyWithin(at, random.whole(0, bytes.length - 1), bytes.length);
    }
    const cut = random.real() < 0.1 ? bytes.subarray(0, random.whole(20, bytes.length)) : bytes;
    const encoding = { kind: 'jpeg', colour: 'cmyk', tables: undefined } as const;
    const start = performance.now();
    try {
      const decoded = await decodeTile({ planes: [cut], encoding, width, height }, codecs);
      if (decoded.kind !== 'baseline') throw new Error(decoded.kind);
      placed(decoded);
      outcomes.read++;
    } catch (error) {
      if (!(error instanceof ImageServerError)) throw error;
      expect([501, 502]).toContain(error.status);
      outcomes.refused++;
    }
    expect(performance.now() - start).toBeLessThan(1000);
  }
  expect(outcomes.read).toBeGreaterThan(20);
  expect(outcomes.refused).toBeGreaterThan(20);
});
