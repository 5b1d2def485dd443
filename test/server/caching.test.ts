import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DerivativeCache } from '../../src/cache/derivatives.ts';
import type { IndexStore } from '../../src/cache/index-store.ts';
import type { ImageStructure } from '../../src/image/open.ts';
import { cog, coloursIn } from './files.ts';
import { MemoryDerivatives, MemoryIndex } from './stores.ts';
import { lasting, type Subject, startSubject, takeRanges } from './subject.ts';

const TILE = '3/photo/0,0,256,256/256,256/0/default.jpg';
const RENDERED = '3/photo/full/100,/0/default.png';

let subject: Subject;
let cache: MemoryDerivatives;
let red: Uint8Array;
let blue: Uint8Array;
beforeAll(async () => {
  [red, blue] = await Promise.all([cog('red'), cog('blue')]);
  subject = await startSubject(red);
});
beforeEach(() => {
  cache = new MemoryDerivatives();
  Object.assign(subject.store, { bytes: red, etag: '"v1"', handler: undefined });
});
afterAll(() => subject.close());

describe.each([
  ['passed through', TILE],
  ['rendered', RENDERED],
])('an answer that was %s', (_, path) => {
  test('is kept, and given again without the source', async () => {
    const { ask, reports } = subject.start({ cache });
    const first = await ask(path);
    takeRanges(subject.store);
    const second = await ask(path);
    expect(takeRanges(subject.store)).toEqual([]);
    expect(lasting(second)).toEqual(lasting(first));
    expect(await second.arrayBuffer()).toEqual(await first.arrayBuffer());
    expect(second.headers.get('server-timing')).toBe('hit');
    expect(reports.map(({ timing }) => timing.has('hit'))).toEqual([false, true]);
  });

  test('is given again after a restart, without any request where the index was kept too', async () => {
    const index = new MemoryIndex<ImageStructure>();
    await subject.start({ cache, index }).ask(path);
    takeRanges(subject.store);
    const answer = await subject.start({ cache, index }).ask(path);
    expect(answer.headers.get('server-timing')).toBe('hit');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('is not given for another version of the source', async () => {
    await subject.start({ cache }).ask(path);
    Object.assign(subject.store, { bytes: blue, etag: '"v2"' });
    const answer = await subject.start({ cache }).ask(path);
    expect(answer.headers.get('server-timing')).not.toContain('hit');
    expect(await coloursIn(answer)).toEqual(new Set(['0,0,4']));
  });
});

describe('what is kept', () => {
  test('is one answer for all ways to ask for it', async () => {
    const { ask } = subject.start({ cache });
    await ask('3/photo/full/max/0/default.jpg');
    const answer = await ask('3/photo/0,0,1024,1024/pct:100/360/color.jpg');
    expect(answer.headers.get('server-timing')).toBe('hit');
    expect(cache.kept.size).toBe(1);
  });

  test('is told apart by version of the API, place and options', async () => {
    await subject.start({ cache }).ask(RENDERED);
    await subject.start({ cache }).ask(RENDERED.replace('3/', '2/'));
    await subject.start({ cache }).ask(RENDERED.replace('3/', ''));
    await subject.start({ cache }).ask(RENDERED.replace('3/', ''), {
      headers: { Accept: 'application/ld+json;profile="http://iiif.io/api/image/2/context.json"' },
    });
    await subject.start({ cache, rendering: { background: [0, 0, 0] } }).ask(RENDERED);
    await subject.start({ cache, rendering: { encoding: { jpg: { quality: 20 } } } }).ask(RENDERED);
    expect(cache.kept.size).toBe(6);
  });

  test('does not answer `max` once the limits have changed', async () => {
    await subject.start({ cache, limits: { maxWidth: 300 } }).ask('3/photo/full/max/0/default.jpg');
    const { ask } = subject.start({ cache, limits: { maxWidth: 200 } });
    const answer = await ask('3/photo/full/max/0/default.jpg');
    expect(answer.headers.get('server-timing')).not.toContain('hit');
  });

  test('has the Cache-Control that is configured now', async () => {
    await subject.start({ cache }).ask(TILE);
    const answer = await subject.start({ cache, cacheControl: 'max-age=60' }).ask(TILE);
    expect(answer.headers.get('server-timing')).toMatch(/^hit\b/);
    expect(answer.headers.get('cache-control')).toBe('max-age=60');
  });

  test('holds no address of the source', async () => {
    await subject.start({ cache }).ask(TILE);
    const [[key, kept] = []] = cache.kept;
    expect(key).not.toContain('secret');
    expect(JSON.stringify([...(kept?.headers ?? [])])).not.toContain('secret');
  });
});

test('errors are never kept', async () => {
  const { ask } = subject.start({ cache });
  subject.store.handler = (_, response) => response.writeHead(404).end();
  expect((await ask(TILE)).status).toBe(404);
  subject.store.handler = undefined;
  expect((await ask('3/photo/full/0,/0/default.jpg')).status).toBe(400);
  expect((await ask('3/photo/full/max/0/default.jp2')).status).toBe(400);
  expect(cache.kept.size).toBe(0);
  expect((await ask(TILE)).status).toBe(200);
  expect(cache.kept.size).toBe(1);
});

test('a HEAD fills the cache for the GET that follows', async () => {
  const { ask } = subject.start({ cache });
  await ask(TILE, { method: 'HEAD' });
  expect((await ask(TILE)).headers.get('server-timing')).toBe('hit');
});

describe('storage that fails', () => {
  const fails = () => Promise.reject(new DOMException('The quota has been exceeded.', 'QuotaExceededError'));
  const throws = () => {
    throw new DOMException('The database is gone.', 'InvalidStateError');
  };

  test.each([
    ['rejects', { match: fails, put: fails }],
    ['throws', { match: throws, put: throws }],
    ['rejects when it is written', { match: async () => undefined, put: fails }],
  ] satisfies [string, DerivativeCache][])('a cache that %s harms no answer', async (_, broken) => {
    const { ask } = subject.start({ cache: broken });
    expect((await ask(TILE)).status).toBe(200);
    expect((await ask(RENDERED)).status).toBe(200);
  });

  test.each([
    ['rejects', { get: fails, put: fails, delete: fails }],
    ['throws', { get: throws, put: throws, delete: throws }],
  ] satisfies [string, IndexStore<ImageStructure>][])('an index that %s harms no answer', async (_, index) => {
    const { ask } = subject.start({ index });
    expect((await ask(TILE)).status).toBe(200);
    Object.assign(subject.store, { bytes: blue, etag: '"v2"' });
    expect(await coloursIn(await ask(RENDERED))).toEqual(new Set(['0,0,4']));
  });

  test('an answer does not wait for the cache', async () => {
    const stalled: DerivativeCache = { match: async () => undefined, put: () => new Promise(() => undefined) };
    const { server } = subject.start({ cache: stalled });
    expect((await server.fetch(new Request(`https://potto.example/iiif/${TILE}`))).status).toBe(200);
  });
});
