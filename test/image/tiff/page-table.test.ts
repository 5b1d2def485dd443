import { describe, expect, test } from 'vitest';
import { HeaderWindows } from '../../../src/image/header-windows.ts';
import { readPageStructure, readPages } from '../../../src/image/pages.ts';
import { MAX_PAGES } from '../../../src/image/tiff/page-table.ts';
import { readTiffStructure } from '../../../src/image/tiff/structure.ts';
import { type CountingObject, countingObject } from '../counting-object.ts';
import { long, short, type TestDirectory, type TiffOptions, tiled, writeTiff } from './tiff-writer.ts';

const REDUCED = { 254: long(1) };

/** A file, and the structure of its first page. */
async function opened(chain: readonly TestDirectory[], options?: TiffOptions) {
  const object = countingObject(writeTiff(chain, options));
  const first = await readTiffStructure(new HeaderWindows(object.read));
  object.reset();
  return { object, first };
}

/** Sizes of all pages, and of the levels of each. */
async function pagesOf({ object, first }: Awaited<ReturnType<typeof opened>>) {
  const known = await readPages(first, MAX_PAGES, object.read);
  if (known.kind !== 'tiff') throw new Error('no TIFF');
  const pages: string[] = [];
  for (let page = 1; page <= known.pages.found.length; page++) {
    const structure = await readPageStructure(known, page, object.read);
    if (structure?.kind !== 'tiff') throw new Error('no page');
    pages.push(structure.levels.map(({ width, height }) => `${width}×${height}`).join(' '));
  }
  return { pages, complete: known.pages.next === 0 };
}

describe('pages', () => {
  test('of one directory each, and none of a single image', async () => {
    expect(await pagesOf(await opened([tiled(100, 80, 64), tiled(90, 80, 64), tiled(300, 200, 64)]))).toEqual({
      pages: ['100×80', '90×80', '300×200'],
      complete: true,
    });
    expect((await pagesOf(await opened([tiled(100, 80, 64)]))).pages).toEqual(['100×80']);
  });

  for (const order of ['cog', 'spread'] as const) {
    for (const big of [false, true]) {
      test(`that are pyramids themselves, ${order}, ${big ? 'BigTIFF' : 'TIFF'}`, async () => {
        const pyramid = [tiled(400, 300, 64), tiled(200, 150, 64, REDUCED), tiled(100, 75, 64, REDUCED)];
        const file = await opened([...pyramid, tiled(200, 150, 64), ...pyramid], { order, big });
        expect((await pagesOf(file)).pages).toEqual(['400×300 200×150 100×75', '200×150', '400×300 200×150 100×75']);
      });
    }
  }

  test('with their levels in SubIFDs', async () => {
    const page = (width: number, height: number) =>
      tiled(width, height, 64, { 254: short(2) }, { subIfds: [tiled(width / 2, height / 2, 64, REDUCED)] });
    expect((await pagesOf(await opened([page(400, 300), page(200, 150)]))).pages).toEqual([
      '400×300 200×150',
      '200×150 100×75',
    ]);
  });

  test('with thumbnails before and after them', async () => {
    const thumbnail = tiled(50, 50, 64, REDUCED);
    const file = await opened([thumbnail, tiled(400, 300, 64), thumbnail, tiled(400, 300, 64), thumbnail]);
    expect((await pagesOf(file)).pages).toEqual(['400×300', '400×300']);
    const subIfds = [tiled(200, 150, 64, REDUCED)];
    const children = await opened([tiled(400, 300, 64, {}, { subIfds }), thumbnail]);
    expect(await pagesOf(children)).toEqual({ pages: ['400×300 200×150'], complete: true });
  });

  test('turned, as displayed', async () => {
    const { object, first } = await opened([tiled(100, 80, 64), tiled(90, 60, 64, { 274: short(6) })]);
    const known = await readPages(first, 2, object.read);
    expect(known).toMatchObject({ pages: { found: [{ width: 100 }, { width: 60, height: 90 }] } });
  });
});

describe('cost', () => {
  const scans = Array.from({ length: 40 }, () => {
    const { tags, tiles = [] } = tiled(600, 800, 64);
    return { tags, tiles: tiles.map(() => new Uint8Array(200)) };
  });

  test('a page costs one read of 4 KB on the way, and what is known costs nothing', async () => {
    const { object, first } = await opened(scans, { order: 'spread' });
    const some = await readPages(first, 10, object.read);
    expect(object.ranges.length).toBeLessThanOrEqual(11);
    for (const { length } of object.ranges) expect(length).toBeLessThanOrEqual(8192);
    object.reset();
    expect(await readPages(some, 10, object.read)).toBe(some);
    expect(object.ranges).toEqual([]);
    await readPages(some, 20, object.read);
    expect(object.ranges.length).toBeLessThanOrEqual(11);
  });

  test('a single image tells that it has no other page when it is opened', async () => {
    const { object, first } = await opened([tiled(100, 80, 64)]);
    expect(await readPages(first, MAX_PAGES, object.read)).toBe(first);
    expect(object.ranges).toEqual([]);
  });

  test('a known page is opened without its neighbours', async () => {
    const { object, first } = await opened(scans, { order: 'spread' });
    const known = await readPages(first, 40, object.read);
    object.reset();
    await readPageStructure(known, 30, object.read);
    expect(object.ranges.length).toBeLessThanOrEqual(2);
  });
});

describe('hostile chains', () => {
  const failing = async (object: CountingObject, first: Awaited<ReturnType<typeof readTiffStructure>>) =>
    readPages(first, MAX_PAGES, object.read).catch((cause: unknown) => cause);

  test('that lead back to a page, or to themselves', async () => {
    for (const back of [0, 1, 2]) {
      const chain = [0, 1, 2].map((index) =>
        tiled(100 + index, 80, 64, {}, index === 2 ? { next: (positions) => positions[back] ?? 0 } : {}),
      );
      const { object, first } = await opened(chain);
      expect(await failing(object, first)).toMatchObject({ status: 502, message: expect.stringContaining('cycle') });
    }
  });

  test('of more pages than are opened', async () => {
    const { object, first } = await opened(Array.from({ length: MAX_PAGES + 5 }, () => tiled(64, 64, 64)));
    const known = await readPages(first, Number.POSITIVE_INFINITY, object.read);
    expect(known.kind === 'tiff' && known.pages.found.length).toBe(MAX_PAGES);
    expect(known.kind === 'tiff' && known.pages.next).toBeGreaterThan(0);
  });

  test('that end past the object', async () => {
    const chain = [tiled(100, 80, 64), tiled(90, 80, 64), tiled(100, 80, 64, {}, { next: () => 0xfffffff0 })];
    const { object, first } = await opened(chain);
    expect(await failing(object, first)).toMatchObject({ status: 502 });
  });
});
