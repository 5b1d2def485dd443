import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { WHOLE_OBJECT_LIMIT } from '../../src/source/http-options.ts';
import { errorOf, first, object, startHarness } from './http-harness.ts';
import { type Handler, startRangeServer } from './range-server.ts';

const harness = await startHarness();
const { server, slept, open } = harness;

beforeEach(harness.reset);
afterAll(() => server.close());

const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(code, headers).end('<Error>secret of the source</Error>');

describe('a status', () => {
  it.each([
    [401, 403, /login/],
    [403, 404, /missing at its source, or it is not public/],
    [404, 404, /no such image/],
    [410, 404, /no such image/],
    [400, 502, /answered 400/],
    [405, 502, /answered 405/],
    [501, 502, /answered 501/],
    [204, 502, /answered 204/],
  ])('%i of the source is %i, at once', async (found, answered, words) => {
    server.handler = status(found);
    const error = await errorOf(open().read(first));
    expect(error.status).toBe(answered);
    expect(error.message).toMatch(words);
    expect(server.ranges).toHaveLength(1);
  });

  it.each([
    [429, 503],
    [500, 502],
    [502, 502],
    [503, 503],
    [504, 504],
  ])('%i of the source is %i, after three attempts with growing pauses', async (found, answered) => {
    server.handler = status(found);
    expect((await errorOf(open().read(first))).status).toBe(answered);
    expect(server.ranges).toHaveLength(3);
    expect(slept).toEqual([100, 200]);
  });

  it('that passes is no error', async () => {
    server.handler = (request, response) =>
      server.ranges.length < 3 ? status(503)(request, response) : server.answerRange(request, response);
    expect(await open().read(first)).toEqual(object.slice(0, 100));
  });

  it('with Retry-After waits as long', async () => {
    server.handler = status(429, { 'retry-after': '4' });
    await errorOf(open().read(first));
    expect(slept).toEqual([4000, 4000]);
  });

  it('with a long Retry-After hands it on to the page', async () => {
    server.handler = status(503, { 'retry-after': '120' });
    expect((await errorOf(open().read(first))).retryAfter).toBe(120);
    expect(server.ranges).toHaveLength(1);
  });
});

describe('a server that ignores Range', () => {
  it('and sends a small object is read once', async () => {
    server.handler = (_, response) => response.end(object);
    const source = open();
    expect(await source.read(first)).toEqual(object.slice(0, 100));
    expect(await source.read({ offset: 990, length: 100 })).toEqual(object.slice(990));
    expect(source.size).toBe(1000);
    expect(server.ranges).toHaveLength(1);
  });

  it.each([
    ['announced', { 'content-length': String(WHOLE_OBJECT_LIMIT + 1) }],
    ['unannounced', {}],
  ])('and sends a large object, %s, is named and stopped', async (_, headers) => {
    let closed = false;
    const done = new Promise<void>((resolve) => {
      server.handler = (_request, response) => {
        response.on('close', () => {
          closed = true;
          resolve();
        });
        response.writeHead(200, headers).write(new Uint8Array(WHOLE_OBJECT_LIMIT));
        if (!('content-length' in headers)) response.write(new Uint8Array(1));
      };
    });
    const error = await errorOf(open().read(first));
    expect(error.status).toBe(502);
    expect(error.message).toMatch(/ignores Range/);
    await done;
    expect(closed).toBe(true);
  });
});

describe('an answer', () => {
  it.each([200, 206])('that is an HTML page is 502, with %i', async (code) => {
    server.handler = status(code, { 'content-type': 'text/html; charset=utf-8' });
    const error = await errorOf(open().read(first));
    expect([error.status, /HTML page/.test(error.message)]).toEqual([502, true]);
  });

  it('that is encoded is 502 in words', async () => {
    server.handler = status(206, { 'content-encoding': 'gzip', 'content-range': 'bytes 0-99/1000' });
    const error = await errorOf(open().read(first));
    expect([error.status, /Content-Encoding: gzip/.test(error.message)]).toEqual([502, true]);
  });

  it('of an empty object is 502 in words, whether it is 416 or 200', async () => {
    server.bytes = new Uint8Array(0);
    expect((await errorOf(open().read(first))).message).toMatch(/empty/);
    server.handler = (_, response) => response.writeHead(200).end();
    expect((await errorOf(open().read(first))).message).toMatch(/empty/);
  });

  it('416 to a range that reaches past the end is asked again with the size', async () => {
    server.handler = (request, response) => {
      const last = Number(/-(\d+)$/.exec(request.headers.range ?? '')?.[1]);
      return last >= 1000 ? status(416)(request, response) : server.answerRange(request, response);
    };
    expect(await open().read({ offset: 0, length: 4096 })).toEqual(object);
    expect(server.ranges).toEqual(['bytes=0-4095', 'bytes=0-0', 'bytes=0-999']);
  });

  it('416 that tells the size saves the question for it', async () => {
    server.handler = (request, response) =>
      server.ranges.length === 1
        ? status(416, { 'content-range': 'bytes */1000' })(request, response)
        : server.answerRange(request, response);
    expect(await open().read({ offset: 0, length: 4096 })).toEqual(object);
    expect(server.ranges).toEqual(['bytes=0-4095', 'bytes=0-999']);
  });

  it('without Content-Range is named while the size is unknown', async () => {
    server.handler = (_, response) => response.writeHead(206).end(object.subarray(0, 100));
    const error = await errorOf(open().read(first));
    expect(error.status).toBe(502);
    expect(error.message).toMatch(/Content-Range is hidden.*ExposeHeaders/s);
    expect(server.ranges).toHaveLength(1);
  });

  it('without Content-Range is good enough once the size is known, if the number of bytes is right', async () => {
    const source = open();
    await source.read(first);
    server.handler = (_, response) => response.writeHead(206).end(object.subarray(900));
    expect(await source.read({ offset: 900, length: 500 })).toEqual(object.slice(900));
    expect((await errorOf(source.read({ offset: 0, length: 500 }))).message).toMatch(/ended before all bytes/);
  });

  it.each([
    ['begins elsewhere', 'bytes 1-100/1000'],
    ['is longer than asked', 'bytes 0-199/1000'],
    ['is shorter than asked', 'bytes 0-49/1000'],
    ['is no range', 'bytes nonsense'],
    ['ends before it begins', 'bytes 0--1/1000'],
    ['is shorter than asked, of an unknown size', 'bytes 0-49/*'],
  ])('whose Content-Range %s is 502', async (_, contentRange) => {
    server.handler = (_request, response) =>
      response.writeHead(206, { 'content-range': contentRange }).end(object.subarray(0, 100));
    expect((await errorOf(open().read(first))).status).toBe(502);
    expect(server.ranges).toHaveLength(1);
  });

  it('of an object whose size is a star is read where it is as long as asked', async () => {
    server.handler = (_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 0-99/*' }).end(object.subarray(0, 100));
    const source = open();
    expect(await source.read(first)).toEqual(object.slice(0, 100));
    expect(source.size).toBeUndefined();
  });

  it.each<[string, Handler]>([
    [
      'with fewer bytes than told',
      (_, response) => void response.writeHead(206, { 'content-range': 'bytes 0-99/1000' }).end(object.subarray(0, 40)),
    ],
    [
      'that breaks off',
      (_, response) => {
        response
          .writeHead(206, { 'content-range': 'bytes 0-99/1000', 'content-length': 100 })
          .write(object.subarray(0, 40), () => response.destroy());
      },
    ],
    ['that never begins', (request) => void request.socket.destroy()],
  ])('%s is tried again, and 502 in the end', async (_, handler) => {
    server.handler = handler;
    expect((await errorOf(open().read(first))).status).toBe(502);
    expect(server.ranges.length).toBeGreaterThanOrEqual(3);
    expect(slept).toEqual([100, 200]);
  });

  it('with more bytes than told is 502', async () => {
    server.handler = (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-99/1000' }).end(object);
    expect((await errorOf(open().read(first))).message).toMatch(/more bytes/);
  });
});

it('a source that can not be reached names both possibilities', async () => {
  const gone = await startRangeServer(object);
  await gone.close();
  const error = await errorOf(open({ url: gone.url }).read(first));
  expect(error.status).toBe(502);
  expect(error.message).toMatch(/offline.*AllowedOrigins/s);
  expect(error.cause).toBeInstanceOf(TypeError);
});

describe('a redirect', () => {
  it('within the origin is followed', async () => {
    server.handler = (request, response) =>
      request.url === '/secret-bucket/image.tif'
        ? response.writeHead(302, { location: '/elsewhere' }).end()
        : server.answerRange(request, response);
    expect(await open().read(first)).toEqual(object.slice(0, 100));
  });

  it('to another origin is refused, and nothing is read there', async () => {
    const other = await startRangeServer(object);
    server.handler = status(302, { location: other.url });
    const error = await errorOf(open().read(first));
    expect([error.status, /redirects to another server/.test(error.message)]).toEqual([502, true]);
    expect(other.ranges).toEqual([]);
    await other.close();
  });

  it('in a circle ends', async () => {
    server.handler = status(302, { location: '/secret-bucket/image.tif' });
    expect((await errorOf(open().read(first))).message).toMatch(/circle/);
  });
});
