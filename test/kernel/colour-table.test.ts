import { expect, test } from 'vitest';
import { type ColourTable, prepareTable } from '../../src/kernel/colour-table.ts';
import { loadKernel, rasterOf } from './load.ts';
import { Random } from './random.ts';
import { compare } from './reference.ts';
import { applyTable } from './reference-colour.ts';

function randomTable(random: Random, inputs: 3 | 4, grid: number): ColourTable {
  const length = 3 * grid ** inputs;
  const wide = random.real() < 0.5;
  const nodes = wide ? Uint16Array.from({ length }, () => random.whole(0, 65535)) : random.bytes(length);
  return { inputs, grid, nodes };
}

for (const [inputs, grids] of [
  [3, [2, 5, 17, 33]],
  [4, [2, 5, 9, 17]],
] as const) {
  test(`tables of ${inputs} inputs, filled with noise, are within one level of float64`, async () => {
    const kernel = await loadKernel();
    const random = new Random(50 + inputs);
    for (const grid of grids) {
      const table = randomTable(random, inputs, grid);
      const pixels = random.noise(random.whole(20, 120), random.whole(20, 60), false);
      // The corners of the table are met, too.
      for (let i = 0; i < 16; i++) {
        pixels.data.set(
          [0, 1, 2, 3].map((axis) => ((i >> axis) & 1) * 255),
          i * 4,
        );
      }
      const raster = rasterOf(kernel, pixels);
      kernel.applyTable(raster, prepareTable(table));
      const [found, expected] = [kernel.read(raster, 4), applyTable(pixels, table)];
      for (let i = 3; i < found.data.length; i += 4) {
        expect(found.data[i]).toBe(expected.data[i]);
        // Transparent colours count too.
        found.data[i] = 255;
        expected.data[i] = 255;
      }
      expect(compare(found, expected).largest, `${grid}^${inputs}`).toBeLessThan(0.1);
      raster.free();
    }
  });
}

test('a table of the values themselves changes nothing', async () => {
  const kernel = await loadKernel();
  for (const grid of [2, 17, 33, 65]) {
    const nodes = new Uint16Array(3 * grid ** 3);
    for (let node = 0; node < grid ** 3; node++) {
      const place = [Math.floor(node / grid ** 2), Math.floor(node / grid) % grid, node % grid];
      nodes.set(
        place.map((at) => Math.round((65535 * at) / (grid - 1))),
        node * 3,
      );
    }
    const pixels = new Random(grid).noise(300, 200, false);
    const raster = rasterOf(kernel, pixels);
    kernel.applyTable(raster, prepareTable({ inputs: 3, grid, nodes }));
    expect(Buffer.compare(kernel.read(raster, 4).data, pixels.data), `${grid}`).toBe(0);
    raster.free();
  }
});

test('four inputs make opaque pixels; a part is converted, and nothing else', async () => {
  const kernel = await loadKernel();
  const pixels = new Random(53).noise(40, 30, false);
  const table = prepareTable({ inputs: 4, grid: 2, nodes: new Uint8Array(48).fill(7) });
  const raster = rasterOf(kernel, pixels);
  kernel.applyTable(raster, table, { x: 3, y: 5, width: 7, height: 9 });
  const { data } = kernel.read(raster, 4);
  const wrong = pixels.data.findIndex((value, i) => {
    const [x, y] = [(i >> 2) % 40, Math.floor((i >> 2) / 40)];
    const inside = x >= 3 && x < 10 && y >= 5 && y < 14;
    return data[i] !== (inside ? (i % 4 === 3 ? 255 : 7) : value);
  });
  expect(wrong).toBe(-1);
  expect(raster.opaque).toBe(false);
  kernel.applyTable(raster, table);
  expect(raster.knownOpaque).toBe(true);
});

test('CMYK samples placed as they are become colours by the table', async () => {
  const kernel = await loadKernel();
  const random = new Random(54);
  const table = randomTable(random, 4, 9);
  const [width, height] = [50, 3];
  const samples = random.bytes(width * height * 4);
  const layout = {
    bitsPerSample: 8,
    samplesPerPixel: 4,
    colourSamples: 4,
    littleEndian: true,
    predictor: 'none',
  } as const;
  const planes = [0, 1, 2, 3].map((ink) => samples.filter((_, i) => i % 4 === ink));
  const whole = { x: 0, y: 0, width, height };
  for (const inverted of [false, true]) {
    const inks = inverted ? samples.map((value) => 255 - value) : samples;
    const expected = applyTable({ width, height, channels: 4, data: inks }, table);
    for (const parts of [[samples], planes]) {
      const raster = kernel.raster(width, height, [0, 0, 0]);
      kernel.placeSamples(raster, 0, 0, parts, { ...layout, inverted }, width, height, whole);
      kernel.applyTable(raster, prepareTable(table));
      expect(compare(kernel.read(raster, 4), expected).largest).toBeLessThan(0.1);
    }
  }
});

test('tables that do not fit their grid are refused', async () => {
  const kernel = await loadKernel();
  const raster = kernel.raster(4, 4);
  const nodes = new Uint8Array(24);
  expect(() => prepareTable({ inputs: 3, grid: 3, nodes })).toThrow(RangeError);
  expect(() => prepareTable({ inputs: 3, grid: 1, nodes: new Uint8Array(3) })).toThrow(RangeError);
  expect(() => prepareTable({ inputs: 3, grid: 66, nodes: new Uint8Array(3 * 66 ** 3) })).toThrow(RangeError);
  expect(() => prepareTable({ inputs: 4, grid: 24, nodes })).toThrow(RangeError);
  expect(() => prepareTable({ inputs: 3, grid: 2.5, nodes })).toThrow(RangeError);
  const table = prepareTable({ inputs: 3, grid: 2, nodes });
  expect(() => kernel.applyTable(raster, { ...table, grid: 3 })).toThrow(RangeError);
  expect(() => kernel.applyTable(raster, { ...table, inputs: 4 })).toThrow(RangeError);
  expect(() => kernel.applyTable(raster, table, { x: 1, y: 0, width: 4, height: 1 })).toThrow(RangeError);
});
