import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { createEncoders } from '../../src/codec/encoders.ts';
import { readIccProfile } from '../../src/codec/icc-profile.ts';
import { createTableOfProfile } from '../../src/codec/icc-table.ts';
import { WasmInstance } from '../../src/codec/loader.ts';
import { instantiatePng } from '../../src/codec/png-wasm.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { Random } from '../kernel/random.ts';
import { picture, sharpOf } from './pictures.ts';

const sharpPicture = () => sharpOf(picture(64, 48, 3));

/** A PNG whose header says other sides than it has. */
function withSides(png: Uint8Array, width: number, height: number): Uint8Array {
  const bytes = png.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  view.setUint32(29, crc32(bytes.subarray(12, 29)));
  return bytes;
}

test('a codec that traps is started again, for those who waited for it and those who come', async () => {
  const whole = new Uint8Array(await sharpPicture().png().toBuffer());
  // More memory than 32 bits can address: Rust ends with an instruction that traps.
  const huge = withSides(whole, 40_000, 30_000);
  let started = 0;
  const instance = new WasmInstance(nodeWasmLoader(), 'png', async (module) => {
    started += 1;
    return instantiatePng(module);
  });
  const decode = (bytes: Uint8Array) =>
    instance.run({ status: 502, message: 'damaged' }, (png) => Buffer.from(png.decode(bytes).data));
  const expected = await decode(whole);
  const results = await Promise.allSettled([decode(huge), decode(whole), decode(whole)]);
  expect(results[0]).toMatchObject({
    reason: { status: 502, cause: expect.objectContaining({ name: 'RuntimeError', message: 'unreachable' }) },
  });
  for (const result of results.slice(1)) {
    expect(result.status === 'fulfilled' && result.value.equals(expected)).toBe(true);
  }
  expect(started).toBe(2);
  expect((await decode(whole)).equals(expected)).toBe(true);
});

/** As on a device that has no more memory. */
async function withoutGrowth<T>(work: () => Promise<T>): Promise<T> {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = () => {
    throw new RangeError('no memory');
  };
  try {
    return await work();
  } finally {
    WebAssembly.Memory.prototype.grow = grow;
  }
}

/** Noise, of which little fits into the 16 MB that a codec begins with. */
function noise(width: number, height: number): Pixels {
  return {
    width,
    height,
    channels: 4,
    data: new Random(5).bytes(4 * width * height).map((value, i) => (i % 4 === 3 ? 255 : value)),
  };
}

const fileOf = async (format: 'webp' | 'avif', width: number, height: number) =>
  new Uint8Array(await sharpPicture().resize(width, height).toFormat(format, { effort: 0 }).toBuffer());

test.each(['webp', 'avif'] as const)(
  '%s that runs out of memory is an error in words, and the next is right',
  async (format) => {
    const codecs = createCodecs(nodeWasmLoader());
    const whole = await fileOf(format, 64, 48);
    const expected = Buffer.from((await codecs[format].decode(whole)).data);
    const large = await fileOf(format, 4000, 3000);
    await expect(withoutGrowth(() => codecs[format].decode(large))).rejects.toMatchObject({ status: 502 });
    expect(Buffer.from((await codecs[format].decode(whole)).data).equals(expected)).toBe(true);
  },
);

test.each(['webp', 'avif', 'smallJpeg'] as const)(
  '%s that runs out of memory while it encodes is 500, and the next is right',
  async (format) => {
    const encoders = createEncoders(nodeWasmLoader(), createCodecs(nodeWasmLoader()));
    const encode = async (pixels: Pixels) =>
      format === 'smallJpeg' ? encoders.smallJpeg(pixels, { sampling: '4:2:0' }) : encoders[format].encode(pixels);
    const small = noise(40, 30);
    const expected = Buffer.from(await encode(small));
    await expect(withoutGrowth(() => encode(noise(2400, 2000)))).rejects.toMatchObject({ status: 500 });
    expect(Buffer.from(await encode(small)).equals(expected)).toBe(true);
  },
);

test('a JPEG that MozJPEG ends its program for is 502, and the next is right', async () => {
  const { jpg } = createCodecs(nodeWasmLoader());
  const whole = new Uint8Array(await sharpPicture().jpeg({ progressive: true }).toBuffer());
  const expected = Buffer.from((await jpg.decode(whole)).data);
  const damaged = whole.slice();
  // The first Huffman table becomes one of a class that there isn't.
  damaged[damaged.findIndex((byte, i) => byte === 0xff && damaged[i + 1] === 0xc4) + 4] = 0x77;
  await expect(jpg.decode(damaged)).rejects.toMatchObject({
    status: 502,
    cause: expect.objectContaining({ name: 'RuntimeError' }),
  });
  expect(Buffer.from((await jpg.decode(whole)).data).equals(expected)).toBe(true);
});

test('LERC without memory is an error in words', async () => {
  const { lerc } = createCodecs(nodeWasmLoader());
  const blob = new Uint8Array(20 * 2 ** 20);
  blob.set(new TextEncoder().encode('Lerc2 '));
  const encoding = {
    kind: 'samples',
    compression: 'none',
    predictor: 'none',
    bitsPerSample: 8,
    samplesPerPixel: 1,
    colourSamples: 1,
    alpha: 'none',
    littleEndian: true,
    inverted: false,
  } as const;
  const wanted = { width: 8, height: 8, samples: 1, encoding };
  await expect(withoutGrowth(() => lerc.decode(blob, wanted))).rejects.toMatchObject({ status: 502 });
  await expect(lerc.decode(blob, wanted)).rejects.toMatchObject({ status: 502, cause: { name: 'Refusal' } });
});

test('Zstandard that asks for more than 32 bits address is 503, and the next is right', async () => {
  const { zstd } = createCodecs(nodeWasmLoader());
  // One raw block of "abc".
  const whole = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, 0x61, 0x62, 0x63]);
  expect(await zstd.decode(whole, 3)).toEqual(whole.subarray(9));
  await expect(zstd.decode(whole, 2 ** 32 - 2 ** 17)).rejects.toMatchObject({ status: 503 });
  expect(await zstd.decode(whole, 3)).toEqual(whole.subarray(9));
  await expect(zstd.decode(whole.subarray(0, 10), 3)).rejects.toMatchObject({ status: 502 });
  expect(await zstd.decode(whole, 3)).toEqual(whole.subarray(9));
});

test('a kernel without memory is 503, and the next picture is right', async () => {
  const { jpg } = createCodecs(nodeWasmLoader());
  const small = noise(40, 30);
  const expected = Buffer.from(await jpg.encode(small));
  await expect(withoutGrowth(() => jpg.encode(noise(1500, 1500)))).rejects.toMatchObject({ status: 503 });
  expect(Buffer.from(await jpg.encode(small)).equals(expected)).toBe(true);
});

test('Little CMS without memory takes a profile for damaged, and the next is right', async () => {
  const tableOf = createTableOfProfile(nodeWasmLoader());
  const cmyk = await sharpPicture().withIccProfile('cmyk').jpeg().toBuffer();
  const { icc } = await sharp(cmyk).metadata();
  const profile = readIccProfile(new Uint8Array(icc ?? []));
  if (!profile) throw new Error('no profile');
  const expected = await tableOf(profile);
  const padded = { ...profile, bytes: new Uint8Array(30 * 2 ** 20) };
  padded.bytes.set(profile.bytes);
  const without = createTableOfProfile(nodeWasmLoader());
  expect(await withoutGrowth(() => without(padded))).toBeUndefined();
  expect(await without(profile)).toEqual(expected);
});

test('errors that are kept hold no memory of the codecs that threw them', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const whole = new Uint8Array(await sharpPicture().png().toBuffer());
  const huge = withSides(whole, 40_000, 30_000);
  const instances: WeakRef<object>[] = [];
  const instance = new WasmInstance(nodeWasmLoader(), 'png', async (module) => {
    const png = await instantiatePng(module);
    instances.push(new WeakRef(png));
    return png;
  });
  const errors: unknown[] = [];
  for (let count = 0; count < 10; count++) {
    await instance
      .run({ status: 502, message: 'damaged' }, (png) => png.decode(huge))
      .catch((error) => errors.push(error));
  }
  for (let collection = 0; collection < 2; collection++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (typeof collect === 'function') collect();
  }
  expect(errors).toHaveLength(10);
  expect(instances.filter((each) => each.deref() !== undefined).length).toBeLessThanOrEqual(1);
});

test('JPEG 2000 that runs out of memory is 503, and the next picture is right', async () => {
  const codestream = new Uint8Array(await readFile(new URL('picture-64x48.j2k', import.meta.url)));
  const { jpeg2000 } = createCodecs(nodeWasmLoader());
  const decode = async (bytes: Uint8Array) => {
    let pixels = Buffer.alloc(0);
    const channels = [0, 1, 2].map((component) => ({ component, maximum: 255 }));
    const area = { x0: 0, y0: 0, x1: 64, y1: 48 };
    const request = { area, reduce: 0, layers: 0, channels, wide: false, ycbcr: false };
    await jpeg2000.decode(bytes, request, ({ bytes: found }) => {
      pixels = Buffer.from(found);
    });
    return pixels;
  };
  const expected = await decode(codestream);
  const padded = new Uint8Array(2 ** 31 - 2 ** 20);
  await expect(decode(padded)).rejects.toMatchObject({ status: 503 });
  expect((await decode(codestream)).equals(expected)).toBe(true);
});
