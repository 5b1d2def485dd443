import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PIXELS_TYPE, sizeOfPixels } from '../../src/iiif/pixels.ts';
import type { RequestContext } from '../../src/server.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { libvipsPyramid } from './files.ts';
import { MemoryDerivatives } from './stores.ts';
import { ORIGIN, type Subject, startSubject } from './subject.ts';

const tiled = { tile: true, tileWidth: 256, tileHeight: 256, pyramid: true } as const;
const TILE = '3/deflated/256,0,256,256/256,256/0/default.jpg';
const ACCEPT = { headers: { Accept: `${PIXELS_TYPE}, image/*` } };

let deflated: Subject;
beforeAll(async () => {
  deflated = await startSubject(
    await sharpOf(picture(600, 400, 3))
      .tiff({ compression: 'deflate', ...tiled })
      .toBuffer(),
  );
});
afterAll(() => deflated.close());

/** Asks as a page that the worker controls does; resolves with what goes on after the answer. */
async function askNear(subject: Subject, path: string, { init = ACCEPT as RequestInit, ...context }: Asked = {}) {
  const cache = new MemoryDerivatives();
  const after: Promise<unknown>[] = [];
  const { server } = subject.start({ cache });
  const request = new Request(`${ORIGIN}/iiif/${path}`, init);
  const response = await server.fetch(request, { isNear: true, waitUntil: (work) => after.push(work), ...context });
  return { response, cache, server, finished: Promise.all(after) };
}

interface Asked extends RequestContext {
  readonly init?: RequestInit;
}

test('a tile that had to be decoded comes as pixels, and nothing is encoded', async () => {
  const { response } = await askNear(deflated, TILE);
  expect(response.status).toBe(200);
  expect(sizeOfPixels(response.headers.get('Content-Type'))).toEqual({ width: 256, height: 256 });
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(response.headers.get('Server-Timing')).toMatch(/rendered/);
  expect(response.headers.get('Server-Timing')).not.toMatch(/encode/);
  const pixels = new Uint8Array(await response.arrayBuffer());
  const { server } = deflated.start();
  const png = await server.fetch(new Request(`${ORIGIN}/iiif/${TILE.replace('.jpg', '.png')}`));
  const exact = await sharp(await png.arrayBuffer())
    .ensureAlpha()
    .raw()
    .toBuffer();
  expect(Buffer.from(pixels).equals(exact)).toBe(true);
});

test('the cache gets the same image as always, which is what the next one is given', async () => {
  const { cache, server, finished } = await askNear(deflated, TILE);
  await finished;
  expect(cache.kept.size).toBe(1);
  const again = await server.fetch(new Request(`${ORIGIN}/iiif/${TILE}`, ACCEPT), { isNear: true });
  expect(again.headers.get('Content-Type')).toBe('image/jpeg');
  expect(again.headers.get('Server-Timing')).toMatch(/hit/);
  const plain = await deflated.start().ask(TILE);
  expect(again.headers.get('ETag')).toBe(plain.headers.get('ETag'));
  expect(Buffer.from(await again.arrayBuffer()).equals(Buffer.from(await plain.arrayBuffer()))).toBe(true);
});

test('two who ask at once, one for pixels, get what each asked for', async () => {
  const { server } = deflated.start();
  const [near, plain] = await Promise.all([
    server.fetch(new Request(`${ORIGIN}/iiif/${TILE}`, ACCEPT), { isNear: true }),
    server.fetch(new Request(`${ORIGIN}/iiif/${TILE}`), { isNear: true }),
  ]);
  expect([near, plain].map(({ headers }) => headers.get('Content-Type')?.split(';')[0])).toEqual([
    PIXELS_TYPE,
    'image/jpeg',
  ]);
});

test.each([
  ['by whom Accept doesn’t name them', TILE, { init: {} }],
  ['over a network', TILE, { isNear: false }],
  ['rotated', TILE.replace('/0/', '/90/'), {}],
  ['mirrored', TILE.replace('/0/', '/!0/'), {}],
])('asked for %s, it is an image', async (_how, path, asked) => {
  const { response } = await askNear(deflated, path, asked);
  expect(response.headers.get('Content-Type')).toBe('image/jpeg');
});

test('a stored tile is handed on as it is, and what is large is an image', async () => {
  const stored = await startSubject(await libvipsPyramid(1600, 1200));
  const tile = await askNear(stored, '3/x/256,0,256,256/256,256/0/default.jpg');
  expect(tile.response.headers.get('Content-Type')).toBe('image/jpeg');
  expect(tile.response.headers.get('Server-Timing')).toMatch(/passthrough/);
  const large = await askNear(stored, '3/x/full/1500,/0/default.jpg');
  expect(large.response.headers.get('Content-Type')).toBe('image/jpeg');
  await stored.close();
});

test('what only a profile tells the colours of is an image with that profile', async () => {
  const file = await sharpOf(picture(600, 400, 3))
    .withIccProfile('p3')
    .tiff({ compression: 'deflate', ...tiled })
    .toBuffer();
  const wide = await startSubject(file);
  const { response } = await askNear(wide, TILE);
  expect(response.headers.get('Content-Type')).toBe('image/jpeg');
  await wide.close();
});
