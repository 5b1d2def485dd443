import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SLOTS_PER_ORIGIN } from '../../src/source/origin-slots.ts';
import { expect, test, visit } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';

/**
 * Tiles of 256 pixels in the full resolution. No two of them are one request, with what is read ahead to either side of
 * each, and none is among the first bytes of the file, which are there when its structure is known.
 */
const TILES = Array.from({ length: 14 }, (_, index) => {
  const [column, row] = [index % 2 === 0 ? 2 : 9, 2 + Math.floor(index / 2)];
  return `iiif/3/picos-de-europa/${256 * column},${256 * row},256,256/256,256/0/default.jpg`;
});

/** A source that can be stopped in the middle of its answers. */
async function openSource() {
  const object = await readFile(join(PYRAMIDS, 'picos-de-europa.tif'));
  const held = new Set<() => void>();
  const source = { stalls: false, asked: 0, dropped: 0, url: '', release, close };
  const server = createServer((request, response) => {
    const [, first = '0', last = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const body = object.subarray(Number(first), Number(last) + 1);
    const answer = () => response.end(body);
    source.asked += 1;
    response.writeHead(206, {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Content-Range, ETag',
      'content-length': body.length,
      'content-range': `bytes ${first}-${Number(first) + body.length - 1}/${object.length}`,
      etag: '"1"',
    });
    response.flushHeaders();
    if (!source.stalls) answer();
    else held.add(answer);
    response.once('close', () => {
      held.delete(answer);
      if (!response.writableEnded) source.dropped += 1;
    });
  });
  function release(): void {
    source.stalls = false;
    for (const answer of held) answer();
  }
  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  source.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return source;
}

test('what a page cancels is given up, down to the requests and the queue', async ({ openBrowser, openWorkerSite }) => {
  const source = await openSource();
  const site = await openWorkerSite({ options: `{ sources: '${source.url}/{id}.tif' }` });
  const page = await visit(await openBrowser(), site.url);
  await page.evaluate(() => fetch('iiif/3/picos-de-europa/info.json'));
  Object.assign(source, { stalls: true, asked: 0 });

  const statuses = page.evaluate(async (tiles) => {
    const answers = await Promise.all(tiles.map((url) => fetch(url)));
    return answers.map(({ status }) => status);
  }, TILES);
  await expect.poll(() => source.asked).toBe(SLOTS_PER_ORIGIN);
  await page.evaluate((tiles) => window.potto.cancel(tiles), TILES);

  expect(new Set(await statuses)).toEqual(new Set([499]));
  await expect.poll(() => source.dropped).toBe(SLOTS_PER_ORIGIN);
  expect(source.asked).toBe(SLOTS_PER_ORIGIN);
  expect(await page.evaluate(() => window.potto.stats().then(({ errors }) => errors))).toBe(0);

  source.release();
  const again = await page.evaluate(async (url) => (await fetch(url)).status, TILES[0] ?? '');
  expect(again).toBe(200);
  await source.close();
});

test('another page that asks for the same gets its answer', async ({ openBrowser, openWorkerSite }) => {
  const source = await openSource();
  const site = await openWorkerSite({ options: `{ sources: '${source.url}/{id}.tif' }` });
  const context = await openBrowser();
  const page = await visit(context, site.url);
  await page.evaluate(() => fetch('iiif/3/picos-de-europa/info.json'));
  const other = await context.newPage();
  await other.goto(site.url);
  Object.assign(source, { stalls: true, asked: 0 });

  const url = TILES[0] ?? '';
  const ask = (url: string) => fetch(url).then(({ status }) => status);
  const [dropped, wanted] = [page.evaluate(ask, url), other.evaluate(ask, url)];
  await expect.poll(() => source.asked).toBe(1);
  await page.evaluate((url) => window.potto.cancel(url), url);
  expect(await dropped).toBe(499);
  source.release();
  expect(await wanted).toBe(200);
  expect(source.dropped).toBe(0);
  await source.close();
});
