import { once } from 'node:events';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Listening, listen } from '../../src/host/node.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { libvipsPyramid } from '../server/files.ts';
import { type RangeServer, startRangeServer } from '../source/range-server.ts';

const TILE = '/iiif/3/photo/0,0,256,256/256,256/0/default.jpg';
const LARGE = '/iiif/3/photo/full/max/45/default.png';

let store: RangeServer;
let host: Listening;
beforeAll(async () => {
  store = await startRangeServer(await libvipsPyramid(2000, 1500));
  const server = createImageServer({ sources: `${store.origin}/{id}.tif`, wasm: loadWasm });
  host = await listen(server, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await host.close();
  await store.close();
});

/** What comes back for these bytes. */
async function raw(request: string): Promise<string> {
  const socket = createConnection(Number(new URL(host.url).port), '127.0.0.1');
  socket.write(request);
  return text(socket);
}

test('says where it listens', () => {
  expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('IPv6 addresses stand in brackets', async () => {
  const nothing = { fetch: async () => new Response(null) };
  const listening = await listen(nothing, { host: '::1', port: 0 }).catch(() => undefined);
  if (!listening) return;
  expect(listening.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  await listening.close();
});

test('a port that is taken is an error', async () => {
  const nothing = { fetch: async () => new Response(null) };
  const port = Number(new URL(host.url).port);
  await expect(listen(nothing, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test.each([TILE, '/iiif/3/photo/info.json', '/iiif/3/photo', '/iiif/3/photo/full/0,/0/default.jpg', '/'])(
  'HEAD of %s is GET without its body',
  async (path) => {
    const get = await fetch(host.url + path, { redirect: 'manual' });
    const head = await fetch(host.url + path, { method: 'HEAD', redirect: 'manual' });
    expect(head.status).toBe(get.status);
    for (const name of ['content-length', 'content-type', 'etag', 'location', 'link']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
    expect((await head.arrayBuffer()).byteLength).toBe(0);
    expect((await get.arrayBuffer()).byteLength).toBe(Number(get.headers.get('content-length') ?? 0));
  },
);

test('the id is built from the Host header', async () => {
  const answer = await raw(
    'GET /iiif/3/photo/info.json HTTP/1.1\r\nHost: images.example:8080\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toContain('"id": "http://images.example:8080/iiif/3/photo"');
});

test('the target may be a whole URL', async () => {
  const target = 'http://images.example/iiif/3/photo/info.json';
  const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  expect(answer).toContain('"id": "http://images.example/iiif/3/photo"');
});

describe('what is no valid request', () => {
  test.each([
    [
      'a Host header of nonsense',
      'GET /iiif/3/photo/info.json HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'a Host header with a user',
      'GET /iiif/3/photo/info.json HTTP/1.1\r\nHost: a@b\r\nConnection: close\r\n\r\n',
      400,
    ],
    ['no Host header', 'GET /iiif/3/photo/info.json HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['a method that may not be', 'TRACE /iiif/3/photo/info.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['a path out of the prefix', 'GET /iiif/../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
    ['nonsense', 'nonsense\r\n\r\n', 400],
    [
      'POST',
      'POST /iiif/3/photo/info.json HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc',
      405,
    ],
  ])('%s', async (_, request, status) => {
    expect(await raw(request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await fetch(host.url + TILE)).status).toBe(200);
  });
});

describe('a client that goes away', () => {
  test('in the middle of a render harms nobody', async () => {
    await fetch(host.url + TILE);
    const abort = new AbortController();
    store.handler = async (request, response) => {
      const [, first = 0, last = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) ?? [];
      const body = store.bytes.subarray(first, last + 1);
      response.writeHead(206, {
        'content-length': body.length,
        'content-range': `bytes ${first}-${last}/${store.bytes.length}`,
        etag: '"v1"',
      });
      response.write(body.subarray(0, body.length / 2), () => abort.abort());
      // What is missing comes when the client has gone, so that the render can't end before.
      await left;
      response.end(body.subarray(body.length / 2));
    };
    const left = fetch(host.url + LARGE, { signal: abort.signal }).catch((reason: unknown) => reason);
    expect(await left).toMatchObject({ name: 'AbortError' });
    store.handler = undefined;
    expect((await fetch(host.url + TILE)).status).toBe(200);
    expect((await fetch(`${host.url}/iiif/3/photo/full/300,/45/default.png`)).status).toBe(200);
  });

  test('while it is being answered harms nobody', async () => {
    const socket = createConnection(Number(new URL(host.url).port), '127.0.0.1');
    socket.write(`GET ${LARGE} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    await once(socket, 'close');
    expect((await fetch(host.url + TILE)).status).toBe(200);
  });
});
