import { afterEach, expect, test, vi } from 'vitest';
import type { ImageStructure } from '../../src/image/open.ts';
import { PARTS, type Parts } from '../../src/parts.ts';
import { createImageServerOf } from '../../src/server.ts';
import { httpFinder } from '../../src/source/finder.ts';
import * as later from '../../sw/later.ts';
import { lazyParts } from '../../sw/lazy-parts.ts';
import { loadLater } from '../../sw/load-later.ts';
import { loadWasm } from '../codec/load.ts';
import { libvipsPyramid } from '../server/files.ts';
import { MemoryIndex } from '../server/stores.ts';
import { startRangeServer } from '../source/range-server.ts';

/** A worker's global scope, which has the second script to import or not. */
function openScope({ isThere }: { isThere: boolean }) {
  const self: { pottoLater?: typeof later } = {};
  const scope = { isThere, imported: [] as string[] };
  vi.stubGlobal('self', self);
  vi.stubGlobal('importScripts', (url: string) => {
    scope.imported.push(url);
    if (!scope.isThere) throw new DOMException('The script failed to load.', 'NetworkError');
    self.pottoLater = later;
  });
  return scope;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const end of ends.splice(0)) await end();
});

/** Lives of a server, one after the other, that have nothing but the index in common. */
async function startLives() {
  const store = await startRangeServer(await libvipsPyramid(700, 600));
  ends.push(() => store.close());
  const index = new MemoryIndex<ImageStructure>();
  const sources = httpFinder(`${store.origin}/{id}.tif`);
  return (parts: Parts = lazyParts(() => loadLater(new URL('https://site.example/assets/')).WORKER_PARTS)) => {
    const server = createImageServerOf(parts, { sources, wasm: loadWasm, index });
    return (path: string) => server.fetch(new Request(`https://site.example/iiif/3/scan/${path}`));
  };
}

const INFO = 'info.json';
const TILE = '256,0,256,256/256,256/0/default.jpg';
const EDGE = '512,512,188,88/188,88/0/default.jpg';
const RENDERED = 'full/100,/0/gray.jpg';

test('the second script is imported from where the files are, when an image is opened, and once', async () => {
  const scope = openScope({ isThere: true });
  const ask = (await startLives())();
  expect(scope.imported).toEqual([]);
  for (const path of [INFO, RENDERED, TILE]) expect((await ask(path)).status, path).toBe(200);
  expect(scope.imported).toEqual(['https://site.example/assets/potto-later-test.js']);
});

test('stored tiles of an image whose structure is known pass through without the second script, edges too', async () => {
  const start = await startLives();
  expect((await start(PARTS)(INFO)).status).toBe(200);
  const scope = openScope({ isThere: false });
  const ask = start();
  for (const path of [INFO, TILE, EDGE]) expect((await ask(path)).status, path).toBe(200);
  expect(scope.imported).toEqual([]);
});

test('where the second script is missing, what needs it gets 503 in words until it is there', async () => {
  const start = await startLives();
  const scope = openScope({ isThere: false });
  const [opening, rendering] = [start(), start()];
  const refusals = [await opening(INFO)];
  await start(PARTS)(INFO);
  refusals.push(await rendering(RENDERED));
  for (const refused of refusals) {
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).not.toBeNull();
    expect(await refused.text()).toMatch(/potto-later-test\.js.*could not be loaded.*beside potto-sw\.js/);
  }
  scope.isThere = true;
  expect((await opening(INFO)).status).toBe(200);
  expect((await rendering(RENDERED)).status).toBe(200);
});

test('a script in its place that is another one counts as none', () => {
  openScope({ isThere: true });
  vi.stubGlobal('importScripts', () => undefined);
  expect(() => loadLater(new URL('https://site.example/'))).toThrow(/could not be loaded/);
});
