import type { Page } from 'playwright/test';
import type { PackStatus } from '../../src/index.ts';
import { ask } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';
import { storedTiles } from './stored-tiles.ts';

const MAP = 'world-1689';
const SERVICE = `iiif/3/${MAP}`;

/** Every tile of every level, and what is made of them. */
async function questions(): Promise<readonly string[]> {
  const { width, height, levels } = await storedTiles(`${PYRAMIDS}/${MAP}.tif`);
  const side = 512;
  const tiles: string[] = [];
  for (let scale = 1; scale < 2 ** levels; scale *= 2) {
    for (let y = 0; y < height; y += side * scale) {
      for (let x = 0; x < width; x += side * scale) {
        const w = Math.min(side * scale, width - x);
        const h = Math.min(side * scale, height - y);
        tiles.push(`${x},${y},${w},${h}/${Math.ceil(w / scale)},${Math.ceil(h / scale)}/0/default.jpg`);
      }
    }
  }
  const made = [
    'full/!300,300/0/default.jpg',
    'full/max/0/gray.png',
    '1000,700,333,217/200,/90/default.webp',
    '17,301,900,800/,400/!45/default.png',
    'pct:20,20,30,30/600,/180/bitonal.png',
    'square/400,/270/default.jpg',
  ];
  return ['info.json', ...tiles, ...made].map((path) => `${SERVICE}/${path}`);
}

/** The pack as it is when its download has ended. */
function pinAndWait(page: Page, id = MAP): Promise<PackStatus> {
  return page.evaluate(async (id) => (await window.potto.pin(id)).done, id);
}

test('a pinned image is all there after a restart, with the store stopped, as it was with it', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  test.setTimeout(180_000);
  const asked = await questions();
  const site = await openWorkerSite();
  const first = await openBrowser();
  const page = await visit(first, site.url);
  const online = new Map<string, Buffer>();
  for (const url of asked) {
    const answer = await ask(page, url);
    expect(answer.status, url).toBe(200);
    online.set(url, answer.bytes);
  }
  const pack = await pinAndWait(page);
  expect(pack).toMatchObject({ id: MAP, isComplete: true });
  // What was seen is in the cache: it must come from the pack.
  await page.evaluate(() => window.potto.purge());
  await first.close();
  await door.close();

  const again = await visit(await openBrowser(), site.url);
  const requests = door.requests.length;
  for (const url of asked) {
    const answer = await ask(again, url);
    expect(answer.status, url).toBe(200);
    expect(answer.bytes.equals(online.get(url) ?? Buffer.alloc(0)), url).toBe(true);
    expect(answer.headers['server-timing'] ?? '', url).not.toContain('hit');
  }
  expect(door.requests.length).toBe(requests);
});

test('a manifest pins the images it names, and an exported pack is whole in another browser without a network', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  const manifest = `${site.url}iiif/3/nuthatch/manifest.json`;
  const pack = await page.evaluate(async (url) => (await window.potto.pin(new URL(url))).done, manifest);
  expect(pack).toMatchObject({ id: manifest, label: 'nuthatch', isComplete: true });
  expect(pack.works).toMatchObject([{ identifier: 'nuthatch' }]);
  expect(pack.documents).toMatchObject([{ url: manifest }]);
  const file = await page.evaluate(async (id) => {
    const blob = await new Response(window.potto.exportPack(id)).blob();
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('pack', { create: true });
    await blob.stream().pipeTo(await handle.createWritable());
    return blob.size;
  }, manifest);
  expect(file).toBeGreaterThan(pack.bytes);
  const online = await ask(page, 'iiif/3/nuthatch/full/400,/0/default.jpg');
  await page.evaluate((id) => window.potto.unpin(id), manifest);
  expect(await page.evaluate(() => window.potto.packs())).toEqual([]);
  await page.evaluate(() => window.potto.purge());
  await door.close();
  const imported = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    return window.potto.importPack(await (await root.getFileHandle('pack')).getFile());
  });
  expect(imported).toEqual({ ...pack, created: imported.created });
  const offline = await ask(page, 'iiif/3/nuthatch/full/400,/0/default.jpg');
  expect(offline.status).toBe(200);
  expect(offline.bytes.equals(online.bytes)).toBe(true);
});

test('levels up to a width are there without the store, in a part of the bytes', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  const pack = await page.evaluate(async (id) => (await window.potto.pin(id, { what: { width: 1350 } })).done, MAP);
  expect(pack.isComplete).toBe(true);
  expect(pack.bytes).toBeLessThan(6_000_000);
  await door.close();
  const answer = await ask(page, `${SERVICE}/full/900,/0/default.jpg`);
  expect(answer.status).toBe(200);
  expect(answer.headers['server-timing']).toContain('pinned');
});
