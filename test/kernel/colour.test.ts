import { expect, test } from 'vitest';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';

const luma = (r: number, g: number, b: number) => (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;

/** RGBA in groups of four. */
function pixelsOf(data: Uint8Array): [number, number, number, number][] {
  return Array.from({ length: data.length / 4 }, (_, i) => [
    data[i * 4] ?? 0,
    data[i * 4 + 1] ?? 0,
    data[i * 4 + 2] ?? 0,
    data[i * 4 + 3] ?? 0,
  ]);
}

test('grey is Rec. 601 luma, bit-exact, and keeps alpha', async () => {
  const kernel = await loadKernel();
  for (const width of [1, 5, 16, 333]) {
    const pixels = new Random(width).noise(width, 50, false);
    const raster = rasterOf(kernel, pixels);
    kernel.grey(raster);
    const expected = pixelsOf(pixels.data).map(([r, g, b, a]) => [luma(r, g, b), luma(r, g, b), luma(r, g, b), a]);
    expect(pixelsOf(kernel.read(raster, 4).data)).toEqual(expected);
  }
});

test('every corner of the colour cube has the luma of the formula', async () => {
  const kernel = await loadKernel();
  const steps = [0, 1, 2, 63, 64, 127, 128, 129, 191, 254, 255];
  const colours = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => [r, g, b, 255])));
  const raster = rasterOf(kernel, {
    width: colours.length,
    height: 1,
    channels: 4,
    data: Uint8Array.from(colours.flat()),
  });
  expect([...kernel.read(raster, 1).data]).toEqual(colours.map(([r = 0, g = 0, b = 0]) => luma(r, g, b)));
});

test('bitonal is white from the threshold on', async () => {
  const kernel = await loadKernel();
  for (const threshold of [undefined, 0, 1, 90, 255, 256]) {
    const pixels = new Random(8).noise(77, 9, false);
    const raster = rasterOf(kernel, pixels);
    kernel.bitonal(raster, threshold);
    const expected = pixelsOf(pixels.data).map(([r, g, b, a]) => {
      const value = luma(r, g, b) >= (threshold ?? 128) ? 255 : 0;
      return [value, value, value, a];
    });
    expect(pixelsOf(kernel.read(raster, 4).data)).toEqual(expected);
  }
});

test('flatten composites exactly and makes opaque', async () => {
  const kernel = await loadKernel();
  const data = new Uint8Array(256 * 256 * 4);
  for (let i = 0; i < 65536; i++) data.set([i & 255, 255 - (i & 255), 77, i >> 8], i * 4);
  const background = [255, 3, 128] as const;
  const raster = rasterOf(kernel, { width: 256, height: 256, channels: 4, data });
  kernel.flatten(raster, background);
  expect(raster.opaque).toBe(true);
  const mix = (value: number, ground: number, a: number) => Math.round((value * a + ground * (255 - a)) / 255);
  const expected = pixelsOf(data).map(([r, g, b, a]) => [mix(r, 255, a), mix(g, 3, a), mix(b, 128, a), 255]);
  expect(pixelsOf(kernel.read(raster, 4).data)).toEqual(expected);
});

test('read gives luma, RGB or RGBA in rows without padding, also in many bands', async () => {
  const kernel = await loadKernel();
  for (const [width, height] of [
    [1, 1],
    [7, 3],
    [16, 4],
    [701, 603],
  ] as const) {
    const pixels = new Random(width).noise(width, height, false);
    const raster = rasterOf(kernel, pixels);
    const all = pixelsOf(pixels.data);
    expect(Buffer.compare(kernel.read(raster, 4).data, pixels.data)).toBe(0);
    expect(
      Buffer.compare(
        kernel.read(raster, 3).data,
        pixels.data.filter((_, index) => index % 4 !== 3),
      ),
    ).toBe(0);
    expect(Buffer.compare(kernel.read(raster, 1).data, Uint8Array.from(all.map(([r, g, b]) => luma(r, g, b))))).toBe(0);
    raster.free();
  }
});
