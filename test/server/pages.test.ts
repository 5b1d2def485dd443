import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageStructure } from '../../src/image/open.ts';
import { short, type TestDirectory, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { coloursIn, jpeg } from './files.ts';
import { MemoryIndex } from './stores.ts';
import { lasting, ORIGIN, type Subject, startSubject, takeRanges } from './subject.ts';

const COLOURS = ['red', 'lime', 'blue'] as const;
const SHOWN = ['4,0,0', '0,4,0', '0,0,4'];

/** A page of one tile, and a level of it. */
async function page(colour: string, side: number): Promise<TestDirectory[]> {
  const tile = await jpeg(colour, 256);
  const level = (width: number, more = {}) => ({
    tags: tiledTags(width, width, 256, { 259: short(7), 262: short(6), ...more }),
    tiles: [tile],
  });
  return [level(side), level(side / 2, { 254: short(1) })];
}

let book: Uint8Array;
let subject: Subject;
beforeAll(async () => {
  const pages = await Promise.all(COLOURS.map((colour, index) => page(colour, 256 - index * 16)));
  book = writeTiff(pages.flat(), { order: 'spread' });
  subject = await startSubject(book);
});
beforeEach(() => {
  subject.store.bytes = book;
  subject.store.etag = '"v1"';
  takeRanges(subject.store);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => subject.close());

describe('an identifier with a page', () => {
  test('is that page of the file', async () => {
    const { ask } = subject.start();
    for (const [index, name] of ['book', 'book%3B2', 'book;3'].entries()) {
      const info = await (await ask(`3/${name}/info.json`)).json();
      expect(info).toMatchObject({ id: `${ORIGIN}/iiif/3/${name}`, width: 256 - index * 16 });
      const picture = await ask(`3/${name}/full/max/0/default.jpg`);
      expect(await coloursIn(picture)).toEqual(new Set([SHOWN[index]]));
    }
  });

  test('of the first is the file itself, in both versions of the API', async () => {
    const { ask } = subject.start();
    for (const path of ['3/book;1', '2/book;1', 'book;1']) {
      expect(await (await ask(`${path}/info.json`)).json()).toMatchObject({ width: 256 });
    }
  });

  test('beyond the last is 404 with the number of pages', async () => {
    const answer = await subject.start().ask('3/book;4/info.json');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('no page 4. The file has 3 pages.');
  });

  test('is opened after a restart without a read, where its index was kept', async () => {
    const index = new MemoryIndex<ImageStructure>();
    await subject.start({ index }).ask('3/book;3/info.json');
    takeRanges(subject.store);
    expect((await subject.start({ index }).ask('3/book;3/info.json')).status).toBe(200);
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('that was found in what is kept is no sign, after a restart, that the file is still so', async () => {
    const index = new MemoryIndex<ImageStructure>();
    vi.useFakeTimers({ toFake: ['Date'] });
    const { ask } = subject.start({ index, revalidateAfter: 60 });
    await ask('3/book/info.json');
    vi.setSystemTime(Date.now() + 50_000);
    takeRanges(subject.store);
    await ask('3/book;2/info.json');
    expect(takeRanges(subject.store)).toEqual([]);
    vi.setSystemTime(Date.now() + 11_000);
    for (const name of ['book', 'book;2']) {
      await subject.start({ index, revalidateAfter: 60 }).ask(`3/${name}/info.json`);
      expect(takeRanges(subject.store)).toEqual([1]);
    }
  });

  test('of a file that was replaced is the page of the new one', async () => {
    const { ask } = subject.start({ revalidateAfter: 0 });
    await ask('3/book;2/full/max/0/default.jpg');
    const others = await Promise.all(['blue', 'red', 'lime'].map((colour) => page(colour, 256)));
    subject.store.bytes = writeTiff(others.flat(), { order: 'cog' });
    subject.store.etag = '"v2"';
    for (const [number, shown] of [
      [3, '0,4,0'],
      [1, '0,0,4'],
      [2, '4,0,0'],
    ] as const) {
      const answer = await ask(`3/book;${number}/full/max/0/default.png`);
      expect(await coloursIn(answer)).toEqual(new Set([shown]));
    }
  });
});

describe('the hooks of the configuration', () => {
  test('get the identifier without the page, and the page', async () => {
    const seen: unknown[] = [];
    const { ask } = subject.start({
      info: (identifier) => {
        seen.push(identifier);
        return {};
      },
      rendering: ({ identifier, page }) => {
        seen.push([identifier, page]);
        return {};
      },
    });
    await ask('3/book;2/info.json');
    await ask('3/book;1/full/max/0/default.jpg');
    expect(seen).toEqual(['book', ['book', 1]]);
  });
});

describe('the manifest', () => {
  test('has a canvas for each page, with an image service that answers', async () => {
    const rights = 'http://creativecommons.org/licenses/by/4.0/';
    const { ask } = subject.start({ info: { rights } });
    const answer = await ask('3/book/manifest.json');
    expect(answer.headers.get('content-type')).toContain('http://iiif.io/api/presentation/3/context.json');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const document = await answer.json();
    expect(document).toMatchObject({ id: `${ORIGIN}/iiif/3/book/manifest.json`, rights, label: { none: ['book'] } });
    expect(document.items).toHaveLength(3);
    for (const [index, canvas] of document.items.entries()) {
      const { body } = canvas.items[0].items[0];
      const info = await (await ask(new URL(`${body.service[0].id}/info.json`).pathname.slice('/iiif/'.length))).json();
      expect([info.width, info.height]).toEqual([canvas.width, canvas.height]);
      for (const { id, width, height } of [body, canvas.thumbnail[0]]) {
        const picture = await ask(new URL(id).pathname.slice('/iiif/'.length));
        expect(await coloursIn(picture.clone())).toEqual(new Set([SHOWN[index]]));
        expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ width, height });
      }
    }
  });

  test('of a single image has one canvas, and costs no read beside its info.json', async () => {
    subject.store.bytes = writeTiff(await page('red', 256));
    const { ask } = subject.start();
    await ask('3/photo/info.json');
    takeRanges(subject.store);
    const document = await (await ask('3/photo/manifest.json')).json();
    expect(document.items).toMatchObject([{ width: 256 }]);
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('asked for again is 304, costs no read, and none after a restart', async () => {
    const index = new MemoryIndex<ImageStructure>();
    const { ask } = subject.start({ index });
    const etag = (await ask('3/book/manifest.json')).headers.get('etag') ?? '';
    takeRanges(subject.store);
    for (const server of [{ ask }, subject.start({ index })]) {
      const again = await server.ask('3/book/manifest.json', { headers: { 'If-None-Match': etag } });
      expect(again.status).toBe(304);
    }
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('answers HEAD with the headers of GET', async () => {
    const { ask } = subject.start();
    const [get, head] = [await ask('3/book/manifest.json'), await ask('3/book/manifest.json', { method: 'HEAD' })];
    expect(lasting(head)).toEqual(lasting(get));
    expect(await head.text()).toBe('');
  });

  test('of a page is that of the whole', async () => {
    const { ask } = subject.start();
    const whole = await (await ask('3/book/manifest.json')).text();
    expect(await (await ask('3/book;2/manifest.json')).text()).toBe(whole);
  });

  test('is there under version 3 only', async () => {
    const { ask } = subject.start();
    expect((await ask('2/book/manifest.json')).status).toBe(400);
  });
});
