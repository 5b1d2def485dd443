import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { folderFinder } from '../../src/host/folder.ts';
import { createImageServer, type ImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { largestDifference, pixelsOf, pixelsOfTiff } from '../e2e/ask.ts';
import { PYRAMIDS, SCREENSHOTS } from '../e2e/paths.ts';
import { ask, valueIn } from './ask.ts';
import { openChromium } from './chromium.ts';
import type { Engine } from './engine.ts';
import { findFirefox, openFirefox } from './firefox.ts';
import { type Stand, startStand } from './site.ts';
import { findWebKit, openWebKit } from './webkit.ts';

const firefox = findFirefox();
const webkit = findWebKit();
const ENGINES: readonly { readonly name: string; readonly open: (() => Promise<Engine>) | undefined }[] = [
  { name: 'Chromium', open: openChromium },
  { name: 'Firefox', open: firefox ? () => openFirefox(firefox) : undefined },
  { name: 'WebKit', open: webkit ? () => openWebKit(webkit) : undefined },
];

const TILE = 'iiif/3/scans:nuthatch/512,1024,512,512/512,512/0/default.jpg';
const HALF = 'iiif/3/scans:nuthatch/1024,0,1024,1024/512,512/0/default.jpg';

/** Requests of every kind of work: what the codecs and the kernel make of them must not depend on the browser. */
const RENDERED = [
  'nuthatch/500,700,600,500/300,250/0/default.jpg',
  'nuthatch/full/!300,300/90/gray.png',
  'nuthatch/0,0,800,800/200,200/!30/default.png',
  'world-1689/300,333,700,555/max/0/default.webp',
  'world-1689/full/200,/0/bitonal.gif',
  'world-1689/300,333,200,155/max/0/default.avif',
  'moon/full/!400,400/0/default.tif',
];

/** For what comes by and by. */
const WAITING = { timeout: 60_000, interval: 100 };

let native: ImageServer;
beforeAll(async () => {
  native = createImageServer({ sources: await folderFinder(PYRAMIDS), wasm: loadWasm });
});

for (const { name, open } of ENGINES) {
  if (!open) console.warn(`${name} isn't installed and can't be: its tests are left out.`);
  describe.skipIf(!open)(name, { timeout: 90_000 }, () => {
    let stand: Stand;
    let engine: Engine;
    beforeAll(async () => {
      stand = await startStand();
      if (open) engine = await open();
      console.log(engine.version);
    }, 120_000);
    afterAll(async () => {
      await engine.close();
      await stand.close();
    });

    test('the first visit works without a reload', async () => {
      await engine.goto(stand.site.url);
      const loaded = async () => expect(await engine.evaluate('"registered" in window')).toBe(true);
      await vi.waitFor(loaded, WAITING);
      expect(await engine.evaluate('window.registered')).toBe('');
      const width = await valueIn(
        engine,
        `(async () => {
          const image = new Image();
          image.src = 'iiif/3/scans:nuthatch/full/200,/0/default.jpg';
          await image.decode();
          return image.naturalWidth;
        })()`,
      );
      expect(width).toBe(200);
      expect(stand.site.requests.filter((request) => request.includes('/iiif/'))).toEqual([]);
    });

    test.each([
      { url: TILE, page: 0, at: [512, 1024, 512, 512] },
      { url: HALF, page: 1, at: [512, 0, 512, 512] },
    ] as const)('a stored tile passes through, level $page', async ({ url, page, at }) => {
      const answer = await ask(engine, url);
      expect(answer.status).toBe(200);
      expect(answer.headers['server-timing']).toContain('passthrough');
      const stored = await pixelsOfTiff(join(PYRAMIDS, 'nuthatch.tif'), page, at);
      expect(largestDifference(await pixelsOf(answer.bytes), stored)).toBe(0);
    });

    test.each(RENDERED)('%s is the same as from the server in Node', async (path) => {
      const answer = await ask(engine, `iiif/3/scans:${path}`);
      expect(answer.status).toBe(200);
      expect(answer.headers['x-potto']).toBeUndefined();
      const same = await native.fetch(new Request(`${stand.site.url}iiif/3/${path.replace('/', '.tif/')}`));
      const bytes = Buffer.from(await same.arrayBuffer());
      expect(await shape(answer.bytes)).toEqual(await shape(bytes));
      // Deflate is left to the platform, whose implementations differ in what they find; the pixels don't.
      if (/png|tif/.test(path)) expect(largestDifference(await pixelsOf(answer.bytes), await pixelsOf(bytes))).toBe(0);
      else expect(answer.bytes.equals(bytes)).toBe(true);
    });

    test('what was answered is kept, and there after a reload', async () => {
      const before = await ask(engine, TILE);
      await vi.waitFor(async () => {
        const { entries } = await valueIn<{ entries: number }>(engine, 'potto.cacheStats()');
        expect(entries).toBeGreaterThan(RENDERED.length);
      }, WAITING);
      await engine.goto(stand.site.url);
      const again = await ask(engine, TILE);
      expect(again.headers['server-timing']).toContain('hit');
      expect(again.headers.etag).toBe(before.headers.etag);
      expect(again.bytes.equals(before.bytes)).toBe(true);
    });

    test.each([
      ['nothing/info.json', 404, /No image has the identifier/],
      ['scans:missing/info.json', 404, /missing at its source/],
      ['scans:page/info.json', 502, /HTML/],
      ['closed:nuthatch/info.json', 502, /CORS/],
      ['scans:nuthatch/0,0,0,0/max/0/default.jpg', 400, /./],
      ['scans:nuthatch/full/max/0/default.exe', 400, /./],
    ] as const)('%s is answered by %i, in words', async (path, status, words) => {
      const answer = await ask(engine, `iiif/3/${path}`);
      expect(answer.status).toBe(status);
      expect(answer.bytes.toString()).toMatch(words);
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    test('an image is pinned, and whole without the store', async () => {
      const pack = await valueIn<{ isComplete: boolean }>(
        engine,
        `potto.pin('scans:world-1689').then((download) => download.done)`,
      );
      expect(pack.isComplete).toBe(true);
      const before = stand.store.totals.requests;
      const answer = await ask(engine, 'iiif/3/scans:world-1689/33,44,555,666/max/180/default.png');
      expect(answer.status).toBe(200);
      expect(answer.headers['x-potto']).toBeUndefined();
      expect(stand.store.totals.requests).toBe(before);
    });

    test('a page lends its threads, and renders happen there', async () => {
      let seed = 0;
      await vi.waitFor(async () => {
        seed += 1;
        const answer = await ask(engine, `iiif/3/scans:nuthatch/${seed},${seed},1500,1500/700,700/0/default.jpg`);
        expect(answer.headers['server-timing']?.split(', ')).toContain('thread');
      }, WAITING);
    });

    test('a file of the user is an image at once', async () => {
      const identifier = await engine.evaluate(
        `fetch('${stand.store.url}/scans/nuthatch.tif').then((response) => response.blob())
          .then((bytes) => potto.openLocal(new File([bytes], 'mine.tif')))`,
      );
      expect(identifier).toBe('local/mine.tif');
      const mine = await ask(engine, TILE.replace('scans:nuthatch', 'local%2Fmine.tif'));
      expect(mine.bytes.equals((await ask(engine, TILE)).bytes)).toBe(true);
    });

    test('a pack goes into a file and comes back from it', async () => {
      const pack = await valueIn<{ isComplete: boolean; bytes: number }>(
        engine,
        `(async () => {
          const file = await new Response(await potto.exportPack('scans:world-1689')).blob();
          await potto.unpin('scans:world-1689');
          return potto.importPack(file);
        })()`,
      );
      expect(pack.isComplete).toBe(true);
      const { damaged } = await valueIn<{ damaged: number }>(engine, `potto.verify('scans:world-1689')`);
      expect(damaged).toBe(0);
    });

    test('words are drawn over an image by the fonts of the browser', async () => {
      const answer = await ask(engine, 'iiif/3/scans:dandelions/full/!400,400/0/default.png');
      expect(answer.status).toBe(200);
      const pixels = await pixelsOf(answer.bytes);
      let drawn = 0;
      for (let i = 0; i < pixels.length; i += 3) {
        if (pixels[i] === 255 && pixels[i + 1] === 0 && pixels[i + 2] === 255) drawn++;
      }
      const share = drawn / (pixels.length / 3);
      expect(share).toBeGreaterThan(0.02);
      expect(share).toBeLessThan(0.5);
    });

    test('the demo shows its images', async () => {
      await engine.goto(stand.demo.url);
      await vi.waitFor(async () => {
        const passed = await engine.evaluate(`document.querySelector('#passthrough').textContent`);
        expect(String(passed)).toMatch(/^[1-9]/);
      }, WAITING);
      expect(await engine.evaluate(`document.querySelector('#notice').hidden`)).toBe(true);
      expect(await engine.evaluate(`document.querySelector('#errors').textContent`)).toBe('0');
      const picture = await engine.screenshot();
      await mkdir(SCREENSHOTS, { recursive: true });
      await writeFile(join(SCREENSHOTS, `demo-${name.toLowerCase()}.png`), picture);
      // Something is drawn: a page without its image is mostly of one colour.
      const { channels } = await sharp(picture).stats();
      expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(30);
    });

    test('without the store, what was seen is still there, and the rest is explained', async () => {
      await engine.goto(stand.site.url);
      await stand.store.close();
      const seen = await ask(engine, TILE);
      expect(seen.status).toBe(200);
      expect(seen.headers['server-timing']).toContain('hit');
      const coarser = await ask(engine, TILE.replace('512,1024', '0,0'));
      expect(coarser.status).toBe(200);
      expect(coarser.headers['x-potto']).toBe('degraded');
      const unseen = await ask(engine, 'iiif/3/scans:picos-de-europa/info.json');
      expect(unseen.status).toBe(502);
      expect(unseen.bytes.toString()).toContain('could not be reached');
    });
  });
}

async function shape(bytes: Buffer) {
  const { format, width, height } = await sharp(bytes).metadata();
  return { format, width, height };
}
