import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { rotatedSize } from '../../src/kernel/rotate.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';

const MEBIBYTE = 1024 * 1024;

test('the wasm is at most 32 KB and imports nothing', async () => {
  const bytes = await readFile(new URL('../../src/kernel/kernel.wasm', import.meta.url));
  expect(bytes.length).toBeLessThanOrEqual(32 * 1024);
  expect(WebAssembly.Module.imports(await WebAssembly.compile(bytes))).toEqual([]);
});

test('a raster is transparent black or of the given colour', async () => {
  const kernel = await loadKernel();
  const used = kernel.raster(3, 2, [1, 2, 3]);
  expect([...kernel.read(used, 4).data]).toEqual(Array(6).fill([1, 2, 3, 255]).flat());
  expect(used.opaque).toBe(true);
  used.free();
  const clear = kernel.raster(3, 2);
  expect([...kernel.read(clear, 4).data]).toEqual(Array(24).fill(0));
  expect(clear.opaque).toBe(false);
});

test('a part of a raster is filled with a colour, or cleared, and no pixel beside it', async () => {
  const kernel = await loadKernel();
  const raster = kernel.unfilledRaster(4, 3);
  kernel.fill(raster, { x: 0, y: 0, width: 4, height: 3 }, [9, 9, 9]);
  kernel.fill(raster, { x: 1, y: 1, width: 2, height: 1 }, [1, 2, 3]);
  expect(raster.opaque).toBe(true);
  const [around, inside] = [
    [9, 9, 9, 255],
    [1, 2, 3, 255],
  ];
  const middle = [around, inside, inside, around];
  expect([...kernel.read(raster, 4).data]).toEqual([Array(4).fill(around), middle, Array(4).fill(around)].flat(2));
  kernel.fill(raster, { x: 3, y: 2, width: 1, height: 1 });
  expect(raster.opaque).toBe(false);
  expect([...kernel.read(raster, 4).data].slice(-8)).toEqual([...around, 0, 0, 0, 0]);
  expect(() => kernel.fill(raster, { x: 3, y: 2, width: 2, height: 1 })).toThrow(RangeError);
});

test('rows are never a multiple of 4096 bytes apart', async () => {
  const kernel = await loadKernel();
  for (const width of [1, 512, 1008, 1024, 2048, 4096]) {
    const raster = kernel.raster(width, 1);
    expect(raster.stride).toBeGreaterThanOrEqual(width * 4);
    expect(raster.stride % 128).toBe(64);
    raster.free();
  }
});

test('freed memory is used again: a thousand tiles need the memory of one', async () => {
  const kernel = await loadKernel();
  const tile = new Random(1).noise(256, 256);
  let peak = 0;
  for (let round = 0; round < 1000; round++) {
    const raster = rasterOf(kernel, tile);
    raster.free();
    raster.free();
    if (round === 0) peak = kernel.memoryBytes;
  }
  expect(kernel.memoryBytes).toBe(peak);
  expect(kernel.liveRasters).toBe(0);
});

test('beyond the memory limit the answer is 413 with both numbers, and smaller requests go on working', async () => {
  const kernel = await loadKernel({ memoryLimit: 16 * MEBIBYTE });
  expect(() => kernel.raster(4000, 4000)).toThrow(
    expect.objectContaining({ status: 413, message: expect.stringMatching(/needs 6\d MiB .* limit is 16 MiB/) }),
  );
  expect(kernel.liveRasters).toBe(0);
  const source = kernel.raster(1024, 1024);
  expect(() => kernel.resample(source, { x: 0, y: 0, width: 1024, height: 1024 }, 4000, 4000, 'mitchell')).toThrow(
    expect.objectContaining({ status: 413 }),
  );
  expect(kernel.liveRasters).toBe(1);
  kernel.resample(source, { x: 0, y: 0, width: 1024, height: 1024 }, 400, 400, 'area').free();
  source.free();
  expect(kernel.liveRasters).toBe(0);
  expect(kernel.memoryBytes).toBeLessThanOrEqual(16 * MEBIBYTE);
});

test('what an operation needs and can not get leaves no memory behind', async () => {
  const kernel = await loadKernel({ memoryLimit: 2 * MEBIBYTE });
  const source = kernel.raster(500, 500);
  for (let round = 0; round < 20; round++) {
    expect(() => kernel.rotate(source, 30)).toThrow(expect.objectContaining({ status: 413 }));
    expect(() => kernel.turn(source, 1)).toThrow(expect.objectContaining({ status: 413 }));
  }
  kernel.resample(source, { x: 0, y: 0, width: 500, height: 500 }, 450, 300, 'area').free();
  expect(kernel.liveRasters).toBe(1);
});

test('a memory limit must be possible', async () => {
  await expect(loadKernel({ memoryLimit: 0 })).rejects.toThrow(RangeError);
  await expect(loadKernel({ memoryLimit: 2 ** 31 })).rejects.toThrow(RangeError);
  await expect(loadKernel({ memoryLimit: Number.NaN })).rejects.toThrow(RangeError);
});

test('freed rasters and rasters of another kernel are refused', async () => {
  const [kernel, other] = [await loadKernel(), await loadKernel()];
  const raster = kernel.raster(4, 4);
  expect(() => other.mirror(raster)).toThrow(RangeError);
  raster.free();
  expect(() => kernel.mirror(raster)).toThrow(RangeError);
  expect(() => kernel.read(raster, 4)).toThrow(RangeError);
});

test('impossible sizes, rectangles and numbers are refused before the wasm sees them', async () => {
  const kernel = await loadKernel();
  const raster = kernel.raster(10, 8);
  const whole = { x: 0, y: 0, width: 10, height: 8 };
  const pixels = new Random(1).noise(10, 8);
  const refused = [
    () => kernel.raster(0, 1),
    () => kernel.raster(1.5, 1),
    () => kernel.raster(2 ** 21, 1),
    () => kernel.raster(1, 1, [0, 0, 256]),
    () => kernel.placePixels(raster, 1, 0, pixels, whole),
    () => kernel.placePixels(raster, -1, 0, pixels, whole),
    () => kernel.placePixels(raster, 0, 0, pixels, { ...whole, height: 9 }),
    () => kernel.placePixels(raster, 0, 0, { ...pixels, data: pixels.data.subarray(1) }, whole),
    () => kernel.crop(raster, { ...whole, x: 1 }),
    () => kernel.crop(raster, { ...whole, width: 9.5 }),
    () => kernel.resample(raster, { ...whole, width: 10.1 }, 5, 5, 'area'),
    () => kernel.resample(raster, { ...whole, x: -0.1 }, 5, 5, 'area'),
    () => kernel.resample(raster, { ...whole, y: Number.NaN }, 5, 5, 'area'),
    () => kernel.resample(raster, { ...whole, width: 0 }, 5, 5, 'area'),
    () => kernel.resample(raster, whole, 0, 5, 'area'),
    () => kernel.reduce(raster, 0),
    () => kernel.reduce(raster, 9),
    () => kernel.rotate(raster, Number.POSITIVE_INFINITY),
    () => kernel.bitonal(raster, 300),
    () => kernel.flatten(raster, [0, 0, 0.5]),
  ];
  for (const operation of refused) expect(operation, String(operation)).toThrow(RangeError);
  expect(kernel.liveRasters).toBe(1);
});

test('rotated sizes are known without a kernel', () => {
  expect(rotatedSize(100, 50, 0)).toEqual({ width: 100, height: 50 });
  expect(rotatedSize(100, 50, 90)).toEqual({ width: 50, height: 100 });
  expect(rotatedSize(100, 50, 180)).toEqual({ width: 100, height: 50 });
  expect(rotatedSize(100, 100, 45)).toEqual({ width: 142, height: 142 });
  expect(rotatedSize(1, 1, 45)).toEqual({ width: 2, height: 2 });
});
