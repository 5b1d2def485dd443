import { describe, expect, test } from 'vitest';
import { manifest } from '../../src/iiif/manifest.ts';
import { identifierOf, readPresentation } from '../../src/packs/presentation.ts';

const service3 = (id: string) => ({ id, type: 'ImageService3', profile: 'level2' });
const service2 = (id: string) => ({
  '@context': 'http://iiif.io/api/image/2/context.json',
  '@id': id,
  profile: 'http://iiif.io/api/image/2/level2.json',
});

describe('a manifest', () => {
  test('of version 3 leads to the services of its pages', () => {
    const id = 'https://potto.example/iiif/3/book';
    const pages = [
      { width: 100, height: 200 },
      { width: 100, height: 200 },
    ];
    const presented = readPresentation(manifest({ id, identifier: 'book', pages, complete: true }, {}));
    expect(presented).toEqual({ label: 'book', services: [id, `${id};2`], references: [] });
  });

  test('of version 2.1 does, and its logo, by whichever form of a profile', () => {
    const canvas = (service: unknown) => ({ images: [{ '@type': 'oa:Annotation', resource: { service } }] });
    const listed = { ...service2('https://a/iiif/2'), profile: ['http://iiif.io/api/image/2/level1.json', {}] };
    expect(
      readPresentation({
        '@type': 'sc:Manifest',
        '@id': 'https://a/manifest',
        label: [{ '@value': 'Buch', '@language': 'de' }],
        logo: { '@id': 'x', service: service2('https://a/iiif/logo') },
        sequences: [{ canvases: [canvas(service2('https://a/iiif/1')), canvas(listed)] }],
      }),
    ).toEqual({
      label: 'Buch',
      services: ['https://a/iiif/logo', 'https://a/iiif/1', 'https://a/iiif/2'],
      references: [],
    });
  });

  test('leads to no service that is none of images, and not to the collection it is part of', () => {
    const presented = readPresentation({
      type: 'Manifest',
      label: { en: ['A'] },
      partOf: [{ id: 'https://a/all', type: 'Collection' }],
      service: [{ id: 'https://a/search', type: 'SearchService2' }],
      items: [{ type: 'Canvas', thumbnail: [{ service: [service3('https://a/iiif/1/info.json')] }] }],
    });
    expect(presented).toEqual({ label: 'A', services: ['https://a/iiif/1'], references: [] });
  });
});

test('a collection leads to what it names, in both versions', () => {
  const items = [
    { id: 'https://a/1', type: 'Manifest' },
    { id: 'https://a/sub', type: 'Collection' },
  ];
  expect(readPresentation({ type: 'Collection', items }).references).toEqual(['https://a/1', 'https://a/sub']);
  const manifests = [{ '@id': 'https://a/1', '@type': 'sc:Manifest', label: 'x' }];
  expect(readPresentation({ '@type': 'sc:Collection', manifests }).references).toEqual(['https://a/1']);
});

test('what is no such document is refused', () => {
  for (const document of [undefined, null, [], 'text', {}, { type: 'Canvas' }]) {
    expect(() => readPresentation(document)).toThrow('no IIIF manifest or collection');
  }
});

describe('the identifier of a service', () => {
  const here = { base: 'https://potto.example/site/', origin: 'https://potto.example', prefix: '/site/iiif/' };

  test('is decoded, without version and page', () => {
    expect(identifierOf('https://potto.example/site/iiif/3/a%2Fb;2', here)).toBe('a/b');
    expect(identifierOf('iiif/2/a', here)).toBe('a');
    expect(identifierOf('https://potto.example/site/iiif/a', here)).toBe('a');
  });

  test('is none where another server serves it', () => {
    expect(identifierOf('https://other.example/site/iiif/3/a', here)).toBeUndefined();
    expect(identifierOf('https://potto.example/elsewhere/3/a', here)).toBeUndefined();
  });

  test('is told by the site, not by where the document is', () => {
    const elsewhere = { ...here, base: 'https://library.example/book/manifest.json' };
    expect(identifierOf('https://potto.example/site/iiif/3/a', elsewhere)).toBe('a');
    expect(identifierOf('https://library.example/site/iiif/3/a', elsewhere)).toBeUndefined();
  });
});
