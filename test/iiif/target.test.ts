import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/iiif/target.ts';

const IMAGE = 'full/max/0/default.jpg';

describe('a URL names a version, an identifier and a form', () => {
  const rows: readonly [
    path: string,
    kind: string,
    version: 2 | 3 | undefined,
    identifier: string,
    basePath: string,
  ][] = [
    ['/iiif/3/scan', 'base', 3, 'scan', '/iiif/3/scan'],
    ['/iiif/3/scan/', 'base', 3, 'scan', '/iiif/3/scan'],
    ['/iiif/2/scan', 'base', 2, 'scan', '/iiif/2/scan'],
    ['/iiif/scan', 'base', undefined, 'scan', '/iiif/scan'],
    ['/iiif/scan/', 'base', undefined, 'scan', '/iiif/scan'],
    ['/iiif/3/scan/info.json', 'info', 3, 'scan', '/iiif/3/scan'],
    ['/iiif/2/scan/info.json', 'info', 2, 'scan', '/iiif/2/scan'],
    ['/iiif/scan/info.json', 'info', undefined, 'scan', '/iiif/scan'],
    [`/iiif/3/scan/${IMAGE}`, 'image', 3, 'scan', '/iiif/3/scan'],
    [`/iiif/2/scan/${IMAGE}`, 'image', 2, 'scan', '/iiif/2/scan'],
    [`/iiif/scan/${IMAGE}`, 'image', undefined, 'scan', '/iiif/scan'],
    // an identifier that is the literal "2" or "3"
    ['/iiif/3', 'base', undefined, '3', '/iiif/3'],
    ['/iiif/2/', 'base', undefined, '2', '/iiif/2'],
    ['/iiif/3/info.json', 'info', undefined, '3', '/iiif/3'],
    [`/iiif/2/${IMAGE}`, 'image', undefined, '2', '/iiif/2'],
    ['/iiif/3/2', 'base', 3, '2', '/iiif/3/2'],
    ['/iiif/2/3/info.json', 'info', 2, '3', '/iiif/2/3'],
    [`/iiif/3/3/${IMAGE}`, 'image', 3, '3', '/iiif/3/3'],
    ['/iiif/3/info.json/info.json', 'info', 3, 'info.json', '/iiif/3/info.json'],
    ['/iiif/4/info.json', 'info', undefined, '4', '/iiif/4'],
    // decoded exactly once
    ['/iiif/3/ark:%2F12025%2F654xz321/info.json', 'info', 3, 'ark:/12025/654xz321', '/iiif/3/ark:%2F12025%2F654xz321'],
    ['/iiif/3/a%253Cb/info.json', 'info', 3, 'a%3Cb', '/iiif/3/a%253Cb'],
    ['/iiif/3/100%25/info.json', 'info', 3, '100%', '/iiif/3/100%25'],
    ['/iiif/3/two%20words/info.json', 'info', 3, 'two words', '/iiif/3/two%20words'],
    ['/iiif/3/a+b/info.json', 'info', 3, 'a+b', '/iiif/3/a+b'],
    ['/iiif/3/m%C3%BChle/info.json', 'info', 3, 'mühle', '/iiif/3/m%C3%BChle'],
    ['/iiif/3/%E6%9C%AC/info.json', 'info', 3, '本', '/iiif/3/%E6%9C%AC'],
    [
      '/iiif/3/http:%2F%2Fexample.com%2F%3F54%23a',
      'base',
      3,
      'http://example.com/?54#a',
      '/iiif/3/http:%2F%2Fexample.com%2F%3F54%23a',
    ],
    ['/iiif/3/..%2F..%2Fetc', 'base', 3, '../../etc', '/iiif/3/..%2F..%2Fetc'],
    // query and fragment are no part of it
    ['/iiif/3/scan/info.json?v=1/2', 'info', 3, 'scan', '/iiif/3/scan'],
    ['/iiif/3/scan/info.json#top', 'info', 3, 'scan', '/iiif/3/scan'],
    ['https://example.org/iiif/3/scan#a/b', 'base', 3, 'scan', '/iiif/3/scan'],
  ];
  it.each(rows)('%s is %s', (path, kind, version, identifier, basePath) => {
    expect(parseTarget(path, '/iiif/')).toMatchObject({ kind, version, identifier, basePath });
  });

  it('the parameters of an image are decoded once', () => {
    const target = parseTarget(
      new URL('http://h/repo/iiif/3/a/pct%3A0,0,10,10/%5Emax/%2190/default.png'),
      '/repo/iiif/',
    );
    expect(target).toMatchObject({ kind: 'image', segments: ['pct:0,0,10,10', '^max', '!90', 'default.png'] });
  });

  it('the identifier is kept as the URL has it', () => {
    expect(parseTarget('/iiif/a%2fb/info.json', '/iiif/').encodedIdentifier).toBe('a%2fb');
  });
});

describe('what matches no form is refused in words', () => {
  const rows: readonly [path: string, status: number, words: RegExp][] = [
    ['/iiif/', 400, /identifier is empty/],
    ['/iiif//info.json', 400, /identifier is empty/],
    ['/iiif/3//info.json', 400, /segments/],
    ['/iiif/3/%zz/info.json', 400, /%zz.*%25/],
    ['/iiif/3/%E6%9C/info.json', 400, /UTF-8/],
    ['/iiif/3/scan/full/max/0/%zz.jpg', 400, /%zz/],
    ['/iiif/3/a%00b/info.json', 400, /control character/],
    ['/iiif/3/folder/scan/info.json', 400, /%2F/],
    ['/iiif/folder/scan/info.json', 400, /%2F/],
    [`/iiif/3/folder/scan/${IMAGE}`, 400, /%2F/],
    ['/iiif/3/scan/info.json/', 400, /Expected/],
    ['/iiif/3/scan/info.xml', 400, /info\.json/],
    [`/iiif/3/scan/${IMAGE}/`, 400, /Expected/],
    [`/iiif/${'a'.repeat(9000)}`, 400, /9006 characters/],
    ['/elsewhere/3/scan', 404, /\/iiif\//],
    ['/iiif', 404, /\/iiif\//],
  ];
  it.each(rows)('%s is %i', (path, status, words) => {
    expect(() => parseTarget(path, '/iiif/')).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(words) }),
    );
  });
});
