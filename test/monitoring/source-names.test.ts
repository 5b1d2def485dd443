import { expect, test } from 'vitest';
import { namedSources, nameOfSource } from '../../src/monitoring/source-names.ts';

const BASE = 'https://site.example/app/sw.js';

test('a template without a name is told of by its origin, one with a name by that', () => {
  const named = namedSources({ '': 'https://a.example/scans/{id}.tif', maps: './maps/{id}' }, { base: BASE });
  expect(nameOfSource('https://a.example/scans/1.tif', named)).toBe('https://a.example');
  expect(nameOfSource('https://site.example/app/maps/1', named)).toBe('maps');
});

test('of several that fit the longest is meant', () => {
  const sources = {
    '': 'https://a.example/{id}',
    tiffs: 'https://a.example/{id}.tif',
    deep: 'https://a.example/b/{id}',
  };
  const named = namedSources(sources, {});
  expect(nameOfSource('https://a.example/1', named)).toBe('https://a.example');
  expect(nameOfSource('https://a.example/1.tif', named)).toBe('tiffs');
  expect(nameOfSource('https://a.example/b/1.tif', named)).toBe('deep');
});

test('private sources, folders and functions have names too', () => {
  const vault = { url: 'https://b.example/v/{id}', access: { kind: 's3' } };
  expect(namedSources({ vault }, {})).toMatchObject([{ name: 'vault', start: 'https://b.example/v/' }]);
  expect(namedSources('https://a.example/folder/', {})).toMatchObject([{ name: 'https://a.example' }]);
  expect(namedSources(() => undefined, { origins: ['https://c.example'] })).toMatchObject([
    { name: 'https://c.example' },
  ]);
  expect(namedSources({ find: async () => undefined }, {})).toEqual([]);
});

test('what is of no configured source is told of by its origin or its kind', () => {
  expect(nameOfSource('https://z.example/1', [])).toBe('https://z.example');
  expect(nameOfSource('file:///data/1.tif', [])).toBe('file');
  expect(nameOfSource('local:a.tif', [])).toBe('local');
});
