import { describe, expect, it } from 'vitest';
import { infoContentType, negotiateVersion, parseAccept } from '../../src/iiif/negotiate.ts';

const LD3 = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';
const LD2 = 'application/ld+json;profile="http://iiif.io/api/image/2/context.json"';

describe('the type of info.json', () => {
  it.each<[accept: string | null, type3: string, type2: string]>([
    [null, LD3, 'application/json'],
    ['', LD3, 'application/json'],
    ['*/*', LD3, 'application/json'],
    ['application/*', LD3, 'application/json'],
    ['application/json', 'application/json', 'application/json'],
    ['application/ld+json', LD3, 'application/ld+json'],
    ['Application/LD+JSON', LD3, 'application/ld+json'],
    ['application/json, */*;q=0.1', 'application/json', 'application/json'],
    ['application/ld+json;q=0.5, application/json', 'application/json', 'application/json'],
    ['application/json;q=0.5, application/ld+json;q=0.9', LD3, 'application/ld+json'],
    ['application/ld+json, application/json;q=0.9, */*;q=0.8', LD3, 'application/ld+json'],
    ['application/ld+json;q=0, */*', 'application/json', 'application/json'],
    ['application/json;q=0, */*', LD3, 'application/json'],
    ['application/json;charset=utf-8', 'application/json', 'application/json'],
    [LD3, LD3, 'application/json'],
    [LD2, LD3, 'application/ld+json'],
    ['image/png', LD3, 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', LD3, 'application/json'],
    ['garbage', LD3, 'application/json'],
  ])('%s', (accept, type3, type2) => {
    expect(infoContentType(3, accept)).toBe(type3);
    expect(infoContentType(2, accept)).toBe(type2);
  });
});

describe('the version of a URL that names none', () => {
  it.each<[accept: string | null, version: 2 | 3]>([
    [null, 3],
    ['*/*', 3],
    ['application/json', 3],
    [LD3, 3],
    [LD2, 2],
    [`${LD2};q=0.5, ${LD3};q=0.9`, 3],
    [`${LD2};q=0.9, ${LD3};q=0.5`, 2],
    [`${LD2}, ${LD3}`, 3],
    [`${LD2};q=0, */*`, 3],
    ['application/json;profile="http://iiif.io/api/image/2/context.json"', 2],
    ['application/ld+json; profile=http://iiif.io/api/image/2/context.json', 2],
    ['application/ld+json;profile="https://iiif.io/api/image/2/context.json"', 2],
    ['application/ld+json;profile="http://example.org/a,b;c http://iiif.io/api/image/2/context.json"', 2],
    ['application/ld+json;profile="http://iiif.io/api/presentation/2/context.json"', 3],
  ])('%s is %i', (accept, version) => {
    expect(negotiateVersion(accept)).toBe(version);
  });
});

it('an Accept header is read up to its 50th range', () => {
  expect(parseAccept(Array.from({ length: 9999 }, () => 'a/b').join())).toHaveLength(50);
});

it('separators inside quotes separate nothing', () => {
  const [range] = parseAccept('a/b;x="1,2;3\\"4";q=0.3');
  expect(range).toEqual({ type: 'a/b', parameters: new Map([['x', '1,2;3"4']]), quality: 0.3 });
});
