import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EDGE_LIMITS } from '../../src/host/edge-handler.ts';
import { PICTURES } from '../conformance/pictures.ts';
import { decode, expectView } from '../conformance/pixels.ts';
import { ORIGIN, pictureStore } from '../conformance/subject.ts';
import { builtFile, type EdgeWorker, shipped, startWorker, wasmFiles } from './workerd.ts';

const MEBIBYTE = 2 ** 20;
/** What the smallest plan of Cloudflare takes, gzipped. */
const WORKER_LIMIT = 3_000_000;

const SOURCES = "sources: 'https://images.example/{id}.tif'";
const worker = (options: string) => `
  import { createEdgeHandler } from './edge.js';
  export default createEdgeHandler(${options});`;

let store: typeof fetch;
beforeAll(async () => {
  store = await pictureStore();
});

test('all of it, gzipped, is what the smallest plan takes', () => {
  const files = [...shipped('edge.js'), ...wasmFiles()];
  const bytes = files.reduce((sum, name) => sum + gzipSync(builtFile(name), { level: 9 }).length, 0);
  console.info(`potto/edge: ${(bytes / 1e6).toFixed(2)} MB gzipped, of ${WORKER_LIMIT / 1e6}`);
  expect(bytes).toBeLessThan(0.9 * WORKER_LIMIT);
});

describe('with the defaults', () => {
  let edge: EdgeWorker;
  beforeAll(async () => {
    edge = await startWorker(worker(`{ ${SOURCES} }`), store);
  });
  beforeEach(() => void edge.takeReads());
  afterAll(() => edge.close());
  const get = (path: string, init?: RequestInit) => edge.fetch(`${ORIGIN}/iiif/3/${path}`, init);

  test('pixels are those of the picture', async () => {
    const answer = await get('map/256,0,512,512/256,/0/default.png');
    const picture = PICTURES.get('map');
    if (!picture) throw new Error('There is no such picture');
    const view = { region: [256, 0, 512, 512], scaled: [256, 256], mirror: false, degrees: 0 } as const;
    expectView(picture, await decode(await answer.arrayBuffer()), view, 'default');
  });

  test.each(['map/0,0,256,256/256,/0/default.jpg', 'map/info.json', 'map/manifest.json'])(
    '%s is read from the source once, and kept by the platform',
    async (path) => {
      const first = await get(path);
      expect(first.headers.get('Cache-Control')).toBe('public, max-age=3600, s-maxage=86400');
      edge.takeReads();
      const again = await get(path);
      expect(again.status).toBe(200);
      expect(again.headers.get('Server-Timing')).toBe('hit');
      expect(edge.takeReads()).toBe(0);
      expect(await again.arrayBuffer()).toEqual(await first.arrayBuffer());
      for (const name of ['Content-Type', 'ETag', 'Link', 'Access-Control-Allow-Origin']) {
        expect(again.headers.get(name), name).toBe(first.headers.get(name));
      }
    },
  );

  test('a kept answer is confirmed by its validator, and told without its body', async () => {
    const path = 'map/256,256,256,256/256,/0/default.jpg';
    const etag = (await get(path)).headers.get('ETag') ?? '';
    const confirmed = await get(path, { headers: { 'If-None-Match': etag } });
    expect(confirmed.status).toBe(304);
    expect(confirmed.headers.get('ETag')).toBe(etag);
    const head = await get(path, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('Server-Timing')).toBe('hit');
    expect(Number(head.headers.get('Content-Length'))).toBeGreaterThan(0);
  });

  test('a query makes no other answer', async () => {
    const path = 'map/512,256,256,256/256,/0/default.jpg';
    await get(path);
    expect((await get(`${path}?anything=1`)).headers.get('Server-Timing')).toBe('hit');
  });

  test('what Accept decides is kept apart', async () => {
    const url = `${ORIGIN}/iiif/map/info.json`;
    const two = { headers: { Accept: 'application/json;profile="http://iiif.io/api/image/2/context.json"' } };
    const contexts = [];
    for (const init of [undefined, two, undefined, two]) {
      const info = (await (await edge.fetch(url, init)).json()) as { '@context': string };
      contexts.push(info['@context'].replace(/\D+(\d)\D*$/, '$1'));
    }
    expect(contexts).toEqual(['3', '2', '3', '2']);
  });

  test('errors are not kept', async () => {
    expect((await get('missing/info.json')).status).toBe(404);
    edge.takeReads();
    expect((await get('missing/info.json')).status).toBe(404);
    expect(edge.takeReads()).toBeGreaterThan(0);
  });

  test('an image whose index is known costs no header reads', async () => {
    await get('plaza/info.json');
    edge.takeReads();
    await get('plaza/0,0,256,256/256,/0/default.jpg');
    expect(edge.takeReads()).toBe(1);
  });

  test.each(['jpg', 'png', 'webp'])('all that info.json allows can be made: %s', async (format) => {
    const answer = await get(`plaza/full/max/0/default.${format}`);
    if (answer.status !== 200) expect.fail(await answer.text());
    const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
    expect(width * height).toBeLessThanOrEqual(EDGE_LIMITS.maxArea ?? 0);
    expect(width * height).toBeGreaterThan(0.99 * (EDGE_LIMITS.maxArea ?? 0));
  });

  test('requests of many clients at once do not hinder each other', async () => {
    const tiles = Array.from({ length: 60 }, (_, tile) => {
      const [x, y] = [(tile % 7) * 128, Math.floor((tile % 30) / 7) * 128];
      return get(`map/${x},${y},128,128/100,/0/default.jpg`);
    });
    const statuses = (await Promise.all(tiles)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('a client that goes away takes nobody along', async () => {
    const path = '/iiif/3/wide/0,0,100,100/90,/0/default.jpg';
    const { hostname, port } = edge.address;
    const socket = createConnection(Number(port), hostname);
    await new Promise((resolve) => socket.write(`GET ${path} HTTP/1.1\r\nHost: potto.example\r\n\r\n`, resolve));
    const others = Promise.all([1, 2, 3].map(() => edge.fetch(`http://potto.example${path}`)));
    socket.destroy();
    expect((await others).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('the status is not shown to strangers', async () => {
    expect((await edge.fetch(`${ORIGIN}/iiif/_status`)).status).toBe(404);
  });
});

describe('with options', () => {
  let edge: EdgeWorker;
  beforeAll(async () => {
    edge = await startWorker(
      worker(`() => ({
        ${SOURCES},
        status: true,
        authorize: ({ identifier, request }) =>
          identifier !== 'tall' || request.headers.get('X-Reader') === 'member'
            ? 'allow'
            : 'deny',
      })`),
      store,
    );
  });
  afterAll(() => edge.close());
  const get = (path: string, init?: RequestInit) => edge.fetch(`${ORIGIN}/iiif/3/${path}`, init);

  test('authorize decides for each request, and nothing is kept for others', async () => {
    const tile = 'tall/0,0,128,128/128,/0/default.jpg';
    const member = { headers: { 'X-Reader': 'member' } };
    const statuses = [];
    for (const init of [undefined, member, undefined, member]) statuses.push((await get(tile, init)).status);
    expect(statuses).toEqual([401, 200, 401, 200]);
    expect((await get(tile, member)).headers.get('Cache-Control')).toBe('private, no-cache');
  });

  test('the status tells of all answers of the isolate', async () => {
    await get('map/info.json');
    const status = (await (await edge.fetch(`${ORIGIN}/iiif/_status`)).json()) as {
      routes: Record<string, { requests: number }>;
    };
    expect(status.routes.info?.requests).toBeGreaterThan(0);
    expect(status.routes.image?.requests).toBeGreaterThan(0);
    expect((await edge.fetch(`${ORIGIN}/iiif/_health`)).status).toBe(200);
  });
});

describe.runIf(process.platform === 'linux')('the memory of an isolate', { timeout: 300_000 }, () => {
  test('is after sixteen hundred answers what a worker has that does no more than to fetch', async () => {
    // The platform's cache would keep its content in the same process here.
    const grownBy = async (script: string) => {
      const edge = await startWorker(script, store);
      try {
        const some = (from: number) =>
          inTurns(800, (n) =>
            edge.fetch(`${ORIGIN}/iiif/3/map/${(from + n) % 700},${(3 * n) % 500},200,200/100,/0/default.jpg`),
          );
        await some(0);
        const before = residentBytes();
        await some(800);
        return (residentBytes() - before) / MEBIBYTE;
      } finally {
        await edge.close();
      }
    };
    const fetching = await grownBy(FETCHING);
    const serving = await grownBy(worker(`{ ${SOURCES}, cacheControl: 'no-cache' }`));
    console.info(
      `workerd grew by ${serving.toFixed(1)} MiB in 800 answers, a worker that only fetches by ${fetching.toFixed(1)}`,
    );
    // Heaps grow for some thousand answers before they are cleaned. The pixels of eight hundred answers are 122 MiB.
    expect(serving - fetching).toBeLessThan(96);
  });
});

const FETCHING = `export default {
  async fetch() {
    const answer = await fetch('https://images.example/map.tif', { headers: { Range: 'bytes=0-40000' } });
    return new Response((await answer.arrayBuffer()).slice(0, 6000));
  },
};`;

/** Six at a time, as a browser asks. */
async function inTurns(count: number, ask: (n: number) => Promise<Response>): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < count) expect((await ask(next++)).status).toBe(200);
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(one));
}

/** Of the runtimes that this process started. */
function residentBytes(): number {
  const own = readdirSync('/proc').filter((id) => /^\d+$/.test(id) && parentOf(id) === process.pid);
  const pages = own.map((id) => Number(readFileSync(`/proc/${id}/statm`, 'utf8').split(' ')[1]));
  return 4096 * pages.reduce((sum, one) => sum + one, 0);
}

function parentOf(id: string): number | undefined {
  try {
    return Number(
      readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1],
    );
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
