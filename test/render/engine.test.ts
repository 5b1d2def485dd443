import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createEngine, type Engine } from '../../src/render/engine.ts';
import { loadWasm } from '../codec/load.ts';
import { short, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { answer, imageOf } from './subject.ts';

const whole = new Uint8Array(deflateSync(new Uint8Array(512 * 512 * 3).fill(200)));
const damagedTile = Uint8Array.of(1, 2, 3, 4);

/** A picture of `columns` × `columns` tiles, each of `tiles` in turn. */
function file(columns: number, tiles: readonly (Uint8Array | undefined)[]): Uint8Array {
  return writeTiff([
    {
      tags: tiledTags(columns * 512, columns * 512, 512, { 259: short(8) }),
      tiles: Array.from({ length: columns ** 2 }, (_, index) => tiles[index % tiles.length]),
    },
  ]);
}

const kernelOf = (engine: Engine) => engine.withKernel(0, async (kernel) => kernel);
const rastersOf = async (engine: Engine) => (await kernelOf(engine)).liveRasters;

test.each([
  'full/300,300/0/default.png',
  'full/300,300/!90/gray.jpg',
  'full/300,300/45/bitonal.webp',
  '9,9,99,99/^200,150/0/default.png',
])('no raster is left after %s', async (path) => {
  const engine = createEngine(loadWasm);
  await answer(await imageOf(file(2, [whole])), path, { engine });
  expect(await rastersOf(engine)).toBe(0);
});

test('no raster is left after a tile that is damaged, and the next answer is right', async () => {
  const engine = createEngine(loadWasm);
  const damaged = await imageOf(file(10, [...Array.from({ length: 40 }, () => whole), damagedTile]));
  await expect(answer(damaged, 'full/100,100/0/default.png', { engine })).rejects.toMatchObject({ status: 502 });
  expect(await rastersOf(engine)).toBe(0);
  expect(await answer(await imageOf(file(2, [whole])), 'full/100,100/0/default.png', { engine })).toBeInstanceOf(
    Uint8Array,
  );
});

test('no raster is left when the client goes away midway', async () => {
  const engine = createEngine(loadWasm);
  const image = await imageOf(file(9, [whole]));
  const abort = new AbortController();
  let reads = 0;
  const leaving: typeof image = {
    ...image,
    readTile(...asked) {
      reads += 1;
      if (reads === 20) abort.abort();
      return image.readTile(...asked);
    },
  };
  const answered = answer(leaving, 'full/100,100/0/default.png', { engine, signal: abort.signal });
  await expect(answered).rejects.toMatchObject({ name: 'AbortError' });
  expect(reads).toBeLessThan(81);
  expect(await rastersOf(engine)).toBe(0);
});

test('the memory of a huge answer is given back', async () => {
  const engine = createEngine(loadWasm);
  const before = await kernelOf(engine);
  // 5120² is more than would be kept, and less than two pixels for each one asked: it isn't halved.
  await answer(await imageOf(file(10, [undefined])), 'full/2600,2600/0/gray.jpg', { engine });
  const after = await kernelOf(engine);
  expect(before.memoryBytes).toBeGreaterThan(96 * 2 ** 20);
  expect(after).not.toBe(before);
  expect(after.memoryBytes).toBeLessThan(16 * 2 ** 20);
});

test('a kernel that could not be loaded is asked for again', async () => {
  let attempts = 0;
  const engine = createEngine((name) => {
    attempts += 1;
    return attempts === 1 ? Promise.reject(new Error('offline')) : loadWasm(name);
  });
  await expect(kernelOf(engine)).rejects.toThrow('offline');
  expect(await rastersOf(engine)).toBe(0);
});
