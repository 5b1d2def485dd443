import { describe, expect, test } from 'vitest';
import { ImageServerError } from '../../../src/errors.ts';
import { imageFromStructure, readStructure } from '../../../src/image/open.ts';
import { MAX_PAGES, pagesOf, readPageStructure, readPages } from '../../../src/image/pages.ts';
import { MAX_DIRECTORIES } from '../../../src/image/tiff/page.ts';
import { MAX_TILE_BYTES } from '../../../src/image/tiff/tiff.ts';
import { type CountingObject, countingObject } from '../counting-object.ts';
import { readTiff } from './read-tiff.ts';
import { long, long8, short, type TestDirectory, type TiffOptions, tiled, writeTiff } from './tiff-writer.ts';

async function failure(object: CountingObject, objectSize?: number): Promise<ImageServerError> {
  const error = await readStructure(object.read, { objectSize: () => objectSize }).catch((cause: unknown) => cause);
  if (error instanceof ImageServerError) return error;
  throw new Error('it was accepted, or failed in another way', { cause: error });
}

/** The file is refused as damaged, in words, within a few requests, with and without a known length. */
async function expectDamaged(bytes: Uint8Array, words: RegExp, requests = 4): Promise<void> {
  for (const size of [undefined, bytes.length]) {
    const object = countingObject(bytes);
    const error = await failure(object, size);
    expect(error.message).toMatch(words);
    expect(error.status).toBe(502);
    expect(object.ranges.length).toBeLessThanOrEqual(requests);
  }
}

const write = (directory: TestDirectory, options?: TiffOptions) => writeTiff([directory], options);
const REDUCED = { 254: long(1) };

describe('directories', () => {
  test('one that is its own next', () =>
    expectDamaged(write(tiled(100, 100, 64, {}, { next: ([own = 0]) => own })), /twice, in a cycle/));

  test('a chain that leads back', () =>
    expectDamaged(
      writeTiff([tiled(400, 400, 64), tiled(200, 200, 64, REDUCED, { next: ([first = 0]) => first })]),
      /twice, in a cycle/,
    ));

  test('a SubIFD that is its own parent', () =>
    expectDamaged(write(tiled(100, 100, 64, { 330: long(8) })), /twice, in a cycle/));

  test('SubIFDs listed twice', async () => {
    const bytes = write(
      tiled(400, 400, 64, {}, { subIfds: [tiled(200, 200, 64, REDUCED), tiled(100, 100, 64, REDUCED)] }),
    );
    const view = new DataView(bytes.buffer);
    const entry = findEntry(view, 330);
    const list = view.getUint32(entry + 8, true);
    view.setUint32(list + 4, view.getUint32(list, true), true);
    await expectDamaged(bytes, /twice, in a cycle/);
  });

  test('one that overlaps another', () =>
    expectDamaged(write(tiled(400, 400, 64, {}, { next: ([own = 0]) => own + 12 })), /bytes 8 and 20 overlap/));

  test('one that runs into another', () => {
    const tile = Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0);
    const directory = { ...tiled(64, 64, 64, {}, { next: () => 8 }), tiles: [tile] };
    return expectDamaged(write(directory, { order: 'spread' }), /bytes 16 and 8 overlap/);
  });

  test('one within the header', () =>
    expectDamaged(write(tiled(100, 100, 64, {}, { next: () => 4 })), /within the header/));

  test('200 of them, each smaller than the one before', async () => {
    const chain = Array.from({ length: 200 }, (_, index) => tiled(5000 - index * 10, 5000 - index * 10, 4096, REDUCED));
    await expectDamaged(writeTiff(chain), new RegExp(`more than ${MAX_DIRECTORIES} directories`));
  });

  test('2,000 pages of one size cost nothing', async () => {
    const object = countingObject(writeTiff(Array.from({ length: 2000 }, () => tiled(100, 100, 64))));
    expect((await readTiff(object.read)).levels).toHaveLength(1);
    expect(object.ranges).toHaveLength(1);
  });

  test('more SubIFDs than a pyramid has', () =>
    expectDamaged(write(tiled(100, 100, 64, { 330: long(...Array(40).fill(500)) })), /40 values/));

  test('none at all', () => expectDamaged(Uint8Array.of(0x49, 0x49, 42, 0, 0, 0, 0, 0), /no directory/));

  test('a first one past the end', () =>
    expectDamaged(Uint8Array.of(0x49, 0x49, 42, 0, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3), /points to bytes/));

  test('a next one past the end', () =>
    expectDamaged(write(tiled(100, 100, 64, {}, { next: () => 0xfffffff0 })), /points to bytes/));

  test('no entries', () => expectDamaged(Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0), /0 entries/));

  test('more entries than the file holds', async () => {
    const bytes = write(tiled(100, 100, 64));
    new DataView(bytes.buffer).setUint16(8, 1000, true);
    await expectDamaged(bytes, /points to bytes/);
  });

  test('65,535 entries', async () => {
    const bytes = write(tiled(100, 100, 64));
    new DataView(bytes.buffer).setUint16(8, 65_535, true);
    await expectDamaged(bytes, /65535 entries/);
  });

  test('2^63 entries of a BigTIFF', async () => {
    const bytes = write(tiled(100, 100, 64), { big: true });
    new DataView(bytes.buffer).setBigUint64(16, 2n ** 63n, true);
    await expectDamaged(bytes, /number/);
  });

  test('a BigTIFF with offsets of 4 bytes', async () => {
    const bytes = write(tiled(100, 100, 64), { big: true });
    bytes[4] = 4;
    await expectDamaged(bytes, /4 bytes, not 8/);
  });

  test('cut off at every length: always refused in words, or opened', async () => {
    const bytes = write(tiled(100, 100, 64, { 34675: new Uint8Array(100) }));
    for (let length = 0; length < bytes.length; length++) {
      const object = countingObject(bytes.subarray(0, length));
      const error = await readStructure(object.read).catch((cause: unknown) => cause);
      if (error instanceof Error) expect(error).toMatchObject({ name: 'ImageServerError', status: 502 });
      expect(object.ranges.length).toBeLessThan(8);
    }
  });
});

describe('values', () => {
  test('sides of 0, of 2^32 - 1, and none', async () => {
    await expectDamaged(write(tiled(100, 100, 64, { 256: long(0) })), /width is 0/);
    await expectDamaged(write(tiled(100, 100, 64, { 257: long(0xffffffff) })), /height is 4294967295/);
    await expectDamaged(write(tiled(100, 100, 64, { 256: undefined })), /no image width/);
  });

  test('a width of 2^60 in a BigTIFF', () =>
    expectDamaged(write(tiled(100, 100, 64, { 256: long8(2 ** 60) }), { big: true }), /number|width/));

  test('tiles of 0 × 0', () => expectDamaged(write(tiled(100, 100, 64, { 322: long(0), 323: long(0) })), /0 × 0/));

  test('tiles as large as a screen wall are not read', async () => {
    const error = await failure(countingObject(write(tiled(100, 100, 64, { 322: long(2 ** 31), 323: long(2 ** 31) }))));
    expect(error).toMatchObject({ status: 501, message: expect.stringContaining('2147483648 × 2147483648') });
  });

  test('fewer offsets than tiles', () =>
    expectDamaged(write(tiled(100, 100, 64, { 256: long(100_000) })), /4 entries for 3126 tiles/));

  test('no TileByteCounts', () =>
    expectDamaged(
      write({ tags: tiled(100, 100, 64, { 259: short(8), 324: long(8, 8, 8, 8) }).tags }),
      /no TileByteCounts/,
    ));

  test('arrays and tables past the end', async () => {
    for (const tag of [324, 325, 347]) {
      const bytes = write(tiled(300, 300, 64, { 347: new Uint8Array(60) }));
      const view = new DataView(bytes.buffer);
      view.setUint32(findEntry(view, tag) + 8, 0x7fffff00, true);
      if (tag === 347) await expectDamaged(bytes, /points to bytes/);
      else await expect(readStructure(countingObject(bytes).read)).rejects.toMatchObject({ status: 502 });
    }
  });

  test('an array of 2^32 - 1 entries', async () => {
    const bytes = write(tiled(300, 300, 64));
    const view = new DataView(bytes.buffer);
    view.setUint32(findEntry(view, 324) + 4, 0xffffffff, true);
    await expectDamaged(bytes, /TileOffsets ends at byte 17179869/);
  });

  test('tables of absurd length', async () => {
    const bytes = write(tiled(300, 300, 64, { 347: new Uint8Array(60) }));
    const view = new DataView(bytes.buffer);
    view.setUint32(findEntry(view, 347) + 4, 0x7fffffff, true);
    await expectDamaged(bytes, /JPEGTables claim/);
  });

  test('a profile of absurd length or past the end is left out, as the picture is whole', async () => {
    for (const at of [4, 8]) {
      const bytes = write(tiled(300, 300, 64, { 34675: new Uint8Array(60) }));
      const view = new DataView(bytes.buffer);
      view.setUint32(findEntry(view, 34675) + at, 0x7fffff00, true);
      const structure = await readStructure(countingObject(bytes).read, { objectSize: () => bytes.length });
      expect(structure.colour.profileLength).toBe(0);
    }
  });

  test('lists of absurd length, or beyond the end, of tags that are lists', async () => {
    const palette = { 258: short(8), 262: short(3), 277: short(1), 320: short(...Array(768).fill(9)) };
    const ycbcr = { 262: short(6), 529: long(1, 1, 1), 530: short(2, 2), 532: long(1, 2, 3, 4, 5, 6) };
    const ranges = { 340: long(1, 2, 3), 341: long(1, 2, 3) };
    for (const [tags, tag] of [
      [palette, 320],
      [ycbcr, 529],
      [ycbcr, 530],
      [ycbcr, 532],
      [ranges, 340],
      [ranges, 341],
    ] as const) {
      const bytes = write(tiled(300, 300, 64, tags));
      const view = new DataView(bytes.buffer);
      const count = findEntry(view, tag) + 4;
      view.setUint32(count, 0x7fffffff, true);
      await expectDamaged(bytes, /claims 2147483647 values/);
    }
    const far = write(tiled(300, 300, 64, palette));
    const view = new DataView(far.buffer);
    view.setUint32(findEntry(view, 320) + 8, 0x7fffff00, true);
    await expectDamaged(far, /points to bytes/);
  });

  test('strips of no rows', () =>
    expectDamaged(write(tiled(100, 100, 64, { 322: undefined, 278: long(0) })), /100 × 0/));

  test('a number stored as text', () =>
    expectDamaged(write(tiled(100, 100, 64, { 322: { type: 7, values: [1] } })), /type 7/));

  test('two widths', () => expectDamaged(write(tiled(100, 100, 64, { 256: long(1, 2) })), /2 values/));
});

describe('tiles', () => {
  const tileOf = async (more: Parameters<typeof tiled>[3], size: number | undefined, cut = 0) => {
    const whole = write(tiled(60, 60, 64, more));
    const object = countingObject(whole.subarray(0, whole.length - cut));
    const structure = { ...(await readStructure(object.read)), size };
    object.reset();
    const image = imageFromStructure(structure, object.read);
    const [level] = image.levels;
    if (!level) throw new Error('no level');
    return { tile: image.readTile(level, 0, 0), object };
  };

  test('a byte count beyond any tile is refused before a request', async () => {
    const { tile, object } = await tileOf({ 325: long(MAX_TILE_BYTES + 1) }, undefined);
    await expect(tile).rejects.toMatchObject({ status: 502, message: expect.stringContaining('claims') });
    expect(object.ranges).toEqual([]);
  });

  test('a tile past the known end is refused before a request', async () => {
    const { tile, object } = await tileOf({ 324: long(100_000) }, 50_000);
    await expect(tile).rejects.toMatchObject({ status: 502, message: expect.stringContaining('ends at byte') });
    expect(object.ranges).toEqual([]);
  });

  test('a tile cut off by the end', async () => {
    const { tile } = await tileOf({}, undefined, 2);
    await expect(tile).rejects.toMatchObject({ status: 502, message: expect.stringContaining('object ends after 2') });
  });
});

test('random damage never hangs, and never fails but in words', async () => {
  const whole = writeTiff([
    tiled(300, 200, 64, { 259: short(7), 262: short(6), 347: new Uint8Array(40), 34675: new Uint8Array(50) }),
    tiled(150, 100, 64, { ...REDUCED, 259: short(7), 262: short(6), 347: new Uint8Array(40) }),
    tiled(300, 200, 64, { 254: long(4), 258: short(1), 262: short(4), 277: short(1) }),
    tiled(40, 40, 64, {
      258: short(2),
      262: short(3),
      277: short(1),
      320: short(...Array(12).fill(7)),
      297: short(1, 2),
    }),
  ]);
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let round = 0; round < 1500; round++) {
    const bytes = whole.slice();
    for (let hit = random(4); hit >= 0; hit--) bytes[random(900)] = random(2) ? random(256) : 0xff;
    const object = countingObject(bytes);
    const error = await readAllPages(object).catch((cause: unknown) => cause);
    if (error instanceof Error) expect(error.name, `round ${round}: ${error.stack}`).toBe('ImageServerError');
    expect(object.ranges.length).toBeLessThan(70);
  }
});

async function readAllPages({ read }: CountingObject): Promise<void> {
  const pages = await readPages(await readStructure(read), MAX_PAGES, read);
  for (let page = 2; page <= pagesOf(pages).sizes.length; page++) await readPageStructure(pages, page, read);
}

/** Position of a tag's entry in the first directory of a little-endian classic TIFF. */
function findEntry(view: DataView, tag: number): number {
  const table = view.getUint32(4, true);
  for (let index = 0; index < view.getUint16(table, true); index++) {
    const at = table + 2 + index * 12;
    if (view.getUint16(at, true) === tag) return at;
  }
  throw new Error(`no tag ${tag}`);
}
