import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EncodedTile } from '../../src/image/image.ts';
import { createEngine } from '../../src/render/engine.ts';
import { type RenderPool, runJob } from '../../src/render/job.ts';
import { Timing } from '../../src/timing.ts';
import { codestreamOf, hasOpenJpeg, rawPicture } from '../codec/jpeg2000-files.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { convert, hasTool } from '../codec/tiff-parts.ts';
import { short, type TagValue, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { decoded, imageOf, largestDifference, pixelAt, pixelsOf } from './subject.ts';

const stored = new Uint8Array(readFileSync(new URL('../codec/picture-64x48.j2k', import.meta.url)));

/** Tiles of 64 × 48 pixels, two by two, the last ones of which are partly outside. */
function tiff(codestream: Uint8Array, more: Readonly<Record<number, TagValue>>): Uint8Array {
  const tags = tiledTags(100, 70, 64, { 323: short(48), ...more });
  return writeTiff([{ tags, tiles: [codestream, codestream, codestream, codestream] }]);
}

describe('a TIFF whose tiles are JPEG 2000', () => {
  test.each([
    ['33005, of Aperio', { 259: short(33005) }],
    ['33005, whatever its photometric tag says', { 259: short(33005), 262: short(6) }],
    ['34712', { 259: short(34712) }],
  ])('compression %s', async (_name, more) => {
    const image = await imageOf(tiff(stored, more));
    expect(image).toMatchObject({ tileFormat: 'jpeg2000', keepDecoded: false });
    const found = await pixelsOf(image, 'full/max/0/default.png');
    const { data } = picture(64, 48, 3);
    for (const [x, y] of [
      [0, 0],
      [63, 47],
      [64, 47],
      [99, 69],
    ] as const) {
      const at = ((y % 48) * 64 + (x % 64)) * 3;
      expect(pixelAt(found, x, y)).toEqual([...data.subarray(at, at + 3), 255]);
    }
  });

  test.each([
    ['33003, of Aperio', { 259: short(33003) }],
    ['33004, of libvips', { 259: short(33004) }],
    ['34712 and photometric YCbCr', { 259: short(34712), 262: short(6) }],
  ])('compression %s: YCbCr', async (_name, more) => {
    const found = await pixelsOf(await imageOf(tiff(stored, more)), 'full/max/0/default.png');
    const [y = 0, cb = 0, cr = 0] = picture(64, 48, 3).data;
    const rgb = [y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128)];
    const cut = rgb.map((value) => Math.round(Math.min(255, Math.max(0, value))));
    expect(pixelAt(found, 0, 0)).toEqual([...cut, 255]);
  });

  test('in strips, the last of which is lower', async () => {
    const tags = tiledTags(64, 70, 64, { 322: undefined, 323: undefined, 259: short(34712), 278: short(48) });
    const image = await imageOf(writeTiff([{ tags, tiles: [stored, stored] }]));
    const found = await pixelsOf(image, 'full/max/0/default.png');
    const { data } = picture(64, 48, 3);
    const at = (21 * 64 + 5) * 3;
    expect(pixelAt(found, 5, 69)).toEqual([...data.subarray(at, at + 3), 255]);
  });

  test('is damaged where a tile has other components than it says', async () => {
    const grey = tiff(stored, { 259: short(34712), 258: short(8), 262: short(1), 277: short(1) });
    await expect(pixelsOf(await imageOf(grey), 'full/max/0/default.png')).rejects.toMatchObject({ status: 502 });
  });

  test.skipIf(!hasOpenJpeg)('of 12 bits uses all of its range', async () => {
    const raw = rawPicture(64, 48, 12, 1);
    const more = { 259: short(34712), 258: short(12), 262: short(1), 277: short(1) };
    const found = await pixelsOf(await imageOf(tiff(codestreamOf(raw), more)), 'full/max/0/default.png');
    const values = new Uint16Array(raw.data.buffer);
    for (const x of [0, 17, 63]) expect(pixelAt(found, x, 0)[0]).toBe(Math.round(((values[x] ?? 0) * 255) / 4095));
  });

  test('is rendered on another thread, small as it may be', async () => {
    const jobs: string[] = [];
    const thread: RenderPool = {
      async render(job, reader, { timing }) {
        jobs.push('halvings' in job ? 'decode' : 'render');
        const readTile = async (...asked: Parameters<typeof reader.readTile>): Promise<EncodedTile | undefined> =>
          structuredClone(await reader.readTile(...asked));
        return runJob(structuredClone(job), { readTile }, createEngine(loadWasm), { timing });
      },
    };
    const image = await imageOf(tiff(stored, { 259: short(34712) }));
    const timing = new Timing();
    const here = await pixelsOf(image, '10,10,80,50/max/0/default.jpg');
    const there = await pixelsOf(image, '10,10,80,50/max/0/default.jpg', { pool: thread, timing });
    expect(largestDifference(here, there)).toBe(0);
    expect(jobs).toEqual(['render']);
    expect(timing.has('thread')).toBe(true);
  });
});

const vips = hasTool('vips') ? test : test.skip;
vips.each([
  ['without loss', 3, '--lossless'],
  ['with loss', 3, '--Q 90'],
  ['with alpha', 4, '--lossless'],
] as const)('a pyramid of libvips %s is what libvips reads', { timeout: 30_000 }, async (_name, channels, quality) => {
  const png = await sharpOf(picture(700, 530, channels))
    .png()
    .toBuffer();
  const tiling = '--tile --pyramid --tile-width 256 --tile-height 256 --compression jp2k';
  const file = convert(png, `vips tiffsave {in} {out} ${tiling} ${quality}`);
  const image = await imageOf(file);
  expect(image.levels.map(({ tileFormat }) => tileFormat)).toEqual(['jpeg2000', 'jpeg2000', 'jpeg2000']);
  const reference = await decoded(convert(file, 'vips tiffsave {in} {out} --compression none'));
  expect(largestDifference(await pixelsOf(image, 'full/max/0/default.png'), reference)).toBeLessThanOrEqual(1);
});
