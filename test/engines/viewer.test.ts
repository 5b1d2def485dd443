import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DIST, SCREENSHOTS } from '../e2e/paths.ts';
import { type Site, startSite } from '../e2e/site.ts';
import { valueIn } from './ask.ts';
import type { Engine } from './engine.ts';
import { findFirefox, openFirefox } from './firefox.ts';
import { type Stand, startStand } from './site.ts';
import { findWebKit, openWebKit } from './webkit.ts';

const firefox = findFirefox();
const webkit = findWebKit();
/** In Chromium the tests of the viewer run in full. */
const ENGINES: readonly { readonly name: string; readonly open: (() => Promise<Engine>) | undefined }[] = [
  { name: 'Firefox', open: firefox ? () => openFirefox(firefox) : undefined },
  { name: 'WebKit', open: webkit ? () => openWebKit(webkit) : undefined },
];

/** For what comes by and by. */
const WAITING = { timeout: 60_000, interval: 100 };

const withViewer = (attributes: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>
<link rel="icon" href="data:,"><style>body { margin: 0 } potto-viewer { height: 100vh }</style>
<potto-viewer ${attributes}></potto-viewer>
<script>
window.told = [];
for (const name of ['potto-open', 'potto-error']) {
  document.addEventListener(name, ({ type, detail }) => window.told.push([type, detail]));
}
</script>
<script type="module" src="potto-viewer.js"></script></html>`;

const canvas = (name: string) => {
  const id = `iiif/3/${name}`;
  const body = { id, type: 'Image', service: [{ id, type: 'ImageService3' }] };
  return { type: 'Canvas', width: 3000, height: 2000, items: [{ items: [{ motivation: 'painting', body }] }] };
};
const BOOK = JSON.stringify({
  type: 'Manifest',
  label: { none: ['Book'] },
  items: [canvas('nuthatch'), canvas('world-1689')],
});

/** Part of the viewer's shadow tree. */
const inside = (selector: string) => `document.querySelector('potto-viewer').shadowRoot.querySelector('${selector}')`;

for (const { name, open } of ENGINES) {
  if (!open) console.warn(`${name} isn't installed and can't be: its tests are left out.`);
  describe.skipIf(!open)(`<potto-viewer> in ${name}`, { timeout: 90_000 }, () => {
    let stand: Stand;
    let site: Site;
    let engine: Engine;
    beforeAll(async () => {
      stand = await startStand();
      const sources = `${stand.store.url}/scans/{id}.tif`;
      site = await startSite({
        folder: DIST,
        files: {
          'index.html': withViewer('src="./book.json"'),
          'in-page.html': withViewer('src="nuthatch" in-page'),
          'book.json': BOOK,
          'sw.js': `importScripts('potto-sw.js');\npotto.serve({ sources: '${sources}' });`,
        },
      });
      if (open) engine = await open();
    }, 120_000);
    afterAll(async () => {
      await engine.close();
      await site.close();
      await stand.close();
    });

    /** What the viewer told first. */
    const opened = async () => {
      await vi.waitFor(async () => expect(await valueIn<unknown[]>(engine, 'window.told')).not.toEqual([]), WAITING);
      const [told] = await valueIn<readonly unknown[]>(engine, 'window.told');
      return told;
    };
    /** All that was asked for is drawn; a screen without an image is of one colour. */
    const drawn = async (shot: string) => {
      await vi.waitFor(async () => expect(await engine.evaluate(`${inside('.bar')}.hidden`)).toBe(true), WAITING);
      await vi.waitFor(async () => {
        const picture = await engine.screenshot();
        await mkdir(SCREENSHOTS, { recursive: true });
        await writeFile(join(SCREENSHOTS, `viewer-${shot}-${name.toLowerCase()}.png`), picture);
        const { channels } = await sharp(picture).stats();
        expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(30);
      }, WAITING);
    };

    test('shows a book through the worker, and turns its page', async () => {
      await engine.goto(site.url);
      expect(await opened()).toEqual(['potto-open', { label: 'Book', pages: 2, server: 'service-worker' }]);
      await drawn('book');
      await engine.evaluate(`${inside('[part~=next]')}.click()`);
      await vi.waitFor(
        async () => expect(await engine.evaluate(`${inside('.counter')}.textContent`)).toBe('2 / 2'),
        WAITING,
      );
      await drawn('page-2');
      const thumbnails = async () =>
        expect(await valueIn(engine, `${inside('.strip')}.querySelectorAll('img').length`)).toBe(2);
      await vi.waitFor(thumbnails, WAITING);
      // An error stands in the place of the tools; a note that a slow machine shows less sharp tiles may be there.
      expect(await engine.evaluate(`${inside('.toolbar')}.hidden`)).toBe(false);
      expect(site.requests.filter((request) => request.includes('/iiif/'))).toEqual([]);
    });

    test('shows an image from a worker of the page', async () => {
      await engine.goto(`${site.url}in-page.html`);
      expect(await opened()).toEqual(['potto-open', { label: 'nuthatch', pages: 1, server: 'in-page' }]);
      await drawn('in-page');
      expect(await engine.evaluate(`${inside('.toolbar')}.hidden`)).toBe(false);
      expect(site.requests.filter((request) => request.includes('/iiif/'))).toEqual([]);
    });
  });
}
