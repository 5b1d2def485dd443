import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { createCodecs } from '../../src/codec/codecs.ts';
import { WasmInstance } from '../../src/codec/loader.ts';
import { instantiatePng } from '../../src/codec/png-wasm.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
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

test('a webp that runs out of memory is an error in words, and the next picture is right', async () => {
  const whole = new Uint8Array(await sharpPicture().webp({ lossless: true }).toBuffer());
  const { webp } = createCodecs(nodeWasmLoader());
  const expected = Buffer.from((await webp.decode(whole)).data);
  // More than an instance has from the beginning.
  const large = await sharpPicture().resize(4000, 3000).webp({ effort: 0 }).toBuffer();
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = () => {
    throw new RangeError('no memory');
  };
  try {
    await expect(webp.decode(new Uint8Array(large))).rejects.toMatchObject({ status: 502 });
  } finally {
    WebAssembly.Memory.prototype.grow = grow;
  }
  expect(Buffer.from((await webp.decode(whole)).data).equals(expected)).toBe(true);
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
