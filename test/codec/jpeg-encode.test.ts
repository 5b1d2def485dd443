import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { encodeJpeg } from '../../src/codec/jpeg-encode.ts';
import { jpegFrame } from '../../src/codec/jpeg-frame.ts';
import { loadKernel, rasterOf } from '../kernel/load.ts';
import { Random } from '../kernel/random.ts';
import { encoded, photograph } from './jpeg-photographs.ts';
import { profileNamed, psnr, reference } from './pictures.ts';

const kernel = await loadKernel();

const peer = await libjpegTurbo({
  wasmBinary: await readFile(createRequire(import.meta.url).resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/wasm')),
  print: () => {},
  printErr: () => {},
});

/** Encoded by libjpeg-turbo. Its output buffer is as large as its input buffer, so that is asked for larger than needed. */
function peerEncoded({ width, height, data }: Pixels, quality: number, sampling: '4:2:0' | '4:4:4'): Uint8Array {
  const encoder = new peer.JPEGEncoder();
  try {
    encoder.getDecodedBuffer({ width, height, componentCount: 9, bitsPerSample: 8, isSigned: false }).set(data);
    encoder.setQuality(quality);
    encoder.setSubSampling(sampling === '4:2:0' ? 2 : 0);
    encoder.setProgressive(false);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

async function rgba({ width, height, channels, data }: Pixels): Promise<Pixels> {
  return reference(await sharp(data, { raw: { width, height, channels } }).png().toBuffer());
}

describe('against libjpeg-turbo', () => {
  test.each([
    [30, 0.02, 0.2],
    [60, 0.02, 0.2],
    [80, 0.02, 0.2],
    [90, 0.03, 0.2],
    [95, 0.04, 0.2],
    [100, 0.03, 2.5],
  ])('quality %i: as many bytes and as near the picture', async (quality, bytes, decibels) => {
    const pixels = await photograph(400, 304);
    const original = await rgba(pixels);
    for (const sampling of ['4:2:0', '4:4:4'] as const) {
      const own = encoded(pixels, { quality, sampling });
      const theirs = peerEncoded(pixels, quality, sampling);
      expect(Math.abs(own.length / theirs.length - 1)).toBeLessThan(bytes);
      const nearer = psnr(await reference(own), original) - psnr(await reference(theirs), original);
      expect(nearer).toBeGreaterThan(-decibels);
    }
  });

  test('the quantisation tables are the same at every quality', async () => {
    const pixels = await photograph(16, 16);
    const steps = (file: Uint8Array) => {
      const tables = [0, 1].map(() => new Uint8Array(64));
      for (let at = 2; file[at + 1] !== 0xda; at += 2 + (file[at + 2] ?? 0) * 256 + (file[at + 3] ?? 0)) {
        const end = at + 2 + (file[at + 2] ?? 0) * 256 + (file[at + 3] ?? 0);
        if (file[at + 1] !== 0xdb) continue;
        for (let o = at + 4; o < end; o += 65) tables[file[o] ?? 0]?.set(file.subarray(o + 1, o + 65));
      }
      return tables;
    };
    for (let quality = 1; quality <= 100; quality++) {
      expect(steps(encoded(pixels, { quality }))).toEqual(steps(peerEncoded(pixels, quality, '4:2:0')));
    }
  });
});

test.each(['4:2:0', '4:4:4', 'grey'] as const)(
  '%s: any size comes out whole, its edges as near as its inside',
  async (sampling) => {
    for (const [width, height] of [
      [1, 1],
      [7, 9],
      [8, 8],
      [16, 16],
      [17, 33],
      [33, 17],
      [1, 50],
      [130, 3],
    ] as const) {
      const pixels = await photograph(width, height);
      const file = encoded(pixels, { quality: 95, sampling });
      const { components, process } = jpegFrame(file);
      expect(process).toBe('baseline');
      expect(components.map(({ h, v }) => h * v)).toEqual(
        sampling === 'grey' ? [1] : sampling === '4:4:4' ? [1, 1, 1] : [4, 1, 1],
      );
      const found = await reference(file);
      const raster = rasterOf(kernel, await rgba(pixels));
      if (sampling === 'grey') kernel.grey(raster);
      const expected = kernel.read(raster, 4);
      raster.free();
      expect(found).toMatchObject({ width, height });
      expect(psnr(found, expected)).toBeGreaterThan(sampling === '4:2:0' ? 24 : 36);
    }
  },
);

test('flat colours stay, to the last level of rounding', async () => {
  for (const colour of [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
    [0, 0, 255],
    [1, 254, 128],
  ] as const) {
    const raster = kernel.raster(35, 19, colour);
    for (const sampling of ['4:2:0', '4:4:4'] as const) {
      const { data } = await reference(encodeJpeg(raster, { quality: 100, sampling }));
      for (const [i, value] of data.entries()) {
        if (i % 4 < 3) expect(Math.abs(value - (colour[i % 4] ?? 0))).toBeLessThanOrEqual(2);
      }
    }
    raster.free();
  }
});

test('the raster keeps its pixels, its alpha is ignored', async () => {
  const noise = new Random(3).noise(45, 31, false);
  const raster = rasterOf(kernel, noise);
  const file = encodeJpeg(raster, { quality: 90 });
  expect(Buffer.compare(kernel.read(raster, 4).data, noise.data)).toBe(0);
  raster.free();
  const opaque = { ...noise, data: noise.data.map((value, i) => (i % 4 === 3 ? 255 : value)) };
  expect(Buffer.compare(encoded(opaque, { quality: 90 }), file)).toBe(0);
});

test('noise of any quality and size decodes without a warning, also where it takes many pieces of memory', async () => {
  const random = new Random(11);
  for (let round = 0; round < 30; round++) {
    const size = round === 0 ? 1100 : random.whole(1, 90);
    const noise = random.noise(size, random.whole(1, round === 0 ? 500 : 90));
    const quality = round === 0 ? 100 : random.whole(1, 100);
    const sampling = random.pick(['4:2:0', '4:4:4', 'grey'] as const);
    const { info } = await sharp(encoded(noise, { quality, sampling }), { failOn: 'warning' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: noise.width, height: noise.height });
  }
  expect(kernel.liveRasters).toBe(0);
});

test('the profile and the density are embedded', async () => {
  const profile = await profileNamed('p3');
  const metadata = await sharp(
    encoded(await photograph(20, 20), { profile, resolution: { x: 300, y: 300 } }),
  ).metadata();
  expect(metadata.density).toBe(300);
  expect(metadata.icc && Buffer.compare(metadata.icc, profile)).toBe(0);
  expect((await sharp(encoded(await photograph(20, 20), {})).metadata()).icc).toBeUndefined();
});

test('a side that JPEG can not hold is 501', () => {
  const raster = kernel.raster(65_501, 1);
  expect(() => encodeJpeg(raster)).toThrow(
    expect.objectContaining({ status: 501, message: expect.stringContaining('65500') }),
  );
  raster.free();
});
