import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CorsRule } from '../../demo/store/cors.ts';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { type EmbeddedStore, startStore } from '../../demo/store/store.ts';
import { examine } from '../../src/check/examine.ts';
import { type Examination, isGood } from '../../src/check/findings.ts';
import { examinationReport } from '../../src/check/report.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { noise, picture } from '../publish/scans.ts';

const ORIGIN = 'https://library.example';
const wasm = nodeWasmLoader();
const RULE: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['GET', 'HEAD'],
  exposeHeaders: ['Content-Range', 'Content-Length', 'ETag', 'Accept-Ranges'],
};
const TILED = { tile: true, pyramid: true, tileWidth: 512, tileHeight: 512, compression: 'jpeg' } as const;

let pyramid: Uint8Array;
let large: Uint8Array;
let flat: Uint8Array;
beforeAll(async () => {
  pyramid = await picture(2400, 1800).tiff(TILED).toBuffer();
  flat = await picture(4000, 3000).jpeg().toBuffer();
  large = await noise(2600, 2000)
    .tiff({ ...TILED, tileWidth: 256, tileHeight: 256 })
    .toBuffer();
});

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function store(cors: readonly CorsRule[], policy = publicReadPolicy('scans')): Promise<EmbeddedStore> {
  const objects = new Map([
    ['map.tif', pyramid],
    ['large.tif', large],
    ['flat.jpg', flat],
    ['lerc.tif', withCompression(pyramid, 34_925)],
    ['words.tif', new TextEncoder().encode('<html><body>Sign in</body></html>')],
  ]);
  const started = await startStore({ buckets: [{ name: 'scans', objects, policy, cors }] });
  ended.push(started.close);
  return started;
}

/** Another number in the first directory's tag 259. */
function withCompression(file: Uint8Array, compression: number): Uint8Array {
  const copy = new Uint8Array(file);
  const view = new DataView(copy.buffer);
  for (let ifd = view.getUint32(4, true); ifd !== 0; ) {
    const count = view.getUint16(ifd, true);
    for (let at = ifd + 2; at < ifd + 2 + count * 12; at += 12) {
      if (view.getUint16(at, true) === 259) view.setUint16(at + 8, compression, true);
    }
    ifd = view.getUint32(ifd + 2 + count * 12, true);
  }
  return copy;
}

/** A server of the pyramid, whose answers a test spoils. */
async function spoiled(spoil: (response: ServerResponse, request: IncomingMessage, range: Uint8Array) => void) {
  const server = createServer((request, response) => {
    const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const body = pyramid.subarray(Number(first), Number(last) + 1);
    response.statusCode = 206;
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', 'Content-Range, ETag');
    response.setHeader('content-range', `bytes ${first}-${Number(first) + body.length - 1}/${pyramid.length}`);
    response.setHeader('etag', '"v1"');
    spoil(response, request, body);
    if (!response.writableEnded) response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ended.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return `http://127.0.0.1:${address.port}/map.tif`;
}

const look = (url: string, origin = ORIGIN) => examine(url, { origin, wasm });
const grades = ({ findings }: Examination) =>
  Object.fromEntries(findings.map(({ subject, grade }) => [subject, grade]));
const notGood = ({ findings }: Examination) =>
  findings.filter(({ grade }) => grade !== 'good').map(({ subject }) => subject);

describe('check', () => {
  test('a public bucket with the right rules is good in every point', async () => {
    const { url } = await store([RULE]);
    const found = await look(`${url}/scans/map.tif`);
    expect(notGood(found)).toEqual([]);
    expect(isGood(found)).toBe(true);
    expect(found.firstView?.requests).toBeLessThan(12);
    expect(examinationReport(found)).toMatch(/Potto can show it\.$/);
  });

  test('without CORS rules nothing can be read, and the rules to set name the site', async () => {
    const { url } = await store([]);
    const found = await look(`${url}/scans/map.tif`);
    expect(grades(found)).toMatchObject({ Range: 'good', 'Access-Control-Allow-Origin': 'bad', Layout: 'good' });
    const report = examinationReport(found);
    expect(report).toContain(`"${ORIGIN}"`);
    expect(report).toContain('"ExposeHeaders"');
    expect(report).toContain('can not show it');
  });

  test('rules for another site are none', async () => {
    const { url } = await store([{ ...RULE, allowedOrigins: ['https://other.example'] }]);
    expect(isGood(await look(`${url}/scans/map.tif`))).toBe(false);
    expect(isGood(await look(`${url}/scans/map.tif`, 'https://other.example'))).toBe(true);
  });

  test('Content-Range and ETag are missed one by one', async () => {
    const { url } = await store([{ ...RULE, exposeHeaders: ['ETag'] }]);
    const hidden = await look(`${url}/scans/map.tif`);
    expect(notGood(hidden)).toContain('Access-Control-Expose-Headers: Content-Range');
    expect(isGood(hidden)).toBe(false);
    const second = await store([{ ...RULE, exposeHeaders: ['Content-Range'] }]);
    const found = await look(`${second.url}/scans/map.tif`);
    expect(notGood(found)).toEqual(['Access-Control-Expose-Headers: ETag']);
    expect(isGood(found)).toBe(true);
  });

  test('on the site’s own origin no CORS is needed', async () => {
    const { url } = await store([]);
    expect(notGood(await look(`${url}/scans/map.tif`, url))).toEqual([]);
  });

  test('a private bucket is named, with the policy that opens it', async () => {
    const { url } = await store([RULE], { Statement: [] });
    const found = await look(`${url}/scans/map.tif`);
    expect(grades(found).Status).toBe('bad');
    expect(examinationReport(found)).toContain('"arn:aws:s3:::scans/*"');
  });

  test('a bucket that may not be listed shows its CORS rules all the same', async () => {
    const { url } = await store([RULE]);
    expect(grades(await look(`${url}/scans/`))).toMatchObject({
      Bucket: 'warn',
      'Access-Control-Allow-Origin': 'good',
    });
    const closed = await store([]);
    expect(isGood(await look(`${closed.url}/scans/`))).toBe(false);
  });

  test('of layouts: a flat picture and a scattered index are dear, another compression can not be read', async () => {
    const { url } = await store([RULE]);
    const flat = await look(`${url}/scans/flat.jpg`);
    expect(grades(flat).Layout).toBe('warn');
    expect(examinationReport(flat)).toContain('vips tiffsave');
    const large = await look(`${url}/scans/large.tif`);
    expect(grades(large).Opening).toBe('warn');
    // What libvips writes has its index scattered, so it can't be what mends it.
    expect(examinationReport(large)).toContain('gdal_translate -of COG');
    expect(examinationReport(large)).not.toContain('vips tiffsave');
    const lerc = await look(`${url}/scans/lerc.tif`);
    expect(grades(lerc).Image).toBe('bad');
    expect(examinationReport(lerc)).toContain('compression 34925');
    expect(isGood(await look(`${url}/scans/words.tif`))).toBe(false);
  });

  test.each([
    [
      'Range ignored',
      (response: ServerResponse) => {
        response.removeHeader('content-range');
        response.writeHead(200).end(pyramid);
      },
      'Range',
    ],
    ['a weak ETag', (response: ServerResponse) => void response.setHeader('etag', 'W/"v1"'), 'ETag'],
    ['no ETag', (response: ServerResponse) => response.removeHeader('etag'), 'ETag'],
    [
      'Content-Encoding',
      (response: ServerResponse) => void response.setHeader('content-encoding', 'br'),
      'Content-Encoding',
    ],
    [
      'another range',
      (response: ServerResponse) => void response.setHeader('content-range', 'bytes 5-20/4000'),
      'Range',
    ],
    [
      'a page in place of an image',
      (response: ServerResponse) => void response.setHeader('content-type', 'text/html'),
      'Content-Type',
    ],
    [
      'one origin without Vary',
      (response: ServerResponse) => void response.setHeader('access-control-allow-origin', ORIGIN),
      'Vary',
    ],
  ])('%s is found', async (_name, spoil, subject) => {
    expect(notGood(await look(await spoiled(spoil)))).toContain(subject);
  });

  test('the configuration to copy is that of the server that answered', async () => {
    const server = (name: string) =>
      spoiled((response) => {
        response.setHeader('server', name);
        response.removeHeader('access-control-allow-origin');
      });
    expect(examinationReport(await look(await server('nginx/1.22')))).toContain(
      'add_header Access-Control-Allow-Origin',
    );
    expect(examinationReport(await look(await server('lighttpd/1.4')))).toContain('setenv.add-response-header');
    expect(examinationReport(await look(await server('Apache')))).toContain('Header always set');
    expect(examinationReport(await look(await server('AmazonS3')))).toContain('put-bucket-cors');
  });

  test('a server that isn’t there is told from one that forbids', async () => {
    const { url, close } = await startStore({ buckets: [] });
    await close();
    expect(grades(await look(`${url}/scans/map.tif`))).toEqual({ Connection: 'bad' });
  });
});
