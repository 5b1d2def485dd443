import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageStructure } from '../../src/image/open.ts';
import type { Handler } from '../source/range-server.ts';
import { cog, coloursIn, smallCog } from './files.ts';
import { MemoryDerivatives, MemoryIndex } from './stores.ts';
import { type Subject, startSubject, takeRanges } from './subject.ts';

const TILE = '3/photo/0,0,256,256/256,256/0/default.jpg';
/** Read ahead with it. */
const NEIGHBOUR = '3/photo/256,0,256,256/256,256/0/default.jpg';
/** Not read with it. */
const FAR_TILE = '3/photo/512,512,256,256/256,256/0/default.jpg';
/** Sixteen tiles of full resolution. */
const ASSEMBLED = '3/photo/full/1000,/0/default.png';
const RED = new Set(['4,0,0']);
const BLUE = new Set(['0,0,4']);

let subject: Subject;
let red: Uint8Array;
let blue: Uint8Array;
beforeAll(async () => {
  [red, blue] = await Promise.all([cog('red'), cog('blue')]);
  subject = await startSubject(red);
});
beforeEach(() => {
  Object.assign(subject.store, { bytes: red, etag: '"v1"', handler: undefined });
  takeRanges(subject.store);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => subject.close());

function replace(): void {
  Object.assign(subject.store, { bytes: blue, etag: '"v2"' });
}

/** Replaces the object before the answer to the request with this number, counted from 1. */
function replaceBefore(number: number): Handler {
  let count = 0;
  return (request, response) => {
    count += 1;
    if (count === number) replace();
    subject.store.answerRange(request, response);
  };
}

/** The clock, and nothing else, goes on. */
function later(seconds: number): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now + seconds * 1000);
}

describe('an object that is replaced', () => {
  test('between two requests is noticed by the first tile read, and the answer is of the new one', async () => {
    const { ask } = subject.start();
    expect(await coloursIn(await ask(TILE))).toEqual(RED);
    replace();
    const answer = await ask(FAR_TILE);
    expect(answer.status).toBe(200);
    expect(await coloursIn(answer)).toEqual(BLUE);
  });

  test('before any request of an answer never mixes with what was read before', async () => {
    await subject.start().ask(ASSEMBLED);
    const requests = takeRanges(subject.store).length;
    expect(requests).toBeGreaterThan(1);
    for (let number = 1; number <= requests; number++) {
      Object.assign(subject.store, { bytes: red, etag: '"v1"', handler: replaceBefore(number) });
      const answer = await subject.start().ask(ASSEMBLED);
      expect(answer.status).toBe(200);
      expect(await coloursIn(answer)).toEqual(BLUE);
    }
  });

  test('gives the answer the validator of what it shows', async () => {
    subject.store.handler = replaceBefore(2);
    const changed = await subject.start().ask(ASSEMBLED);
    subject.store.handler = undefined;
    const fresh = await subject.start().ask(ASSEMBLED);
    expect(changed.headers.get('etag')).toBe(fresh.headers.get('etag'));
  });

  test('is opened again once, however many answers notice', async () => {
    const { ask } = subject.start();
    await ask('3/photo/info.json');
    replace();
    takeRanges(subject.store);
    const paths = [0, 256, 512, 768].map((x) => `3/photo/${x},256,256,256/256,256/0/default.jpg`);
    const answers = await Promise.all(paths.map((path) => ask(path)));
    for (const answer of answers) expect(await coloursIn(answer)).toEqual(BLUE);
    expect(takeRanges(subject.store).filter((length) => length === 32_768)).toHaveLength(1);
  });

  test('while its index is read is read from the start', async () => {
    subject.store.handler = replaceBefore(1);
    expect(await coloursIn(await subject.start().ask(TILE))).toEqual(BLUE);
  });

  test('since the index was kept is noticed after a restart', async () => {
    const index = new MemoryIndex<ImageStructure>();
    await subject.start({ index }).ask('3/photo/info.json');
    replace();
    const { ask } = subject.start({ index });
    expect(await coloursIn(await ask(TILE))).toEqual(BLUE);
    expect([...index.records.values()].map(({ version }) => version)).toEqual(['v2']);
  });

  test('again and again is 503, with the time to ask again, and nothing is kept', async () => {
    let version = 0;
    subject.store.handler = (request, response) => {
      version += 1;
      subject.store.etag = `"${version}"`;
      subject.store.answerRange(request, response);
    };
    const cache = new MemoryDerivatives();
    const { ask } = subject.start({ cache });
    const answer = await ask(TILE);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(cache.kept.size).toBe(0);
    expect(takeRanges(subject.store).length).toBeLessThanOrEqual(4);
    subject.store.handler = undefined;
    expect((await ask(TILE)).status).toBe(200);
  });

  test('by one of another length, by a server without validators, is noticed', async () => {
    subject.store.etag = undefined;
    const { ask } = subject.start();
    expect(await coloursIn(await ask(TILE))).toEqual(RED);
    subject.store.bytes = Buffer.concat([blue, new Uint8Array(10)]);
    expect(await coloursIn(await ask(FAR_TILE))).toEqual(BLUE);
  });

  test('with every request gives no error where one of them brings all there is', async () => {
    const small = await smallCog('red');
    const other = await smallCog('blue');
    let version = 0;
    subject.store.handler = (request, response) => {
      version += 1;
      Object.assign(subject.store, { bytes: version === 1 ? small : other, etag: `"${version}"` });
      subject.store.answerRange(request, response);
    };
    const answer = await subject.start().ask(ASSEMBLED);
    expect(await coloursIn(answer)).toEqual(RED);
    expect(version).toBe(1);
  });

  test('while the neighbours of a tile are kept drops them once it is noticed', async () => {
    const { ask } = subject.start();
    await ask(TILE);
    replace();
    expect(await coloursIn(await ask(FAR_TILE))).toEqual(BLUE);
    expect(await coloursIn(await ask(NEIGHBOUR))).toEqual(BLUE);
  });

  test('never mixes with neighbours that are kept', async () => {
    const { ask } = subject.start();
    await ask(TILE);
    replace();
    expect(await coloursIn(await ask('3/photo/256,0,512,256/300,/0/default.png'))).toEqual(BLUE);
  });
});

describe('an image that was read a while ago', () => {
  test('is not asked about before revalidateAfter', async () => {
    const { ask } = subject.start({ revalidateAfter: 60 });
    await ask('3/photo/info.json');
    takeRanges(subject.store);
    later(59);
    await ask('3/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('is asked about afterwards, by one request for one byte, once for all who wait', async () => {
    const { ask, reports } = subject.start({ revalidateAfter: 60 });
    await ask('3/photo/info.json');
    takeRanges(subject.store);
    later(61);
    await Promise.all([ask('3/photo/info.json'), ask('2/photo/info.json'), ask('photo/info.json')]);
    expect(takeRanges(subject.store)).toEqual([1]);
    expect(reports.slice(1).reduce((sum, { timing }) => sum + timing.read.requests, 0)).toBe(1);
    await ask('3/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('counts as read when a tile of it is read', async () => {
    const { ask } = subject.start({ revalidateAfter: 60 });
    await ask('3/photo/info.json');
    later(50);
    await ask(TILE);
    takeRanges(subject.store);
    later(50);
    await ask('3/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('does not count as read when a tile comes from what was read ahead', async () => {
    const { ask } = subject.start({ revalidateAfter: 60 });
    await ask(TILE);
    takeRanges(subject.store);
    later(50);
    expect((await ask(NEIGHBOUR)).headers.get('server-timing')).toContain('ahead');
    expect(takeRanges(subject.store)).toEqual([]);
    later(11);
    await ask('3/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([1]);
  });

  test.each([
    ['ahead', async () => [red, blue]],
    ['with the index', () => Promise.all([smallCog('red'), smallCog('blue')])],
  ])('is shown from what was read %s until revalidateAfter, and no longer', async (_, files) => {
    const [old = red, fresh = blue] = await files();
    const { ask } = subject.start({ revalidateAfter: 60 });
    subject.store.bytes = old;
    await ask(FAR_TILE);
    Object.assign(subject.store, { bytes: fresh, etag: '"v2"' });
    takeRanges(subject.store);
    later(59);
    expect(await coloursIn(await ask(FAR_TILE.replace('512,', '256,')))).toEqual(RED);
    expect(takeRanges(subject.store)).toEqual([]);
    later(2);
    expect(await coloursIn(await ask(FAR_TILE.replace('512,', '768,')))).toEqual(BLUE);
  });

  test('that has changed is opened anew: nothing old is served', async () => {
    const cache = new MemoryDerivatives();
    const { ask } = subject.start({ cache, revalidateAfter: 60 });
    const old = await ask(TILE);
    replace();
    later(61);
    const answer = await ask(TILE, { headers: { 'If-None-Match': old.headers.get('etag') ?? '' } });
    expect(answer.status).toBe(200);
    expect(await coloursIn(answer)).toEqual(BLUE);
  });

  test('is answered from what is known while its source is out of reach, without waiting each time', async () => {
    const cache = new MemoryDerivatives();
    const { ask } = subject.start({ cache, revalidateAfter: 60 });
    await ask(TILE);
    subject.store.handler = (_, response) => response.destroy();
    later(61);
    takeRanges(subject.store);
    expect((await ask(TILE)).status).toBe(200);
    const attempts = takeRanges(subject.store).length;
    expect(attempts).toBeGreaterThan(0);
    expect((await ask('3/photo/info.json')).status).toBe(200);
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test.each([404, 403, 410])('is 404 once its source says %i', async (status) => {
    const cache = new MemoryDerivatives();
    const { ask } = subject.start({ cache, revalidateAfter: 60 });
    await ask(TILE);
    subject.store.handler = (_, response) => response.writeHead(status).end();
    later(61);
    expect((await ask(TILE)).status).toBe(404);
    expect((await ask('3/photo/info.json')).status).toBe(404);
  });

  test('is asked about where the clock was set back', async () => {
    const { ask } = subject.start({ revalidateAfter: 60 });
    later(365 * 86_400);
    await ask('3/photo/info.json');
    takeRanges(subject.store);
    vi.useRealTimers();
    await ask('3/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([1]);
    await ask('3/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([]);
  });
});

test('one client that goes away does not harm another that waits for the same', async () => {
  const { ask } = subject.start();
  const abort = new AbortController();
  subject.store.handler = (request, response) => {
    abort.abort();
    subject.store.answerRange(request, response);
  };
  const [, stayed] = await Promise.all([ask(TILE, { signal: abort.signal }), ask(TILE)]);
  expect(stayed.status).toBe(200);
});
