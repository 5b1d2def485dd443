import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EncodedTile, Jpeg2000Encoding, TiledImage } from '../../src/image/image.ts';
import { DecodedTiles, type DecodedTilesOptions } from '../../src/render/decoded-tiles.ts';
import { createEngine } from '../../src/render/engine.ts';
import { type RenderPool, runJob } from '../../src/render/job.ts';
import { pixelsEncoding } from '../../src/render/uncompressed.ts';
import { Timing } from '../../src/timing.ts';
import { jpeg2000Tile } from '../codec/jpeg2000-files.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { countingObject } from '../image/counting-object.ts';
import { openImage } from '../image/open-image.ts';

const photo = new Uint8Array(
  await sharpOf(picture(1300, 900, 3))
    .jpeg()
    .toBuffer(),
);
const cutOut = new Uint8Array(
  await sharpOf(picture(1300, 900, 4))
    .png()
    .toBuffer(),
);
const engine = createEngine(loadWasm);
const FULL_BYTES = 1300 * 900 * 3;

let object: ReturnType<typeof countingObject>;
let image: TiledImage;

beforeEach(async () => {
  object = countingObject(photo);
  image = await openImage(object.read);
  object.reset();
});

function decodedTiles(options: DecodedTilesOptions = {}): DecodedTiles {
  return new DecodedTiles({ codecs: engine.codecs, withKernel: engine.withKernel }, options);
}

function readLevel(from: TiledImage, index: number, signal?: AbortSignal): Promise<EncodedTile | undefined> {
  const level = from.levels[index];
  if (!level) throw new Error(`no level ${index}`);
  return from.readTile(level, 0, 0, { signal });
}

const pixelsOf = (tile: EncodedTile | undefined) => tile?.planes[0] ?? new Uint8Array();

/** Two levels, of which the second isn't stored, in one tile: the same codestream twelve times. */
function jpeg2000Image(more: Partial<Jpeg2000Encoding>) {
  const codestream = new Uint8Array(readFileSync(new URL('../codec/picture-64x48.j2k', import.meta.url)));
  const [width, height] = [256, 144];
  const area = { x0: 0, y0: 0, x1: 64, y1: 48 };
  const parts = Array.from({ length: 12 }, (_, i) => ({ x: 64 * (i % 4), y: 48 * Math.floor(i / 4), area }));
  const tile = { ...jpeg2000Tile(codestream, area, { parts, ...more }), width, height };
  const planes = parts.map(() => codestream);
  const { space, alpha, palette } = tile.encoding;
  const reads: number[] = [];
  const level = {
    index: 0,
    width,
    height,
    tileWidth: width,
    tileHeight: height,
    scale: 1,
    tileFormat: 'jpeg2000',
  } as const;
  const half = { ...level, index: 1, width: 128, height: 72, tileWidth: 128, tileHeight: 72, scale: 2 };
  const image: TiledImage = {
    ...{ width, height, orientation: 1, masked: false, tileFormat: 'jpeg2000', keepDecoded: true },
    levels: [level, { ...half, tileFormat: 'picture' }],
    colour: { space: space === 'grey' && !palette ? 'grey' : 'rgb', bitsPerSample: 8, alpha, profileLength: 0 },
    async readTile({ index }) {
      reads.push(index);
      return { ...tile, planes };
    },
    readProfile: async () => undefined,
  };
  return { image, reads };
}

const PART_BYTES = 512 * 512 * 3;

/** A hundred tiles of 512² in a row, as `readBlock` has them, and the columns that were read. */
function imageInParts() {
  const size = { width: 512, height: 512 };
  const colour = { space: 'rgb', bitsPerSample: 8, alpha: 'none', profileLength: 0 } as const;
  const tile = (): EncodedTile => ({ ...size, planes: [new Uint8Array(PART_BYTES)], encoding: pixelsEncoding(colour) });
  const reads: number[] = [];
  const [tileWidth, tileHeight] = [512, 512];
  const level = {
    index: 0,
    width: 51_200,
    height: 512,
    tileWidth,
    tileHeight,
    scale: 1,
    tileFormat: 'jpeg2000',
  } as const;
  const parts: TiledImage = {
    ...{ width: 51_200, height: 512, orientation: 1, masked: false, tileFormat: 'jpeg2000', keepDecoded: true },
    levels: [level],
    colour,
    async readTile(_level, column) {
      reads.push(column);
      return tile();
    },
    readBlock: async () => tile(),
    readProfile: async () => undefined,
  };
  return { parts, reads };
}

describe('a picture', () => {
  test('is read and decoded once, however many tiles and levels are asked for', async () => {
    const kept = decodedTiles().of(image);
    const [first, again, half] = await Promise.all([readLevel(kept, 0), readLevel(kept, 0), readLevel(kept, 1)]);
    const later = await readLevel(kept, 0);
    expect(object.ranges).toHaveLength(1);
    expect(again).toBe(first);
    expect(later).toBe(first);
    expect(half).toMatchObject({ width: 650, height: 450 });
  });

  test('keeps as many channels as it has, and its halves', async () => {
    const tiles = decodedTiles();
    await readLevel(tiles.of(image), 2);
    expect(tiles.bytes).toBe(FULL_BYTES + (650 * 450 + 325 * 225) * 3);
  });

  test('is what libvips decodes, and its halves are means', async () => {
    const kept = decodedTiles().of(image);
    const full = pixelsOf(await readLevel(kept, 0));
    const { data } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
    expect(Buffer.compare(full, data)).toBe(0);
    const half = pixelsOf(await readLevel(kept, 1));
    for (const [x, y] of [
      [0, 0],
      [649, 449],
      [300, 128],
      [300, 127],
    ] as const) {
      const at = (dx: number, dy: number) => full[((2 * y + dy) * 1300 + 2 * x + dx) * 3] ?? 0;
      const mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
      expect(half[(y * 650 + x) * 3]).toBe(Math.floor(mean + 0.5));
    }
  });

  test('with alpha keeps it', async () => {
    const transparent = await openImage(countingObject(cutOut).read);
    const tile = await readLevel(decodedTiles().of(transparent), 0);
    expect(tile).toMatchObject({ encoding: { samplesPerPixel: 4, colourSamples: 3, alpha: 'unassociated' } });
    expect(Buffer.compare(pixelsOf(tile), picture(1300, 900, 4).data)).toBe(0);
  });
});

describe('the budget', () => {
  test('what is larger is decoded for those who wait, and not kept; its halves are', async () => {
    const tiles = decodedTiles({ budget: FULL_BYTES - 1 });
    const kept = tiles.of(image);
    expect(await readLevel(kept, 0)).toMatchObject({ width: 1300 });
    expect(tiles.bytes).toBe((650 * 450 + 325 * 225) * 3);
    object.reset();
    await readLevel(kept, 1);
    expect(object.ranges).toHaveLength(0);
    await readLevel(kept, 0);
    expect(object.ranges).toHaveLength(1);
  });

  test('of two pictures the one that was used longest ago makes room', async () => {
    const tiles = decodedTiles({ budget: FULL_BYTES * 1.5 });
    await readLevel(tiles.of(image), 0);
    const other = await openImage(countingObject(photo).read);
    await readLevel(tiles.of(other), 0);
    expect(tiles.bytes).toBeLessThanOrEqual(FULL_BYTES * 1.5);
    object.reset();
    await readLevel(tiles.of(image), 0);
    expect(object.ranges).toHaveLength(1);
  });

  test('an image that is decoded in parts keeps as many tiles as one answer takes, and leaves pictures where they are', async () => {
    const tiles = decodedTiles();
    await readLevel(tiles.of(image), 0);
    const pictures = tiles.bytes;
    const { parts, reads } = imageInParts();
    const [kept, [level]] = [tiles.of(parts), parts.levels];
    if (!level) throw new Error('no level');
    for (let column = 0; column < 80; column++) await kept.readTile(level, column, 0);
    expect(tiles.bytes).toBe(pictures + 64 * PART_BYTES);
    reads.length = 0;
    for (let column = 79; column >= 15; column--) await kept.readTile(level, column, 0);
    expect(reads).toEqual([15]);
    object.reset();
    await readLevel(tiles.of(image), 0);
    expect(object.ranges).toHaveLength(0);
  });

  test('parts are within the whole of it, and go before pictures where memory is short', async () => {
    const whole = FULL_BYTES + (650 * 450 + 325 * 225) * 3;
    const budget = whole + 2 * PART_BYTES;
    const tiles = decodedTiles({ budget });
    const { parts } = imageInParts();
    const [kept, [level]] = [tiles.of(parts), parts.levels];
    if (!level) throw new Error('no level');
    await readLevel(tiles.of(image), 0);
    for (let column = 0; column < 2; column++) await kept.readTile(level, column, 0);
    expect(tiles.bytes).toBe(budget);
    tiles.shrinkTo(whole);
    expect(tiles.bytes).toBe(whole);
    object.reset();
    await readLevel(tiles.of(image), 0);
    expect(object.ranges).toHaveLength(0);
    for (let column = 0; column < 3; column++) await kept.readTile(level, column, 0);
    expect(tiles.bytes).toBeLessThanOrEqual(budget);
  });

  test('a half that had to go is made from what is kept', async () => {
    const tiles = decodedTiles();
    const kept = tiles.of(image);
    const before = pixelsOf(await readLevel(kept, 1));
    const small = decodedTiles({ budget: FULL_BYTES });
    const narrow = small.of(image);
    await readLevel(narrow, 0);
    expect(Buffer.compare(pixelsOf(await readLevel(narrow, 1)), before)).toBe(0);
  });
});

describe('failures', () => {
  test('one who gives up leaves the others theirs', async () => {
    const kept = decodedTiles().of(image);
    const abort = new AbortController();
    const leaving = readLevel(kept, 0, abort.signal);
    const staying = readLevel(kept, 1);
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
    expect(await staying).toMatchObject({ width: 650 });
  });

  test('when all give up, nothing is kept, and the next one is served', async () => {
    const tiles = decodedTiles();
    const kept = tiles.of(image);
    const abort = new AbortController();
    const leaving = readLevel(kept, 0, abort.signal);
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readLevel(kept, 0)).toMatchObject({ width: 1300 });
  });

  test('a damaged picture is told to all, and tried again', async () => {
    const broken = await openImage(countingObject(photo.subarray(0, -9000)).read);
    const kept = decodedTiles().of(broken);
    for (const index of [0, 1, 0]) await expect(readLevel(kept, index)).rejects.toMatchObject({ status: 502 });
  });
});

describe('another thread', () => {
  const thread: RenderPool = {
    async render(job, reader, { timing }) {
      return runJob(structuredClone(job), reader, createEngine(loadWasm), { timing });
    },
  };

  test.each([
    ['a photograph', photo],
    ['a picture with alpha', cutOut],
  ])('gives the same pixels of %s', async (_name, file) => {
    const [here, there] = [await openImage(countingObject(file).read), await openImage(countingObject(file).read)];
    const ours = decodedTiles().of(here);
    const tiles = decodedTiles({ pool: thread });
    for (const index of [0, 1, 2]) {
      const [expected, found] = [await readLevel(ours, index), await readLevel(tiles.of(there), index)];
      expect(found).toMatchObject({ width: expected?.width, height: expected?.height, encoding: expected?.encoding });
      expect(Buffer.compare(pixelsOf(found), pixelsOf(expected))).toBe(0);
    }
  });

  test.each([
    ['', {}],
    [' of two channels', { space: 'grey', channels: [0, 1], alpha: 'associated' }],
    [' of indices', { palette: new Uint8Array(1024).map((_, index) => 7 * index), channels: [0, 1, 2] }],
  ] as const)('gives the same samples of JPEG 2000%s, and their halves', async (_name, more) => {
    const { image: made, reads } = jpeg2000Image(more);
    const ours = decodedTiles().of(made);
    const [here, half] = [await readLevel(ours, 0), await readLevel(ours, 1)];
    reads.length = 0;
    const timing = new Timing();
    const kept = decodedTiles({ pool: thread }).of(made);
    const [level] = made.levels;
    expect(level && (await kept.readTile(level, 0, 0, { timing }))).toEqual(here);
    expect(await readLevel(kept, 1)).toEqual(half);
    expect(reads).toHaveLength(1);
    expect(timing.has('thread')).toBe(true);
  });

  test('that went away leaves the work to this one, which reads nothing again', async () => {
    const gone: RenderPool = {
      async render(job, reader) {
        await reader.readTile(job.plan.level, 0, 0);
        return undefined;
      },
    };
    expect(await readLevel(decodedTiles({ pool: gone }).of(image), 0)).toMatchObject({ width: 1300 });
    expect(object.ranges).toHaveLength(1);
  });

  test('is asked once, with all levels, and noted', async () => {
    let jobs = 0;
    const counting: RenderPool = {
      render(...job) {
        jobs += 1;
        return thread.render(...job);
      },
    };
    const kept = decodedTiles({ pool: counting }).of(image);
    const timing = new Timing();
    const [level] = image.levels;
    if (level) await kept.readTile(level, 0, 0, { timing });
    await readLevel(kept, 2);
    expect(jobs).toBe(1);
    expect(timing.has('thread')).toBe(true);
  });
});
