import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/options.ts';
import type { HttpOptions } from '../../src/source/http-options.ts';
import { long, short, type TestDirectory, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import type { Handler } from '../source/range-server.ts';
import { cog } from './files.ts';
import { type Subject, startSubject } from './subject.ts';

const TILE = '3/photo/0,0,256,256/256,256/0/default.jpg';
const RENDERED = '3/photo/full/100,/0/default.png';

let subject: Subject;
let good: Uint8Array;
beforeAll(async () => {
  good = await cog('red');
  subject = await startSubject(good);
});
beforeEach(() => {
  Object.assign(subject.store, { bytes: good, etag: '"v1"', lastModified: undefined, handler: undefined });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => subject.close());

interface Case {
  readonly status: number;
  /** What the sentence has to tell: what was found, and what to do. */
  readonly words: readonly RegExp[];
  readonly path?: string;
  readonly bytes?: () => Uint8Array;
  readonly handler?: Handler;
  readonly reading?: HttpOptions;
  /** Asked before the source turns bad. */
  readonly before?: string;
}

const SECRET = '<Error><Key>secret-of-the-source</Key></Error>';
const answering = (status: number, body = SECRET, headers: Record<string, string> = {}): Handler => {
  return (_, response) => response.writeHead(status, headers).end(body);
};
const whole: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': subject.store.bytes.length }).end(subject.store.bytes);
};

/** Hides headers as a browser does that CORS doesn't let see them. */
const hiding = (...names: readonly string[]): typeof fetch => {
  return async (input, init) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    for (const name of names) headers.delete(name);
    return new Response(response.body, { status: response.status, headers });
  };
};

/** One tile of deflate; `more` changes tags. */
function oneTile(tile: Uint8Array, more: Parameters<typeof tiledTags>[3] = {}): Uint8Array {
  const directory: TestDirectory = { tags: tiledTags(256, 256, 256, { 259: short(8), ...more }), tiles: [tile] };
  return writeTiff([directory]);
}

const text = (latin1: string) => new Uint8Array(Buffer.from(latin1.padEnd(200, ' '), 'latin1'));

const SOURCES: Readonly<Record<string, Case>> = {
  'source answers 404': { status: 404, words: [/no such image/, /identifier/], handler: answering(404) },
  'source answers 403': { status: 404, words: [/missing/, /not public/, /bucket policy/], handler: answering(403) },
  'source answers 401': { status: 403, words: [/login/, /public/], handler: answering(401) },
  'source answers 400': { status: 502, words: [/answered 400/, /address/], handler: answering(400) },
  'source is in trouble': { status: 502, words: [/answered 500/, /later/], handler: answering(500) },
  'source is overloaded': { status: 503, words: [/overloaded/, /later/], handler: answering(503) },
  'source redirects elsewhere': {
    status: 502,
    words: [/redirects to another server/, /Configure/],
    handler: answering(302, '', { location: 'http://secret.example/image.tif' }),
  },
  'an HTML page under the name of the image': {
    status: 502,
    words: [/HTML page, not an image/, /Check/],
    bytes: () => text('<!DOCTYPE html><title>secret</title>'),
  },
  'an HTML page in place of the answer': {
    status: 502,
    words: [/answered with an HTML page/, /Check/],
    handler: answering(200, '<!DOCTYPE html><title>secret</title>', { 'content-type': 'text/html' }),
  },
  'an empty object': { status: 502, words: [/empty \(0 bytes\)/, /Upload/], bytes: () => new Uint8Array(0) },
  'an object of some bytes': {
    status: 502,
    words: [/truncated/, /8 bytes/],
    bytes: () => Uint8Array.of(0x49, 0x49, 42),
  },
  'a truncated object': { status: 502, words: [/but the object has 50/, /Upload/], bytes: () => good.slice(0, 50) },
  'an object truncated among its tiles': {
    status: 502,
    words: [/tile 0 ends at byte \d+/, /Upload/],
    bytes: () => good.slice(0, 1500),
    path: TILE,
  },
  'something that is no image': { status: 502, words: [/not an image/, /vips tiffsave/], bytes: () => text('secret') },
  'a PNG that ends within its header': {
    status: 502,
    words: [/truncated|damaged/],
    bytes: () => text('\x89PNG\r\n\x1a\n'),
  },
  'an unsupported compression': {
    status: 501,
    words: [/compression 6 \(old-style JPEG/, /vips tiffsave/],
    bytes: () => oneTile(new Uint8Array(9), { 259: short(6) }),
  },
  'a strip that is the whole of a large image': {
    status: 501,
    words: [/strips of 20000 × 20000/, /vips tiffsave/],
    bytes: () => {
      const size = { 256: long(20_000), 257: long(20_000) };
      return oneTile(new Uint8Array(9), { ...size, 259: short(5), 322: undefined, 323: undefined });
    },
  },
  'a tile of deflate that is damaged': {
    status: 502,
    words: [/damaged/],
    bytes: () => oneTile(Uint8Array.of(1, 2, 3, 4)),
    path: RENDERED,
  },
  'a tile of JPEG that is damaged': {
    status: 502,
    words: [/damaged/],
    bytes: () => oneTile(new Uint8Array(99), { 259: short(7), 262: short(6) }),
    path: TILE,
  },
  'a server that ignores Range and has a large object': {
    status: 502,
    words: [/ignores Range/, /206/],
    bytes: () => Buffer.concat([good, new Uint8Array(2 ** 20)]),
    handler: whole,
  },
  'a server that hides Content-Range': {
    status: 502,
    words: [/Content-Range is hidden/, /ExposeHeaders/],
    reading: { fetch: hiding('content-range', 'etag') },
  },
  'a server that answers another range': {
    status: 502,
    words: [/does not keep to the ranges/, /proxy/],
    handler: answering(206, 'abc', { 'content-range': 'bytes 7-9/10' }),
  },
  'content that is encoded': {
    status: 502,
    words: [/Content-Encoding: br/, /without Content-Encoding/],
    handler: answering(206, '', { 'content-range': 'bytes 0-65535/99999', 'content-encoding': 'br' }),
  },
  'an object that changes with every request': {
    status: 503,
    words: [/being replaced/, /again/],
    path: TILE,
    handler: (request, response) => {
      subject.store.etag = `"${Math.random()}"`;
      subject.store.answerRange(request, response);
    },
  },
  'a connection that is cut': {
    status: 502,
    words: [/could not be reached/],
    handler: (_, response) => response.destroy(),
  },
  'a body that is cut': {
    status: 502,
    words: [/ended before all bytes/, /again/],
    handler: (_, response) => {
      response.writeHead(206, { 'content-length': 1000, 'content-range': 'bytes 0-999/1000' });
      response.write('abc', () => response.destroy());
    },
  },
  'a source that does not answer': {
    status: 504,
    words: [/within 0\.2 seconds/, /later/],
    handler: () => undefined,
    reading: { deadline: 200 },
  },
};

const REQUESTS: Readonly<Record<string, Case>> = {
  'a region of nothing': { status: 400, words: [/at least 1 × 1/], path: '3/photo/0,0,0,10/max/0/default.jpg' },
  'a region outside': { status: 400, words: [/outside the image/], path: '3/photo/5000,0,9,9/max/0/default.jpg' },
  'a size above the region': { status: 400, words: [/\^/], path: '3/photo/full/5000,/0/default.jpg' },
  'a size above the limits': {
    status: 400,
    words: [new RegExp(`maxArea ${DEFAULT_LIMITS.maxArea}`)],
    path: '3/photo/full/^5000,/0/default.jpg',
  },
  'no identifier': { status: 400, words: [/identifier is empty/], path: '' },
  'broken percent-encoding': { status: 400, words: [/%25/], path: '3/%zz/info.json' },
  'control characters': { status: 400, words: [/control character/], path: '3/a%00b/info.json' },
  'dots that lead out': { status: 400, words: [/parts/], path: '3/..%2F..%2Fsecret/info.json' },
  'an identifier without end': { status: 400, words: [/at most 1024/], path: `3/${'x'.repeat(2000)}/info.json` },
  'a path without end': { status: 400, words: [/8192/], path: `3/${'x'.repeat(9000)}/info.json` },
  'a path that is no form': { status: 400, words: [/more segments/], path: 'photo/full/max' },
};

const ALL = { ...SOURCES, ...REQUESTS };

async function askBadly({ path = '3/photo/info.json', bytes, handler, reading }: Case) {
  if (bytes) subject.store.bytes = bytes();
  subject.store.handler = handler;
  return subject.start({}, { random: () => 0, ...reading }).ask(path);
}

describe('bad input is answered in its own words:', () => {
  test.each(Object.entries(ALL))('%s', async (_, bad) => {
    const answer = await askBadly(bad);
    const message = await answer.text();
    expect(answer.status, message).toBe(bad.status);
    for (const words of bad.words) expect(message).toMatch(words);
    expect(message).not.toMatch(/secret-|secret\.|127\.0\.0\.1|http:\/\/|<|undefined|\[object/);
    expect(message).toMatch(/^[A-Z"]/);
    expect(answer.headers.get('content-type')).toBe('text/plain;charset=utf-8');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('no two are told alike', async () => {
    const messages = new Map<string, string>();
    for (const [name, bad] of Object.entries(ALL)) {
      Object.assign(subject.store, { bytes: good, etag: '"v1"' });
      const message = await (await askBadly(bad)).text();
      expect(messages.get(message), `${name} is told as: ${message}`).toBeUndefined();
      messages.set(message, name);
    }
  });
});

describe('after bad input the next good request works:', () => {
  test.each(Object.entries(SOURCES))('%s', async (_, { bytes, handler, reading, path = '3/photo/info.json' }) => {
    const fetchOf = reading?.fetch;
    let bad = true;
    const fetching: typeof fetch = (input, init) => (bad && fetchOf ? fetchOf : fetch)(input, init);
    if (bytes) subject.store.bytes = bytes();
    subject.store.handler = handler;
    const { ask } = subject.start({ revalidateAfter: 0 }, { random: () => 0, ...reading, fetch: fetching });
    expect((await ask(path)).status).toBeGreaterThanOrEqual(400);
    bad = false;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
    Object.assign(subject.store, { bytes: good, etag: '"mended"', handler: undefined });
    expect((await ask(TILE)).status).toBe(200);
    expect((await ask(RENDERED)).status).toBe(200);
    expect((await ask('3/photo/info.json')).status).toBe(200);
  });
});

test('a server that ignores Range and has a small object is served all the same', async () => {
  subject.store.handler = whole;
  const { ask } = subject.start();
  expect((await ask('3/photo/info.json')).status).toBe(200);
  expect((await ask(TILE)).status).toBe(200);
});

test('nobody listens at the address of the source', async () => {
  const gone = await startSubject(good);
  await gone.close();
  const answer = await gone.start().ask('3/photo/info.json');
  expect(answer.status).toBe(502);
  expect(await answer.text()).toMatch(/could not be reached/);
});

test('an identifier that no source is for is 404 and names it', async () => {
  const { ask } = subject.start({ sources: { scans: 'https://a.example/{id}', maps: 'https://b.example/{id}' } });
  const answer = await ask('3/nothing%3Cscript%3E/info.json');
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await answer.text()).toContain('No image has the identifier "nothing<script>"');
});

test.each([
  '3/photo/garbage/max/0/default.jpg',
  '3/photo/full/garbage/0/default.jpg',
  '3/photo/full/max/garbage/default.jpg',
  '3/photo/full/max/0/garbage.jpg',
  '3/photo/full/max/0/default.garbage',
  '3/photo/full/max/0/default',
  '2/photo/full/^max/0/default.jpg',
  '3/photo/full/full/0/default.jpg',
  '3/photo/full/max/361/default.jpg',
  '3/photo/1e3,0,1,1/max/0/default.jpg',
  '3/photo/-1,0,1,1/max/0/default.jpg',
])('%s is 400, and the source is not asked', async (path) => {
  subject.store.ranges.length = 0;
  const answer = await subject.start().ask(path);
  expect(answer.status).toBe(400);
  expect(subject.store.ranges).toEqual([]);
});
