import { expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';
import * as reference from './reference.ts';

/** Octaves of smooth noise, as detailed as a photograph: every frequency with the same energy. */
function scenery(size: number, opaque: boolean): Pixels {
  const random = new Random(61);
  const waves = Array.from({ length: 60 }, (_, i) => {
    const frequency = 2 ** (1 + (i / 60) * 8);
    const angle = random.real() * Math.PI * 2;
    const [u, v] = [Math.cos(angle) * frequency, Math.sin(angle) * frequency];
    return { u, v, phase: random.real() * 7, height: 60 / Math.sqrt(60) / (1 + i / 20) };
  });
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let level = 128;
      for (const { u, v, phase, height } of waves)
        level += height * Math.sin((2 * Math.PI * (u * x + v * y)) / size + phase);
      const value = Math.max(0, Math.min(255, Math.round(level)));
      data.set([value, 255 - value, value >> 1, opaque ? 255 : Math.max(0, 255 - (x >> 1))], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, channels: 4, data };
}

test('the wider the gap, the nearer the direct way: 48, 53, 58 dB for a gap of 1.5, 3, 6', async () => {
  const kernel = await loadKernel();
  for (const opaque of [true, false]) {
    const pixels = scenery(512, opaque);
    const source = rasterOf(kernel, pixels);
    const crop = { x: 20.5, y: 11, width: 480, height: 460 };
    for (const filter of ['mitchell', 'lanczos3'] as const) {
      const expected = reference.resample(pixels, crop, 40, 38, filter);
      const psnr = (reducingGap: number) => {
        const result = kernel.resample(source, crop, 40, 38, filter, { reducingGap });
        const { psnr: found } = reference.compare(kernel.read(result, 4), expected);
        result.free();
        return found;
      };
      expect(psnr(1.5), filter).toBeGreaterThan(48);
      expect(psnr(3), filter).toBeGreaterThan(53);
      expect(psnr(6), filter).toBeGreaterThan(58);
      expect(psnr(100), filter).toBeGreaterThan(59);
    }
    source.free();
  }
  expect(kernel.liveRasters).toBe(0);
});

test('below twice the gap, and for area, the gap changes nothing', async () => {
  const kernel = await loadKernel();
  const source = rasterOf(kernel, new Random(62).noise(64, 64));
  const whole = { x: 0, y: 0, width: 64, height: 64 };
  for (const [filter, size, reducingGap] of [
    ['lanczos3', 9, 4],
    ['area', 5, 1],
    ['mitchell', 90, 1],
  ] as const) {
    const direct = kernel.resample(source, whole, size, size, filter);
    const stepped = kernel.resample(source, whole, size, size, filter, { reducingGap });
    expect(Buffer.compare(kernel.read(stepped, 4).data, kernel.read(direct, 4).data), filter).toBe(0);
  }
});

test('tiles reduced in steps are the parts of the whole', async () => {
  const kernel = await loadKernel();
  const source = rasterOf(kernel, new Random(63).noise(400, 320));
  const options = { reducingGap: 2 };
  const whole = kernel.resample(source, { x: 0, y: 0, width: 400, height: 320 }, 50, 40, 'lanczos3', options);
  const tile = kernel.resample(source, { x: 80, y: 160, width: 160, height: 160 }, 20, 20, 'lanczos3', options);
  const part = kernel.crop(whole, { x: 10, y: 20, width: 20, height: 20 });
  expect(Buffer.compare(kernel.read(tile, 4).data, kernel.read(part, 4).data)).toBe(0);
});

test('a gap below 1 is refused', async () => {
  const kernel = await loadKernel();
  const source = kernel.raster(64, 64);
  for (const reducingGap of [0, 0.9, -1, Number.NaN]) {
    const whole = { x: 0, y: 0, width: 64, height: 64 };
    expect(() => kernel.resample(source, whole, 4, 4, 'lanczos3', { reducingGap })).toThrow(RangeError);
  }
});
