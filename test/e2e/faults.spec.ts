import type { BrowserContext, Page } from 'playwright/test';
import { type FaultServer, startFaultServer } from '../faults/fault-server.ts';
import { FAULTS, type Fault } from '../faults/faults.ts';
import { objects } from '../faults/kinds.ts';
import { type Answer, ask, words } from './ask.ts';
import { test as base, expect, PAGE, visit } from './fixtures.ts';
import { DIST } from './paths.ts';

/** Milliseconds, of the worker's `deadline`. */
const DEADLINE = 3000;
const TILE = '256,256,256,256/256,256/0/default.jpg';
const OBJECT = 'tiles.tif';

/** One of each class, and all that only a browser does as it does it. */
const TILE_FAULTS = [
  'ignores Range',
  'truncated, length announced',
  'truncated, no length',
  'reset at the start',
  'reset in the body',
  'stalls before the head',
  'stalls in the body',
  '403',
  '416',
  '429, Retry-After in seconds',
  '500',
  'Content-Range begins elsewhere',
  'more bytes than announced',
  'gzip-encoded',
  'no Allow-Origin',
  'Content-Range not exposed',
  'ETag not exposed',
  'HTML with status 200',
  'redirect within the origin',
  'redirect to another origin',
  'redirect in a circle',
  'another ETag with every answer',
];

const PACK_FAULTS = [
  'truncated, no length',
  'reset in the body',
  'stalls in the body',
  '503, Retry-After in seconds',
  'no Allow-Origin',
];

const stored = objects();

interface Fixtures {
  readonly elsewhere: FaultServer;
  readonly source: FaultServer;
  /** A page whose worker reads the source. */
  readonly page: Page;
  readonly context: BrowserContext;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn what a fixture needs.
  elsewhere: async ({}, use) => {
    const server = await startFaultServer();
    await use(server);
    await server.close();
  },
  source: async ({ elsewhere }, use) => {
    const server = await startFaultServer(elsewhere.origin);
    for (const [path, object] of await stored) {
      server.objects.set(path, object);
      elsewhere.objects.set(path, object);
    }
    await use(server);
    await server.close();
  },
  context: ({ openBrowser }, use) => openBrowser().then(use),
  page: async ({ source, openSite, context }, use) => {
    const worker = `importScripts('potto-sw.js');\npotto.serve({ sources: '${source.origin}/{id}', deadline: ${DEADLINE} });\n`;
    const site = await openSite({ folder: DIST, files: { 'index.html': PAGE, 'sw.js': worker } });
    await use(await visit(context, site.url));
  },
});

function named(name: string): Fault {
  const fault = FAULTS.find((one) => one.name === name);
  if (!fault) throw new Error(`There is no fault “${name}”`);
  return fault;
}

/** Asks until the source is asked again, which an origin that failed often isn't at once. */
async function askUntilGiven(page: Page, path: string): Promise<Answer> {
  let answer = await ask(page, path);
  await expect
    .poll(async () => {
      if (answer.status !== 200) answer = await ask(page, path);
      return answer.status;
    })
    .toBe(200);
  return answer;
}

/** A tile of an object that nothing was read of before. */
async function tileUnder(fault: Fault, identifier: string, page: Page, source: FaultServer): Promise<void> {
  const { misbehave, outcomes, words: sentence } = fault;
  const service = `iiif/3/${identifier}`;
  // Of another row: nothing of the one that is asked for then comes along.
  const right = await askUntilGiven(page, `${service}/0,0,256,256/256,256/0/default.jpg`);

  source.misbehave(misbehave);
  const start = performance.now();
  const answer = await ask(page, `${service}/${TILE}`);
  expect(performance.now() - start).toBeLessThan(DEADLINE + 2000);
  source.misbehave(undefined);

  expect(outcomes).toContain(answer.status === 200 ? 'right' : answer.status);
  // All tiles of the object are the same.
  if (answer.status === 200) expect(Buffer.compare(answer.bytes, right.bytes)).toBe(0);
  else {
    expect(answer.headers['cache-control']).toBe('no-store');
    expect('retry-after' in answer.headers).toBe(answer.status === 503);
    expect(words(answer)).not.toMatch(/secret|127\.0\.0\.1|http:/);
    if (sentence) expect(words(answer)).toMatch(sentence);
  }
  for (const again of [await askUntilGiven(page, `${service}/${TILE}`), await ask(page, `${service}/${TILE}`)]) {
    expect([again.status, Buffer.compare(again.bytes, right.bytes)]).toEqual([200, 0]);
  }
  await expect.poll(() => source.unended).toBe(0);
}

test('a tile is right or an error in words while its source misbehaves, and right afterwards', async ({
  page,
  source,
  elsewhere,
}) => {
  test.setTimeout(180_000);
  const object = source.objects.get(`/${OBJECT}`);
  for (const [index, name] of TILE_FAULTS.entries()) {
    const identifier = `tiles-${index}.tif`;
    for (const server of [source, elsewhere]) if (object) server.objects.set(`/${identifier}`, object);
    await test.step(name, () => tileUnder(named(name), identifier, page, source));
  }
});

test('a source where nobody listens, or whose name nobody knows, is told in words, and read once it is there', async ({
  context,
  door,
  openWorkerSite,
}) => {
  const sources = { gone: `${door.url}/scans/{id}.tif`, nowhere: 'http://nowhere.invalid/{id}' };
  const page = await visit(context, (await openWorkerSite({ options: JSON.stringify({ sources }) })).url);
  await door.close();
  for (const path of ['gone:nuthatch/info.json', 'nowhere:a/info.json', `nowhere:a/${TILE}`]) {
    const start = performance.now();
    const answer = await ask(page, `iiif/3/${path}`);
    expect(performance.now() - start).toBeLessThan(DEADLINE);
    expect([answer.status, words(answer)]).toEqual([502, expect.stringMatching(/could not be reached/)]);
  }
  await door.reopen();
  expect((await askUntilGiven(page, 'iiif/3/gone:nuthatch/info.json')).status).toBe(200);
});

test('an image of a source that hides Content-Range says what to expose', async ({ page, source }) => {
  source.misbehave(named('Content-Range not exposed').misbehave);
  const answer = await ask(page, `iiif/3/${OBJECT}/info.json`);
  expect([answer.status, words(answer)]).toEqual([
    502,
    expect.stringMatching(/Content-Range is hidden.*ExposeHeaders/s),
  ]);
});

test('a pack is completed once its source is well', async ({ page, source }) => {
  test.setTimeout(180_000);
  for (const name of PACK_FAULTS) {
    await test.step(name, async () => {
      const before = source.requests.length;
      // What measures the image is answered.
      source.misbehave(named(name).misbehave, 1);
      const pinned = page.evaluate(async (id) => {
        const { isComplete } = await (await window.potto.pin(id)).done;
        await window.potto.unpin(id);
        return isComplete;
      }, OBJECT);
      await expect.poll(() => source.requests.length - before).toBeGreaterThan(2);
      source.misbehave(undefined);
      expect(await pinned).toBe(true);
    });
  }
});

test('an origin that fails again and again is left alone, and comes back by itself', async ({ page, source }) => {
  const path = `iiif/3/${OBJECT}/info.json`;
  source.misbehave(({ request }) => request.socket.destroy());
  await expect.poll(async () => (await ask(page, path)).headers['retry-after'] ?? '').not.toBe('');
  const asked = source.requests.length;
  // At once: one after the other they might take longer than the pause.
  for (const answer of await Promise.all(Array.from({ length: 10 }, () => ask(page, path)))) {
    if (answer.status === 503) expect(words(answer)).toMatch(/failed \d+ times in a row/);
  }
  // One probe at the most, which Chromium repeats.
  expect(source.requests.length - asked).toBeLessThanOrEqual(2);
  source.misbehave(undefined);
  expect((await askUntilGiven(page, path)).status).toBe(200);
});

test('a network that comes back opens the way at once', async ({ page, context, source }) => {
  const path = `iiif/3/${OBJECT}/info.json`;
  await context.setOffline(true);
  for (let count = 0; count < 8; count++) expect((await ask(page, path)).status).toBeGreaterThanOrEqual(502);
  expect(source.requests).toEqual([]);
  await context.setOffline(false);
  expect((await ask(page, path)).status).toBe(200);
});
