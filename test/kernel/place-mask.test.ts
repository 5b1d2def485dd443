import { expect, test } from 'vitest';
import { loadKernel } from './load.ts';
import { Random } from './random.ts';

test('what the bits leave out becomes transparent, exactly in its rectangle, and keeps its colour', async () => {
  const kernel = await loadKernel();
  const random = new Random(7);
  for (let round = 0; round < 200; round++) {
    const [width, height] = [random.whole(1, 70), random.whole(1, 6)];
    const crop = { x: random.whole(0, width - 1), y: random.whole(0, height - 1), width: 0, height: 0 };
    crop.width = random.whole(1, width - crop.x);
    crop.height = random.whole(1, height - crop.y);
    const rowBytes = Math.ceil(width / 8);
    const bits = random.bytes(rowBytes * height).map((byte) => (random.whole(0, 1) ? 0xff : byte));
    const inverted = random.whole(0, 1) === 1;
    const target = kernel.raster(crop.width + 3, crop.height + 2, [1, 2, 3]);
    kernel.placeMask(target, 2, 1, bits, { inverted }, width, height, crop);
    const expected: number[] = [];
    for (let y = -1; y < target.height - 1; y++) {
      for (let x = -2; x < target.width - 2; x++) {
        const inside = x >= 0 && y >= 0 && x < crop.width && y < crop.height;
        const column = crop.x + x;
        const bit = ((bits[(crop.y + y) * rowBytes + (column >> 3)] ?? 0) >> (7 - (column & 7))) & 1;
        expected.push(1, 2, 3, inside && (bit === 1) === inverted ? 0 : 255);
      }
    }
    expect(Buffer.compare(kernel.read(target, 4).data, Uint8Array.from(expected)), `round ${round}`).toBe(0);
    expect(target.opaque).toBe(expected.every((value, index) => index % 4 !== 3 || value === 255));
    target.free();
  }
});

test('a mask that ends early, and one laid outside, are refused', async () => {
  const kernel = await loadKernel();
  const target = kernel.raster(20, 4, [0, 0, 0]);
  const crop = { x: 0, y: 0, width: 20, height: 4 };
  const layout = { inverted: false };
  expect(() => kernel.placeMask(target, 0, 0, new Uint8Array(11), layout, 20, 4, crop)).toThrow(/damaged/);
  expect(() => kernel.placeMask(target, 1, 0, new Uint8Array(12), layout, 20, 4, crop)).toThrow(RangeError);
  target.free();
});
