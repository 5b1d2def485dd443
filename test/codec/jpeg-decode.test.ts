import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { type BaselineJpeg, type JpegContext, readBaseline } from '../../src/codec/jpeg-baseline.ts';
import { decodeBaseline, type JpegScale, scaledSize } from '../../src/codec/jpeg-decode.ts';
import { spliceJpeg } from '../../src/codec/jpeg-splice.ts';
import type { Rect } from '../../src/kernel/geometry.ts';
import { loadKernel } from '../kernel/load.ts';
import { Random } from '../kernel/random.ts';
import { photograph, subsampled } from './jpeg-photographs.ts';
import { picture, psnr, reference, sharpOf, tiffTile } from './pictures.ts';

const kernel = await loadKernel();

function baseline(bytes: Uint8Array, context?: JpegContext): BaselineJpeg {
  const jpeg = readBaseline(bytes, context);
  if (jpeg.kind === 'unsupported') throw new Error(jpeg.reason);
  return jpeg;
}

function decoded(jpeg: BaselineJpeg, scale: JpegScale = 1, crop?: Rect): Pixels {
  const part = crop ?? { x: 0, y: 0, ...scaledSize(jpeg, scale) };
  const raster = kernel.raster(part.width, part.height);
  try {
    decodeBaseline(jpeg, raster, 0, 0, part, { scale });
    return kernel.read(raster, 4);
  } finally {
    raster.free();
  }
}

const photo = await photograph(203, 117);
const even = [
  { h: 1, v: 1 },
  { h: 1, v: 1 },
];

describe('a photograph decodes as libjpeg does it, sample by sample', () => {
  test.each([30, 80, 95, 100])('quality %i, 4:2:0 and 4:4:4', async (quality) => {
    for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
      const file = await sharpOf(photo).jpeg({ quality, chromaSubsampling }).toBuffer();
      expect(psnr(decoded(baseline(file)), await reference(file))).toBeGreaterThan(60);
    }
  });

  test.each([
    ['4:2:2', [{ h: 2, v: 1 }, ...even]],
    ['4:4:0', [{ h: 1, v: 2 }, ...even]],
    ['4:1:1', [{ h: 4, v: 1 }, ...even]],
    ['4:1:0', [{ h: 4, v: 2 }, ...even]],
    ['1 × 4', [{ h: 1, v: 4 }, ...even]],
    [
      'each its own',
      [
        { h: 2, v: 2 },
        { h: 2, v: 1 },
        { h: 1, v: 2 },
      ],
    ],
    [
      'luma less than chroma',
      [
        { h: 1, v: 1 },
        { h: 2, v: 1 },
        { h: 2, v: 2 },
      ],
    ],
    ['4:2:0', [{ h: 2, v: 2 }, ...even]],
    ['grey that says 2 × 2', [{ h: 2, v: 2 }]],
  ])('%s, with and without restart markers', async (_, components) => {
    for (const restartInterval of [0, 1, 5]) {
      const file = await subsampled(photo, components, restartInterval);
      expect(psnr(decoded(baseline(file)), await reference(file))).toBeGreaterThan(50);
    }
  });

  test.each([
    [1, 1],
    [2, 3],
    [7, 9],
    [8, 8],
    [5, 1],
    [1, 40],
    [16, 16],
    [17, 33],
    [33, 17],
    [130, 18],
  ])('%i × %i', async (width, height) => {
    const small = await photograph(width, height);
    for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
      const file = await sharpOf(small).jpeg({ chromaSubsampling }).toBuffer();
      expect(psnr(decoded(baseline(file)), await reference(file))).toBeGreaterThan(60);
    }
    for (const components of [[{ h: 2, v: 1 }, ...even], [{ h: 1, v: 2 }, ...even], [{ h: 1, v: 1 }]]) {
      const file = await subsampled(small, components, 2);
      expect(psnr(decoded(baseline(file)), await reference(file))).toBeGreaterThan(50);
    }
  });
});

test('grey comes out as three equal channels', async () => {
  const file = await sharpOf(picture(61, 40, 1))
    .toColourspace('b-w')
    .jpeg()
    .toBuffer();
  expect(psnr(decoded(baseline(file)), await reference(file))).toBe(Number.POSITIVE_INFINITY);
});

test.each([80, 92])('TIFF tiles with shared tables, quality %i', async (quality) => {
  const { bytes, tables, photometric } = await tiffTile(await photograph(128, 96), { compression: 'jpeg', quality });
  const colour = photometric === 2 ? 'rgb' : 'ycbcr';
  expect(colour).toBe(quality === 92 ? 'rgb' : 'ycbcr');
  const whole = spliceJpeg(bytes, { colour, tables });
  const expected = await reference(whole);
  expect(psnr(decoded(baseline(bytes, { tables, colour })), expected)).toBeGreaterThan(60);
  // Without the container's word the Adobe segment tells.
  expect(psnr(decoded(baseline(whole)), expected)).toBeGreaterThan(60);
});

test('component names R, G, B mean RGB', async () => {
  const file = await subsampled(photo, [{ h: 1, v: 1 }, ...even]);
  const sof = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
  const sos = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xda);
  for (const [i, name] of [...'RGB'].entries()) {
    file[sof + 10 + 3 * i] = name.charCodeAt(0);
    file[sos + 5 + 2 * i] = name.charCodeAt(0);
  }
  expect(psnr(decoded(baseline(file)), await reference(file))).toBe(Number.POSITIVE_INFINITY);
});

test('any part is the part of the whole, and nothing beside it is written', async () => {
  const random = new Random(7);
  for (const components of [
    [{ h: 2, v: 2 }, ...even],
    [{ h: 1, v: 2 }, ...even],
    [{ h: 4, v: 1 }, ...even],
  ]) {
    const jpeg = baseline(await subsampled(photo, components, 3));
    const whole = decoded(jpeg);
    for (let round = 0; round < 60; round++) {
      const crop = { x: random.whole(0, 202), y: random.whole(0, 116), width: 1, height: 1 };
      crop.width = random.whole(1, 203 - crop.x);
      crop.height = random.whole(1, 117 - crop.y);
      const [x, y] = [random.whole(0, 5), random.whole(0, 5)];
      const target = kernel.raster(crop.width + 10, crop.height + 9, [1, 2, 3]);
      decodeBaseline(jpeg, target, x, y, crop);
      const { data } = kernel.read(target, 4);
      target.free();
      const expected = Buffer.alloc(data.length);
      for (let row = 0; row < crop.height + 9; row++) {
        const line = expected.subarray(row * (crop.width + 10) * 4, (row + 1) * (crop.width + 10) * 4);
        line.fill(Uint8Array.of(1, 2, 3, 255));
        const from = ((crop.y + row - y) * 203 + crop.x) * 4;
        if (row >= y && row < y + crop.height) line.set(whole.data.subarray(from, from + crop.width * 4), x * 4);
      }
      expect(Buffer.compare(data, expected), `round ${round}`).toBe(0);
    }
  }
});

/** Means of `scale` × `scale` pixels in float, of fewer at the edges. */
function means({ width, height, data }: Pixels, scale: number): Pixels {
  const size = { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
  const result = new Uint8Array(size.width * size.height * 4);
  for (let i = 0; i < result.length; i++) {
    const [x, y] = [((i >> 2) % size.width) * scale, Math.floor((i >> 2) / size.width) * scale];
    let sum = 0;
    let count = 0;
    for (let dy = 0; dy < scale && y + dy < height; dy++) {
      for (let dx = 0; dx < scale && x + dx < width; dx++, count++) {
        sum += data[((y + dy) * width + x + dx) * 4 + (i & 3)] ?? 0;
      }
    }
    result[i] = Math.round(sum / count);
  }
  return { ...size, channels: 4, data: result };
}

test.each([2, 4, 8] as const)('at 1/%i each pixel is the mean of those it stands for', async (scale) => {
  // Whole blocks: beyond the edges the encoder's filling counts too.
  const pixels = await photograph(256, 192);
  for (const [components, least] of [
    [[{ h: 1, v: 1 }], 48],
    [[{ h: 1, v: 1 }, ...even], 40],
    [[{ h: 2, v: 2 }, ...even], 38],
    [[{ h: 2, v: 1 }, ...even], 38],
  ] as const) {
    const jpeg = baseline(await subsampled(pixels, components, 4));
    const small = decoded(jpeg, scale);
    expect(psnr(small, means(decoded(jpeg), scale))).toBeGreaterThan(least);
    const crop = { x: 5, y: 3, width: 11, height: 13 };
    const part = decoded(jpeg, scale, crop);
    for (let row = 0; row < crop.height; row++) {
      const from = ((crop.y + row) * small.width + crop.x) * 4;
      const line = part.data.subarray(row * crop.width * 4, (row + 1) * crop.width * 4);
      expect(Buffer.compare(line, small.data.subarray(from, from + crop.width * 4))).toBe(0);
    }
  }
});

test('scaled sizes are rounded up', async () => {
  const jpeg = baseline(
    await sharpOf(await photograph(33, 17))
      .jpeg()
      .toBuffer(),
  );
  expect(decoded(jpeg, 2)).toMatchObject({ width: 17, height: 9 });
  expect(decoded(jpeg, 8)).toMatchObject({ width: 5, height: 3 });
});

describe('what is unusual is left to other decoders', () => {
  test('progressive', async () => {
    const file = await sharpOf(photo).jpeg({ progressive: true }).toBuffer();
    expect(readBaseline(file)).toEqual({ kind: 'unsupported', reason: 'progressive JPEG' });
  });

  test.each([
    ['arithmetic coding', 1, 0xc9],
    ['12 bits', 4, 12],
    ['fractional subsampling', 11, 0x32],
    ['lossless JPEG', 1, 0xc3],
  ])('%s', async (reason, place, value) => {
    const file = await subsampled(photo, [
      { h: 2, v: 1 },
      { h: 2, v: 1 },
      { h: 2, v: 1 },
    ]);
    const sof = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
    file[sof + place] = value;
    expect(readBaseline(file)).toEqual({ kind: 'unsupported', reason });
  });

  test('missing tables, and a scan that is not of all coefficients', async () => {
    const { bytes } = await tiffTile(await photograph(64, 64), { compression: 'jpeg', quality: 80 });
    expect(readBaseline(bytes)).toMatchObject({ kind: 'unsupported' });
    const file = await sharpOf(photo).jpeg().toBuffer();
    const sos = file.indexOf(Buffer.of(0xff, 0xda));
    file[sos + 12] = 62;
    expect(readBaseline(file)).toMatchObject({ kind: 'unsupported' });
  });
});

test('data that ends early is damaged, also where a restart marker is missing', async () => {
  const file = await subsampled(photo, [{ h: 2, v: 2 }, ...even], 4);
  const damaged = expect.objectContaining({ status: 502 });
  expect(() => decoded(baseline(file.subarray(0, -200)))).toThrow(damaged);
  const marker = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xd2);
  const without = Uint8Array.from(file);
  without[marker + 1] = 0xd3;
  expect(() => decoded(baseline(without))).toThrow(damaged);
  // What lies behind the rows that are wanted is not looked at.
  const top = { x: 0, y: 0, width: 203, height: 30 };
  expect(decoded(baseline(file.subarray(0, -200)), 1, top)).toEqual(decoded(baseline(file), 1, top));
  expect(kernel.liveRasters).toBe(0);
});

test('a crop that does not fit is refused', async () => {
  const jpeg = baseline(await sharpOf(photo).jpeg().toBuffer());
  const raster = kernel.raster(300, 300);
  for (const [x, crop] of [
    [0, { x: 0, y: 0, width: 204, height: 1 }],
    [0, { x: -1, y: 0, width: 4, height: 1 }],
    [298, { x: 0, y: 0, width: 4, height: 1 }],
  ] as const) {
    expect(() => decodeBaseline(jpeg, raster, x, 0, crop)).toThrow(RangeError);
  }
  raster.free();
});

test('an opaque raster stays known as opaque, and a clear one becomes it', async () => {
  const jpeg = baseline(
    await sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer(),
  );
  const clear = kernel.raster(16, 16);
  decodeBaseline(jpeg, clear, 0, 0, { x: 0, y: 0, width: 16, height: 16 });
  expect(clear.opaque).toBe(true);
  clear.free();
});
