import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { type DecodedTile, decodeTile } from '../../src/codec/decode-tile.ts';
import { decodeBaseline } from '../../src/codec/jpeg-decode.ts';
import type { EncodedTile } from '../../src/image/image.ts';
import { loadKernel } from '../kernel/load.ts';
import { loadWasm } from './load.ts';
import { picture, psnr, reference, samplesEncoding, sharpOf, tiffTile } from './pictures.ts';

const codecs = createCodecs(loadWasm);
const rgb = picture(128, 96, 3);

async function pixelsOf(tile: DecodedTile): Promise<Pixels> {
  if (tile.kind === 'pixels') return tile.pixels;
  if (tile.kind !== 'baseline') throw new Error(`expected pixels, got ${tile.kind}`);
  const kernel = await loadKernel();
  const raster = kernel.raster(tile.width, tile.height);
  decodeBaseline(tile, raster, 0, 0, { x: 0, y: 0, width: tile.width, height: tile.height });
  return kernel.read(raster, 4);
}

test.each([
  { colour: 'ycbcr', quality: 80, channels: 3 },
  { colour: 'rgb', quality: 92, channels: 3 },
  { colour: 'grey', quality: 80, channels: 1 },
] as const)('JPEG, $colour, with shared tables', async ({ colour, quality, channels }) => {
  const pixels = picture(128, 96, channels);
  const { bytes, tables, width, height } = await tiffTile(pixels, { compression: 'jpeg', quality });
  const decoded = await decodeTile(
    { planes: [bytes], encoding: { kind: 'jpeg', colour, tables }, width, height },
    codecs,
  );
  const expected = await reference(await sharpOf(pixels).png().toBuffer());
  expect(psnr(await pixelsOf(decoded), expected)).toBeGreaterThan(36);
});

test('JPEG whose end marker is missing, or is followed by filling, is decoded; one whose data is missing is 502', async () => {
  const { width, height } = rgb;
  const file = await sharpOf(rgb).jpeg().toBuffer();
  const tile = (bytes: Uint8Array): EncodedTile => ({
    planes: [bytes],
    encoding: { kind: 'jpeg', colour: 'ycbcr', tables: undefined },
    width,
    height,
  });
  const expected = await reference(file);
  for (const bytes of [file.subarray(0, -2), Buffer.concat([file, new Uint8Array(9)])]) {
    expect(psnr(await pixelsOf(await decodeTile(tile(bytes), codecs)), expected)).toBeGreaterThan(45);
  }
  const cut = Buffer.concat([file.subarray(0, -300), file.subarray(-2)]);
  for (const bytes of [file.subarray(0, -300), cut]) {
    await expect(decodeTile(tile(bytes), codecs).then(pixelsOf)).rejects.toMatchObject({ status: 502 });
  }
});

test('WebP', async () => {
  const { bytes, width, height } = await tiffTile(rgb, { compression: 'webp', quality: 80 });
  const decoded = await decodeTile({ planes: [bytes], encoding: { kind: 'webp' }, width, height }, codecs);
  expect(psnr(await pixelsOf(decoded), await reference(bytes))).toBeGreaterThan(45);
});

test('a picture of another size than the tile: 502, before a codec is loaded', async () => {
  const idle = createCodecs(async () => {
    throw new Error('nothing may be loaded for this');
  });
  const jpeg = await sharpOf(rgb).jpeg().toBuffer();
  const webp = await sharpOf(rgb).webp().toBuffer();
  const lossless = await sharpOf(rgb).webp({ lossless: true }).toBuffer();
  const withAlpha = await sharpOf(picture(128, 96, 4))
    .webp()
    .toBuffer();
  const encodings = [
    [jpeg, { kind: 'jpeg', colour: 'ycbcr', tables: undefined }],
    [webp, { kind: 'webp' }],
    [lossless, { kind: 'webp' }],
    [withAlpha, { kind: 'webp' }],
  ] as const;
  for (const [bytes, encoding] of encodings) {
    await expect(decodeTile({ planes: [bytes], encoding, width: 128, height: 128 }, idle)).rejects.toMatchObject({
      status: 502,
      message: expect.stringContaining('128 × 96'),
    });
  }
});

test('samples, stored or deflated, interleaved or in planes, come out as they went in', async () => {
  const { width, height, data } = rgb;
  for (const planes of [[data], [0, 1, 2].map((c) => data.filter((_, i) => i % 3 === c))]) {
    const stored: EncodedTile = { planes, encoding: samplesEncoding(), width, height };
    expect(await decodeTile(stored, codecs)).toEqual({ kind: 'samples', ...stored });
    const deflated: EncodedTile = {
      planes: planes.map((plane) => new Uint8Array(deflateSync(plane))),
      encoding: samplesEncoding({ compression: 'deflate', predictor: 'horizontal' }),
      width,
      height,
    };
    expect(await decodeTile(deflated, codecs)).toEqual({ ...deflated, kind: 'samples', planes });
  }
});

test('a row of bits is filled up to whole bytes', async () => {
  const encoding = samplesEncoding({ bitsPerSample: 1, samplesPerPixel: 1 });
  const tile: EncodedTile = { planes: [new Uint8Array(20).fill(0xaa)], encoding, width: 9, height: 10 };
  expect(await decodeTile(tile, codecs)).toMatchObject({ planes: [tile.planes[0]] });
});

test('too few samples, planes that do not match, and absurd sizes are refused', async () => {
  const tile: EncodedTile = { planes: [rgb.data], encoding: samplesEncoding(), width: 128, height: 97 };
  await expect(decodeTile(tile, codecs)).rejects.toMatchObject({ status: 502 });
  const deflated = { ...tile, planes: [deflateSync(rgb.data)], encoding: samplesEncoding({ compression: 'deflate' }) };
  await expect(decodeTile(deflated, codecs)).rejects.toMatchObject({ status: 502 });
  await expect(decodeTile({ ...tile, planes: [rgb.data, rgb.data] }, codecs)).rejects.toMatchObject({ status: 502 });
  await expect(decodeTile({ ...tile, width: 1e6, height: 1e6 }, codecs)).rejects.toMatchObject({ status: 501 });
});
