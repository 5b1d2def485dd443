import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Call } from './ask.ts';
import { body, etag, page, type RunningStore, startEmbedded, startRadosGateway } from './contract-stores.ts';

const longAgo = 'Wed, 01 Jan 2020 00:00:00 GMT';
const farAhead = 'Wed, 01 Jan 2098 00:00:00 GMT';

/** Ceph needs some 12 seconds to start, and minutes where it is installed first. */
const START_TIMEOUT = 300_000;

describe.each([
  { name: 'the embedded store', start: startEmbedded },
  { name: "Ceph's RADOS Gateway", start: startRadosGateway },
])('$name', ({ name, start }) => {
  let store: RunningStore | undefined;

  beforeAll(async () => {
    store = await start();
    if (store === undefined) console.warn(`${name} is not tested: Ceph is not installed and can't be`);
  }, START_TIMEOUT);
  afterAll(() => store?.stop(), START_TIMEOUT);

  /** A fact about the store; skipped where the store can't be had. */
  function fact(words: string, check: (call: Call) => Promise<void>): void {
    it(words, async ({ skip }) => {
      if (store === undefined) return skip('Ceph is not installed');
      const { port } = store;
      await check((method, path, headers) => ask(port, method, path, headers));
    });
  }

  fact('the policy and the CORS rules of the documentation let every page read ranges', async (call) => {
    const origin = 'https://library.example';
    const reply = await call('GET', '/documented/a.tif', { range: 'bytes=0-9', origin });
    expect(reply).toMatchObject({ status: 206, text: '0123456789' });
    expect(reply.headers['access-control-allow-origin']).toMatch(/^(?:\*|https:\/\/library\.example)$/);
    const exposed = String(reply.headers['access-control-expose-headers']).toLowerCase().split(/,\s*/);
    expect(exposed).toEqual(expect.arrayContaining(['content-range', 'content-length', 'etag', 'accept-ranges']));
  });

  describe('a range', () => {
    for (const [range, found, contentRange] of [
      ['bytes=0-9', '0123456789', 'bytes 0-9/100'],
      ['bytes=95-200', '56789', 'bytes 95-99/100'],
      ['bytes=95-', '56789', 'bytes 95-99/100'],
      ['bytes=0-99999999999999999999', body, 'bytes 0-99/100'],
      ['bytes=-5', '56789', 'bytes 95-99/100'],
      ['bytes=-500', body, 'bytes 0-99/100'],
    ] as const) {
      fact(`${range} is 206 with Content-Range`, async (call) => {
        const reply = await call('GET', '/public/a.tif', { range });
        expect(reply).toMatchObject({ status: 206, text: found });
        expect(reply.headers).toMatchObject({
          'content-range': contentRange,
          'content-length': String(found.length),
          etag,
        });
      });
    }

    for (const range of ['bytes=100-', 'bytes=100-200']) {
      fact(`${range}, past the end, is 416 without Content-Range`, async (call) => {
        const reply = await call('GET', '/public/a.tif', { range });
        expect(reply).toMatchObject({ status: 416, code: 'InvalidRange' });
        expect(reply.headers).not.toHaveProperty('content-range');
      });
    }

    fact('of an empty object is 416', async (call) => {
      expect(await call('GET', '/public/empty', { range: 'bytes=0-9' })).toMatchObject({
        status: 416,
        code: 'InvalidRange',
      });
      expect(await call('GET', '/public/empty', { range: 'bytes=-9' })).toMatchObject({ status: 416 });
    });

    fact('of several is not supported: the first is answered', async (call) => {
      const reply = await call('GET', '/public/a.tif', { range: 'bytes=0-1,5-6' });
      expect(reply).toMatchObject({ status: 206, text: '01' });
      expect(reply.headers['content-range']).toBe('bytes 0-1/100');
    });

    fact('of another unit is ignored', async (call) => {
      expect(await call('GET', '/public/a.tif', { range: 'items=0-1' })).toMatchObject({ status: 200, text: body });
    });

    fact('of a HEAD is 206 without a body', async (call) => {
      const reply = await call('HEAD', '/public/a.tif', { range: 'bytes=0-9' });
      expect(reply).toMatchObject({ status: 206, text: '' });
      expect(reply.headers).toMatchObject({ 'content-range': 'bytes 0-9/100', 'content-length': '10' });
    });
  });

  describe('an object', () => {
    for (const method of ['GET', 'HEAD']) {
      fact(`answers ${method} with its headers`, async (call) => {
        const reply = await call(method, '/public/a.tif');
        expect(reply).toMatchObject({ status: 200, text: method === 'GET' ? body : '' });
        expect(reply.headers).toMatchObject({
          'content-length': '100',
          'content-type': 'image/tiff',
          'accept-ranges': 'bytes',
          etag,
          'last-modified': expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/),
          'x-amz-request-id': expect.stringMatching(/./),
        });
      });
    }

    fact('may be empty', async (call) => {
      expect(await call('GET', '/public/empty')).toMatchObject({ status: 200, text: '' });
    });

    fact('is found by its percent-encoded key, in which a plus is a plus', async (call) => {
      expect(await call('GET', '/public/dir%20x/%C3%BC%2B%25.tif')).toMatchObject({ status: 200, text: 'named' });
      expect(await call('GET', '/public/dir%20x/%C3%BC+%25.tif')).toMatchObject({ status: 200, text: 'named' });
      expect(await call('GET', '/listable/dir+x/%C3%BC%2B%25.tif')).toMatchObject({ status: 404 });
    });

    fact('is found at the virtual host of its bucket', async (call) => {
      expect(await call('GET', '/a.tif', { host: 'public.localhost:80' })).toMatchObject({ status: 200, text: body });
      expect(await call('GET', '/public/a.tif', { host: 'localhost:80' })).toMatchObject({ status: 200, text: body });
      expect(await call('GET', '/none', { host: 'public.localhost:80' })).toMatchObject({ status: 403 });
      expect(await call('GET', '/a.tif', { host: 'none.localhost:80' })).toMatchObject({
        status: 404,
        code: 'NoSuchBucket',
      });
    });

    fact('is not reached from another bucket', async (call) => {
      for (const path of [
        '/public/../private/a.tif',
        '/public/%2e%2e/private/a.tif',
        '/public//a.tif',
        '/public/a.tif/',
      ]) {
        expect(await call('GET', path)).toMatchObject({ status: 403, code: 'AccessDenied' });
      }
    });
  });

  describe('a condition', () => {
    for (const [headers, status] of [
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-match': '"other"', range: 'bytes=0-4' }, 412],
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-modified-since': longAgo }, 200],
      [{ 'if-modified-since': farAhead }, 304],
      [{ 'if-unmodified-since': longAgo }, 412],
      [{ 'if-unmodified-since': farAhead }, 200],
      [{ 'if-match': etag, 'if-unmodified-since': longAgo }, 200],
      [{ 'if-none-match': etag, 'if-modified-since': longAgo }, 304],
      [{ 'if-none-match': '"other"', 'if-modified-since': farAhead }, 200],
      [{ 'if-range': '"other"', range: 'bytes=0-4' }, 206],
    ] as const) {
      fact(`${JSON.stringify(headers)} is ${status}`, async (call) => {
        const reply = await call('GET', '/public/a.tif', headers);
        expect(reply.status).toBe(status);
        if (status === 412) expect(reply.code).toBe('PreconditionFailed');
        if (status === 304) expect(reply.text).toBe('');
        expect((await call('HEAD', '/public/a.tif', headers)).status).toBe(status);
      });
    }
  });

  describe('access', () => {
    for (const [what, path, status, code] of [
      ['a missing key of a public bucket is 403, for nobody may list it', '/public/missing', 403, 'AccessDenied'],
      ['a missing key of a listable bucket is 404', '/listable/missing', 404, 'NoSuchKey'],
      ['an object of a private bucket is 403', '/private/a.tif', 403, 'AccessDenied'],
      ['a missing key of a private bucket is 403', '/private/missing', 403, 'AccessDenied'],
      ['an object that a statement denies is 403', '/partly/dir%20x/%C3%BC%2B%25.tif', 403, 'AccessDenied'],
      ['an object beside it is 200', '/partly/a.tif', 200, undefined],
      ['a missing bucket is 404', '/none/a.tif', 404, 'NoSuchBucket'],
      ['the list of a public bucket is 403', '/public', 403, 'AccessDenied'],
    ] as const) {
      fact(what, async (call) => {
        expect(await call('GET', path)).toMatchObject({ status, code });
        expect(await call('HEAD', path)).toMatchObject({ status, text: '' });
      });
    }

    fact('an error is an XML document', async (call) => {
      const reply = await call('GET', '/public/missing');
      expect(reply.headers['content-type']).toBe('application/xml');
      expect(reply.text).toMatch(
        /^<\?xml version="1.0" encoding="UTF-8"\?>\s*<Error><Code>.*<RequestId>.+<\/RequestId>.*<\/Error>$/s,
      );
    });

    fact('nobody writes', async (call) => {
      for (const method of ['PUT', 'DELETE']) {
        expect(await call(method, '/public/a.tif')).toMatchObject({ status: 403, code: 'AccessDenied' });
      }
      expect(await call('PATCH', '/public/a.tif')).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
      expect(await call('GET', '/public/a.tif')).toMatchObject({ status: 200, text: body });
    });

    fact('by unknown keys is 403', async (call) => {
      const authorization =
        'AWS4-HMAC-SHA256 Credential=NOPE/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00';
      expect(await call('GET', '/public/a.tif', { authorization })).toMatchObject({ status: 403 });
    });
  });

  describe('a preflight', () => {
    const preflight = (call: Call, asked: { origin?: string; method?: string; headers?: string; path?: string }) =>
      call('OPTIONS', asked.path ?? '/public/a.tif', {
        ...(asked.origin && { origin: asked.origin }),
        ...(asked.method && { 'access-control-request-method': asked.method }),
        ...(asked.headers && { 'access-control-request-headers': asked.headers }),
      });

    fact('that a rule allows is 200 with what it allows', async (call) => {
      const { status, headers } = await preflight(call, {
        origin: page,
        method: 'GET',
        headers: 'range, authorization',
      });
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'access-control-allow-origin': page,
        'access-control-allow-methods': expect.stringContaining('GET'),
        'access-control-allow-headers': expect.stringMatching(/^range, ?authorization$/),
        'access-control-max-age': '600',
        vary: expect.stringContaining('Origin'),
      });
    });

    for (const [what, asked, status] of [
      ['from an exact origin', { origin: 'http://localhost:8000', method: 'GET' }, 200],
      ['for HEAD', { origin: page, method: 'HEAD' }, 200],
      ['for a missing key', { origin: page, method: 'GET', path: '/public/missing' }, 200],
      ['for a private bucket', { origin: page, method: 'GET', path: '/private/a.tif' }, 200],
      ['from an unknown origin', { origin: 'https://evil.test', method: 'GET' }, 403],
      ['from the bare domain of a wildcard', { origin: 'https://example.org', method: 'GET' }, 403],
      ['from another port', { origin: `${page}:8443`, method: 'GET' }, 403],
      ['from another scheme', { origin: page.replace('https', 'http'), method: 'GET' }, 403],
      ['for a method without a rule', { origin: page, method: 'PUT' }, 403],
      ['for a method in small letters', { origin: page, method: 'get' }, 403],
      ['for a header without a rule', { origin: page, method: 'GET', headers: 'range,if-match' }, 403],
      [
        'for a header that the rule for all lacks',
        { origin: 'https://a.test', method: 'GET', headers: 'range', path: '/listable/a.tif' },
        403,
      ],
      ['for a bucket without rules', { origin: page, method: 'GET', path: '/partly/a.tif' }, 403],
      ['for a missing bucket', { origin: page, method: 'GET', path: '/none/a.tif' }, 404],
      ['without an origin', { method: 'GET' }, 400],
      ['without a method', { origin: page }, 400],
    ] as const) {
      fact(`${what} is ${status}`, async (call) => {
        const reply = await preflight(call, asked);
        expect(reply.status).toBe(status);
        expect('access-control-allow-origin' in reply.headers).toBe(status === 200);
      });
    }
  });

  describe('CORS headers', () => {
    const exposed = { 'access-control-allow-origin': page, vary: expect.stringContaining('Origin') };

    for (const [what, path, headers, status] of [
      ['a range', '/public/a.tif', { range: 'bytes=0-4' }, 206],
      ['416', '/public/a.tif', { range: 'bytes=100-' }, 416],
      ['304', '/public/a.tif', { 'if-none-match': etag }, 304],
      ['412', '/public/a.tif', { 'if-match': '"other"' }, 412],
      ['403 for a missing key', '/public/missing', {}, 403],
      ['403 of a private bucket', '/private/a.tif', {}, 403],
      ['404', '/listable/missing', {}, 404],
    ] as const) {
      fact(`come with ${what}`, async (call) => {
        const reply = await call('GET', path, { ...headers, origin: page });
        expect(reply.status).toBe(status);
        expect(reply.headers).toMatchObject(exposed);
        expect(reply.headers['access-control-expose-headers']?.split(/, ?/).sort()).toEqual([
          'Accept-Ranges',
          'Content-Length',
          'Content-Range',
          'ETag',
        ]);
      });
    }

    fact('are absent without an Origin, and so is Vary', async (call) => {
      const { headers } = await call('GET', '/public/a.tif');
      expect(Object.keys(headers).filter((header) => /^access-control|^vary/.test(header))).toEqual([]);
    });

    fact('are absent for an origin without a rule, and the bytes come all the same', async (call) => {
      for (const origin of ['https://evil.test', 'null']) {
        const { headers, text } = await call('GET', '/public/a.tif', { origin });
        expect([text, 'access-control-allow-origin' in headers]).toEqual([body, false]);
      }
    });

    fact('follow the first rule that fits', async (call) => {
      const anyone = await call('GET', '/listable/a.tif', { origin: 'https://a.test' });
      expect(anyone.headers['access-control-allow-origin']).toBe('*');
      expect(anyone.headers).not.toHaveProperty('access-control-expose-headers');
      expect((await call('GET', '/listable/a.tif', { origin: page })).headers).toMatchObject(exposed);
      const head = await call('HEAD', '/listable/a.tif', { origin: 'https://a.test' });
      expect(head.headers).not.toHaveProperty('access-control-allow-origin');
    });
  });
});
