import { describe, expect, test } from 'vitest';
import { cacheKey, keptAnswer, mayBeKept } from '../../src/host/edge-cache.ts';
import { memoryIndex } from '../../src/host/edge-index.ts';

const ADDRESS = 'https://potto.example/iiif/map/info.json';
const asking = (accept: string, url = ADDRESS) => new Request(url, { headers: { Accept: accept } });

describe('what an answer is kept under', () => {
  test('is its address, without query and fragment, for browsers and for scripts', () => {
    expect(cacheKey(new Request(`${ADDRESS}?a=1#b`))).toBe(ADDRESS);
    expect(cacheKey(asking('*/*'))).toBe(ADDRESS);
    expect(cacheKey(asking('image/avif,image/webp,*/*;q=0.8'))).toBe(ADDRESS);
  });

  test('is another one where Accept asks for another version or type', () => {
    const keys = [
      'application/ld+json;profile="http://iiif.io/api/image/2/context.json"',
      'application/json',
      'application/ld+json',
    ].map((accept) => cacheKey(asking(accept)));
    expect(new Set([ADDRESS, ...keys]).size).toBe(4);
  });

  test('does not heed the type for images, which have none to choose', () => {
    const tile = 'https://potto.example/iiif/3/map/full/max/0/default.jpg';
    expect(cacheKey(asking('application/json', tile))).toBe(tile);
  });
});

describe('whether an answer is kept', () => {
  test.each([
    ['public, max-age=3600, s-maxage=86400', true],
    ['max-age=60', true],
    ['s-maxage=0', false],
    ['no-cache', false],
    ['private, max-age=3600', false],
    ['no-store', false],
  ])('%s: %s', (cacheControl, kept) => {
    const answer = new Response('', { headers: { 'Cache-Control': cacheControl } });
    expect(mayBeKept(new Request(ADDRESS), answer)).toBe(kept);
    expect(mayBeKept(new Request(ADDRESS, { method: 'HEAD' }), answer)).toBe(false);
  });

  test('errors are not', () => {
    const answer = new Response('', { status: 404, headers: { 'Cache-Control': 'max-age=60' } });
    expect(mayBeKept(new Request(ADDRESS), answer)).toBe(false);
  });
});

test('a platform cache that fails is one that keeps nothing', async () => {
  const broken = {
    match: () => Promise.reject(new Error('broken')),
    put: () => Promise.reject(new Error('broken')),
  };
  expect(await keptAnswer(broken, ADDRESS, new Request(ADDRESS))).toBeUndefined();
});

test('of the indexes, those used last are kept', async () => {
  const index = memoryIndex<string>(2);
  const record = { shape: 1, version: 'v', size: 1, structure: 's', confirmed: 0 };
  await index.put('a', record);
  await index.put('b', record);
  await index.get('a');
  await index.put('c', record);
  expect([await index.get('a'), await index.get('b'), await index.get('c')]).toEqual([record, undefined, record]);
});
