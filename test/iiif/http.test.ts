import { describe, expect, it } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import { entityTag, matchesEntityTag } from '../../src/iiif/entity-tag.ts';
import { contentDisposition, imageFileName } from '../../src/iiif/file-name.ts';
import {
  errorResponse,
  imageResponse,
  infoResponse,
  methodNotAllowed,
  notModified,
  optionsResponse,
  redirectToInfo,
  withoutBody,
} from '../../src/iiif/http.ts';
import { Timing } from '../../src/timing.ts';

const timing = new Timing();
timing.mark('passthrough');
const image = () =>
  imageResponse({
    bytes: new Uint8Array([1, 2, 3]),
    format: 'jpg',
    version: 3,
    canonical: 'https://h/iiif/3/a/full/max/0/default.jpg',
    fileName: 'a-full-max-0-default.jpg',
    etag: '"x"',
    cacheControl: 'max-age=60',
    timing,
  });
const info = () =>
  infoResponse({ document: { id: 'ü' }, contentType: 'application/json', version: 2, cacheControl: 'no-cache' });

describe('every answer can be read by a page of any origin', () => {
  it.each<[name: string, answer: Response, status: number]>([
    ['image', image(), 200],
    ['info', info(), 200],
    ['redirect', redirectToInfo('https://h/iiif/3/a/info.json'), 303],
    ['not modified', notModified({ etag: '"x"' }), 304],
    ['options', optionsResponse(), 204],
    ['method', methodNotAllowed('POST'), 405],
    ['error', errorResponse(new ImageServerError(404, 'no')), 404],
    ['fault', errorResponse(new TypeError('secret')), 500],
    ['head', withoutBody(image()), 200],
  ])('%s', (_, answer, status) => {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(answer.headers.get('Access-Control-Expose-Headers')).toMatch(/ETag.*Link.*Server-Timing/);
    expect(answer.headers.get('Timing-Allow-Origin')).toBe('*');
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});

it('an image has its type, name, validator, links and cost', async () => {
  const answer = image();
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': '3',
    'content-disposition': expect.stringContaining('inline'),
    link: '<https://h/iiif/3/a/full/max/0/default.jpg>;rel="canonical", <http://iiif.io/api/image/3/level2.json>;rel="profile"',
    etag: '"x"',
    'cache-control': 'max-age=60',
    'server-timing': 'passthrough',
  });
  expect(answer.headers.has('Vary')).toBe(false);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
});

it('an info.json varies by Accept and counts its bytes, not its characters', async () => {
  const answer = info();
  expect(answer.headers.get('Vary')).toBe('Accept');
  expect(answer.headers.get('Link')).toBe('<http://iiif.io/api/image/2/level2.json>;rel="profile"');
  const length = Number(answer.headers.get('Content-Length'));
  expect((await answer.arrayBuffer()).byteLength).toBe(length);
});

it('HEAD has the headers of GET and no body', async () => {
  const answer = withoutBody(image());
  expect(answer.headers.get('Content-Length')).toBe('3');
  expect((await answer.arrayBuffer()).byteLength).toBe(0);
});

it('a redirect names its target', () => {
  expect(redirectToInfo('https://h/info.json').headers.get('Location')).toBe('https://h/info.json');
});

it('a preflight is told methods and headers', () => {
  const { headers } = optionsResponse();
  expect(headers.get('Access-Control-Allow-Methods')).toBe('GET, HEAD, OPTIONS');
  expect(headers.get('Access-Control-Allow-Headers')).toContain('*');
});

describe('errors', () => {
  it('an error of ours says its words, and when to come back', async () => {
    const answer = errorResponse(
      new ImageServerError(503, 'The store is busy.', { retryAfter: 1.2, cause: 'http://key' }),
    );
    expect(answer.headers.get('Retry-After')).toBe('2');
    expect(answer.headers.get('Content-Type')).toBe('text/plain;charset=utf-8');
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(await answer.text()).toBe('The store is busy.\n');
  });

  it('any other error keeps its words to itself', async () => {
    expect(await errorResponse(new Error('https://bucket/secret')).text()).not.toContain('secret');
    expect(errorResponse('thrown string').status).toBe(500);
  });

  it('405 has Allow', () => {
    expect(methodNotAllowed('PUT').headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('entity tags', () => {
  it('are strong, stable, and tell parts apart', async () => {
    const etag = await entityTag(['v1', 'full/max/0/default.jpg']);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await entityTag(['v1', 'full/max/0/default.jpg'])).toBe(etag);
    expect(await entityTag(['ab'])).not.toBe(await entityTag(['a', 'b']));
  });

  it.each<[ifNoneMatch: string | null, matches: boolean]>([
    [null, false],
    ['', false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b"', false],
    ['"b", "a"', true],
    ['"b",W/"a"', true],
    ['"b, a"', false],
    ['*', true],
    ['a', false],
  ])('If-None-Match: %s', (ifNoneMatch, matches) => {
    expect(matchesEntityTag(ifNoneMatch, '"a"')).toBe(matches);
  });

  it('304 keeps validator, freshness and Vary', () => {
    const { headers, body } = notModified({ etag: '"x"', cacheControl: 'max-age=1', vary: 'Accept' });
    expect([headers.get('ETag'), headers.get('Cache-Control'), headers.get('Vary')]).toEqual([
      '"x"',
      'max-age=1',
      'Accept',
    ]);
    expect(body).toBeNull();
  });
});

describe('file names', () => {
  it.each([
    ['scan', 'full/max/0/default.jpg', 'scan-full-max-0-default.jpg'],
    ['scans/page 1', '0,0,9,9/^max/!90/gray.png', 'scans_page 1-0,0,9,9-_max-_90-gray.png'],
    ['../../etc/passwd', 'full/max/0/default.jpg', 'etc_passwd-full-max-0-default.jpg'],
    ['本', 'full/max/0/default.jpg', '本-full-max-0-default.jpg'],
  ])('%s at %s', (identifier, path, name) => {
    expect(imageFileName(identifier, path)).toBe(name);
  });

  it('a long identifier keeps the parameters', () => {
    const name = imageFileName('x'.repeat(5000), 'full/max/0/default.jpg');
    expect(name.length).toBeLessThan(190);
    expect(name).toMatch(/-full-max-0-default\.jpg$/);
  });

  it.each([
    ['a b.jpg', `inline; filename="a b.jpg"; filename*=UTF-8''a%20b.jpg`],
    ['mühle (1).jpg', `inline; filename="m_hle (1).jpg"; filename*=UTF-8''m%C3%BChle%20%281%29.jpg`],
    ['"x"\r\nSet-Cookie: a', `inline; filename="_x__Set-Cookie: a"; filename*=UTF-8''%22x%22%0D%0ASet-Cookie%3A%20a`],
  ])('%s', (name, header) => {
    expect(contentDisposition(name)).toBe(header);
  });
});
