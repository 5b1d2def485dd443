import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createCodecs } from '../../src/codec/codecs.ts';
import { decodeTile } from '../../src/codec/decode-tile.ts';
import { createKernel } from '../../src/kernel/kernel.ts';
import { assemble } from '../../src/render/assemble.ts';
import { planRender } from '../../src/render/planner.ts';
import { Timing } from '../../src/timing.ts';
import { loadWasm } from '../codec/load.ts';
import { long, short, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { imageOf, resolved } from './subject.ts';

const [WIDTH, HEIGHT] = [12_000, 9000];
/** Rows after which the picture comes again, so that few strips have to be compressed. */
const PERIOD = 112;

const greyAt = (x: number, y: number) => ((x >> 3) * 5 + (y % PERIOD) * 9) & 255;

/** A picture of 108 megapixels without smaller levels, in strips of that many rows. */
function inStrips(rows: number): Uint8Array {
  const strips = new Map<number, Uint8Array>();
  const tiles = Array.from({ length: Math.ceil(HEIGHT / rows) }, (_, index) => {
    const top = (index * rows) % PERIOD;
    const strip = strips.get(top) ?? stripAt(top, rows);
    strips.set(top, strip);
    return strip;
  });
  const grey = { 258: short(8), 259: short(8), 262: short(1), 277: short(1) };
  const striped = { 278: long(rows), 322: undefined, 323: undefined };
  return writeTiff([{ tags: tiledTags(WIDTH, HEIGHT, rows, { ...grey, ...striped }), tiles }]);
}

function stripAt(top: number, rows: number): Uint8Array {
  const samples = new Uint8Array(WIDTH * rows);
  for (let y = 0, i = 0; y < rows; y++) for (let x = 0; x < WIDTH; x++, i++) samples[i] = greyAt(x, top + y);
  return new Uint8Array(deflateSync(samples, { level: 1 }));
}

/** The mean of 4 × 4 pixels. */
function meanAt(x: number, y: number): number {
  let sum = 0;
  for (let dy = 0; dy < 4; dy++) for (let dx = 0; dx < 4; dx++) sum += greyAt(4 * x + dx, 4 * y + dy);
  return Math.floor((sum + 8) / 16);
}

test.each([1, 7])(
  'a picture of 108 megapixels in strips of %i rows is assembled at a quarter of its size, in little more memory than that takes',
  async (rows) => {
    const image = await imageOf(inStrips(rows));
    const plan = planRender(image, resolved(image, 'full/3000,/0/default.png'));
    expect(plan.halvings).toBe(2);
    // 27 MB are assembled.
    const kernel = await createKernel(await loadWasm('kernel'), { memoryLimit: 48 * 2 ** 20 });
    const codecs = createCodecs(loadWasm);
    const raster = await assemble(plan, image, kernel, (tile) => decodeTile(tile, codecs), { timing: new Timing() });
    const { width, height, data } = kernel.read(raster, 1);
    expect([width, height, kernel.liveRasters]).toEqual([3000, 2250, 1]);
    for (let y = 0; y < height; y += 7) {
      for (let x = 0; x < width; x += 13) if (data[y * width + x] !== meanAt(x, y)) expect.fail(`Wrong at ${x}, ${y}`);
    }
  },
  // Thousands of strips are decoded.
  30_000,
);
