import { beforeAll, describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/codec/codec.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { type DecodedTile, decodeTile } from '../../src/codec/decode-tile.ts';
import type { Rect } from '../../src/iiif/request.ts';
import { createKernel, type Kernel } from '../../src/kernel/kernel.ts';
import { Halving } from '../../src/render/halving.ts';
import { drawingOf, drawingOfNothing } from '../../src/render/tile-drawing.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { largestDifference } from './subject.ts';

const AREA = { x: 0, y: 0, width: 50, height: 37 };

let kernel: Kernel;
beforeAll(async () => {
  kernel = await createKernel(await loadWasm('kernel'));
});

/** All of the area at once. */
function halvedWhole(pixels: Pixels, halvings: number): Pixels {
  const whole = kernel.unfilledRaster(pixels.width, pixels.height);
  kernel.placePixels(whole, 0, 0, pixels, { ...AREA });
  const halved = kernel.reduce(whole, halvings);
  const read = kernel.read(halved, 4);
  whole.free();
  halved.free();
  return read;
}

/** The area's strips, the first of which begins above it, as areas may begin within a tile. */
function strips(rows: number, above = 0): Rect[] {
  const parts: Rect[] = [];
  for (let top = -above; top < AREA.height; top += rows) {
    const y = Math.max(0, top);
    parts.push({ x: 0, y, width: AREA.width, height: Math.min(top + rows, AREA.height) - y });
  }
  return parts;
}

function halvedIn(parts: readonly Rect[], halvings: number, decoded: DecodedTile): Pixels {
  const target = kernel.unfilledRaster(Math.ceil(AREA.width / 2 ** halvings), Math.ceil(AREA.height / 2 ** halvings));
  const halving = new Halving(kernel, target, { area: AREA, halvings });
  const drawing = drawingOf(kernel, { decoded, mask: undefined, convert: undefined, x: 0, y: 0 });
  for (const part of parts) halving.place(part, drawing);
  const read = kernel.read(target, 4);
  target.free();
  return read;
}

describe('halving strips as they arrive', () => {
  const pixels = picture(AREA.width, AREA.height, 3);
  const cases = [1, 2, 3, 7, 8, 12, 36, 37].flatMap((rows) => [1, 2, 3].map((halvings) => [rows, halvings] as const));

  test.each(cases)('of %i rows, %i times, is halving the whole', (rows, halvings) => {
    const whole = halvedWhole(pixels, halvings);
    const parts = strips(rows);
    const offset = strips(rows, Math.floor(rows / 2));
    for (const order of [parts, parts.toReversed(), offset]) {
      expect(halvedIn(order, halvings, { kind: 'pixels', pixels })).toEqual(whole);
    }
    expect(kernel.liveRasters).toBe(0);
  });

  test('of a JPEG shows the same', async () => {
    const planes = [new Uint8Array(await sharpOf(pixels).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer())];
    const encoding = { kind: 'jpeg', colour: 'ycbcr', tables: undefined } as const;
    const decoded = await decodeTile({ planes, encoding, ...AREA }, createCodecs(loadWasm));
    expect(decoded.kind).toBe('baseline');
    for (const rows of [8, 10, 16]) {
      expect(largestDifference(halvedIn(strips(rows), 2, decoded), halvedWhole(pixels, 2))).toBeLessThan(8);
    }
  });

  test('joins what the file leaves out with what is beside it', () => {
    const target = kernel.unfilledRaster(1, 2);
    const halving = new Halving(kernel, target, { area: { x: 0, y: 0, width: 2, height: 4 }, halvings: 1 });
    halving.place({ x: 0, y: 0, width: 2, height: 1 }, drawingOfNothing(kernel, [200, 200, 200]));
    halving.place({ x: 0, y: 1, width: 2, height: 3 }, drawingOfNothing(kernel, [100, 100, 100]));
    expect([...kernel.read(target, 1).data]).toEqual([150, 100]);
    target.free();
  });

  test('gives its memory back where it is given up', () => {
    const target = kernel.unfilledRaster(13, 10);
    const halving = new Halving(kernel, target, { area: AREA, halvings: 2 });
    const drawing = drawingOfNothing(kernel, undefined);
    for (const part of strips(7).slice(1, 3)) halving.place(part, drawing);
    expect(kernel.liveRasters).toBeGreaterThan(1);
    halving.free();
    target.free();
    expect(kernel.liveRasters).toBe(0);
  });
});
