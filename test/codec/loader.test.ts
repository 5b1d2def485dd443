import { expect, test } from 'vitest';
import type { WasmName } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { KeptHeaps } from '../../src/codec/kept-heaps.ts';
import { once, Refusal, WasmInstance } from '../../src/codec/loader.ts';
import { ImageServerError } from '../../src/errors.ts';
import { loadWasm } from './load.ts';
import { picture, psnr, reference, sharpOf } from './pictures.ts';

const failure = { status: 502, message: 'damaged' };

test('a load is shared by those who wait for it and kept', async () => {
  let loads = 0;
  const load = once(async () => ++loads);
  expect(await Promise.all([load(), load()])).toEqual([1, 1]);
  expect(await load()).toBe(1);
});

test('a failed load is forgotten: the next use tries again', async () => {
  let loads = 0;
  const load = once(async () => {
    if (++loads === 1) throw new Error('offline');
    return loads;
  });
  await expect(load()).rejects.toThrow('offline');
  expect(await load()).toBe(2);
});

test('a codec that could not be loaded says so with 503, and works once it can', async () => {
  let online = false;
  const codecs = createCodecs(async (name) => {
    if (!online) throw new TypeError('Failed to fetch');
    return loadWasm(name);
  });
  await expect(codecs.jpg.encode(picture(8, 8, 3))).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('kernel'),
    cause: expect.any(TypeError),
  });
  online = true;
  expect(await codecs.jpg.encode(picture(8, 8, 3))).toBeInstanceOf(Uint8Array);
});

test('only what is used is loaded, once', async () => {
  const loaded: WasmName[] = [];
  const codecs = createCodecs(async (name) => {
    loaded.push(name);
    return loadWasm(name);
  });
  expect(loaded).toEqual([]);
  await Promise.all([codecs.png.encode(picture(8, 8, 3)), codecs.png.encode(picture(8, 8, 4))]);
  await codecs.webp.encode(picture(8, 8, 3));
  expect(loaded).toEqual(['png', 'webp-encode']);
});

test('an instance whose call failed is used no more, not even by calls that already waited for it', async () => {
  let made = 0;
  const instance = new WasmInstance(loadWasm, 'png', async () => ({ id: ++made, heapBytes: () => 0 }));
  const results = await Promise.allSettled([
    instance.run(failure, () => {
      throw new WebAssembly.RuntimeError('unreachable');
    }),
    instance.run(failure, ({ id }) => id),
  ]);
  expect(results[0]).toMatchObject({ status: 'rejected', reason: { status: 502, message: 'damaged' } });
  expect(results[1]).toEqual({ status: 'fulfilled', value: 2 });
});

test('an instance that refused in its own words is used again, but not for ever', async () => {
  let made = 0;
  const instance = new WasmInstance(loadWasm, 'png', async () => ({ id: ++made, heapBytes: () => 0 }));
  const words = () =>
    instance.run(failure, () => {
      throw new Refusal('no picture');
    });
  await expect(words()).rejects.toMatchObject({ status: 502, message: 'damaged', cause: { message: 'no picture' } });
  expect(await instance.run(failure, ({ id }) => id)).toBe(1);
  for (let count = 0; count < 200; count++) await words().catch(() => undefined);
  expect(await instance.run(failure, ({ id }) => id)).toBeGreaterThan(1);
  expect(made).toBeLessThan(10);
});

test('memories are kept within a budget: what was used longest ago is given up first, and begins anew', async () => {
  const kept = new KeptHeaps(50);
  const counted = (bytes: number) => {
    let made = 0;
    return new WasmInstance(loadWasm, 'png', async () => ({ id: ++made, heapBytes: () => bytes }), kept);
  };
  const [a, b, c] = [counted(20), counted(20), counted(20)];
  const uses = (instance: typeof a) => instance.run(failure, ({ id }) => id);
  expect([await uses(a), await uses(b), kept.bytes]).toEqual([1, 1, 40]);
  expect([await uses(a), await uses(c), kept.bytes]).toEqual([1, 1, 40]);
  expect([await uses(a), await uses(b)]).toEqual([1, 2]);
  kept.shrinkTo(0);
  expect(kept.bytes).toBe(0);
  expect(await uses(a)).toBe(2);
});

test('an instance whose memory has grown large is given back', async () => {
  let made = 0;
  const instance = new WasmInstance(loadWasm, 'png', async () => ({ id: ++made, heapBytes: () => 2 ** 30 }));
  expect(await instance.run(failure, ({ id }) => id)).toBe(1);
  expect(await instance.run(failure, ({ id }) => id)).toBe(2);
});

function scrambled(file: Uint8Array): Uint8Array {
  return file.map((byte, i) => (i > 24 && i % 5 === 0 ? byte ^ 0xa5 : byte));
}

test.each(['jpg', 'webp', 'png'] as const)(
  '%s: damaged bytes are 502, and the next picture decodes',
  async (format) => {
    const codec = createCodecs(loadWasm)[format];
    const [jpeg, webp, png] = await Promise.all([
      sharpOf(picture(160, 120, 3))
        .jpeg({ quality: 85 })
        .toBuffer(),
      sharpOf(picture(160, 120, 3))
        .webp()
        .toBuffer(),
      sharpOf(picture(160, 120, 3))
        .png()
        .toBuffer(),
    ]);
    const whole = { jpg: jpeg, webp, png }[format];
    const expected = await reference(whole);
    for (const damaged of [
      new Uint8Array(0),
      whole.subarray(0, 20),
      whole.subarray(0, whole.length >> 1),
      scrambled(whole),
    ]) {
      const error = await codec.decode(damaged).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(ImageServerError);
      expect(error).toMatchObject({ status: 502 });
      expect(psnr(await codec.decode(whole), expected)).toBeGreaterThan(40);
    }
  },
);

test('random damage to a JPEG never ends in anything but pixels or an ImageServerError', async () => {
  const codec = createCodecs(loadWasm).jpg;
  const whole = await sharpOf(picture(64, 64, 3))
    .jpeg({ quality: 60 })
    .toBuffer();
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let i = 0; i < 150; i++) {
    const damaged = Uint8Array.from(whole);
    for (let k = 0; k < 1 + (i % 5); k++) damaged[random(damaged.length)] = random(256);
    const result = await codec.decode(damaged).catch((error: unknown) => error);
    if ('data' in Object(result)) continue;
    expect(result).toBeInstanceOf(ImageServerError);
  }
  expect(await codec.decode(whole)).toMatchObject({ width: 64, height: 64 });
});

test('a picture of absurd size is refused before memory is spent', async () => {
  const codecs = createCodecs(async () => {
    throw new Error('nothing may be loaded for this');
  });
  const jpeg = Uint8Array.from(
    await sharpOf(picture(16, 16, 3))
      .jpeg()
      .toBuffer(),
  );
  const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  jpeg.set([0xff, 0xff, 0xff, 0xff], frame + 5);
  await expect(codecs.jpg.decode(jpeg)).rejects.toMatchObject({ status: 501 });
  const png = Uint8Array.from(
    await sharpOf(picture(16, 16, 3))
      .png()
      .toBuffer(),
  );
  png.set([0x00, 0x0f, 0xff, 0xff], 16);
  png.set([0x00, 0x0f, 0xff, 0xff], 20);
  await expect(codecs.png.decode(png)).rejects.toMatchObject({ status: 501 });
});
