import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import type { Page } from 'playwright/test';
import { startPrivateStore, withCookie, withHeader, withSignature } from '../access/private-store.ts';
import { ask, words } from './ask.ts';
import { test as base, expect, stopWorker, visit } from './fixtures.ts';
import { imagesInIndex } from './index-records.ts';
import { PYRAMIDS } from './paths.ts';
import { PRIVATE } from './store/buckets.ts';
import { assumeReader } from './store/control.ts';

const KEYS = { accessKeyId: 'AKIDPRIVATE', secretAccessKey: 'never-to-be-seen', sessionToken: 'nor-this' };
const INFO = 'iiif/3/nuthatch/info.json';
const TILE = 'iiif/3/nuthatch/0,0,512,512/512,512/0/default.jpg';
const OTHER_TILE = 'iiif/3/nuthatch/512,0,512,512/512,512/0/default.jpg';
/** Not read ahead with the others. */
const FAR_TILE = 'iiif/3/nuthatch/1024,1024,512,512/512,512/0/default.jpg';

const test = base.extend<{ store: Awaited<ReturnType<typeof startPrivateStore>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn what a fixture needs.
  store: async ({}, use) => {
    const store = await startPrivateStore(await readFile(join(PYRAMIDS, 'nuthatch.tif')), () => 403);
    await use(store);
    await store.close();
  },
});

const optionsOf = (origin: string, access: string) =>
  `{ sources: { url: '${origin}/private/{id}.tif', access: ${access} } }`;

/** Signs the page in; what its function was asked is left in `window.reasons`. */
function signIn(page: Page, credentials: object): Promise<void> {
  return page.evaluate((credentials) => {
    const reasons: string[] = [];
    Object.assign(window, { reasons });
    window.potto.signIn({
      credentials: ({ reason }) => {
        reasons.push(reason);
        return JSON.parse(JSON.stringify(credentials));
      },
    });
  }, credentials);
}

const status = async (page: Page, url: string) => (await ask(page, url)).status;
const entries = (page: Page) => page.evaluate(async () => (await window.potto.cacheStats()).entries);
const reasonsOf = (page: Page) => page.evaluate(() => Reflect.get(window, 'reasons') as string[]);

test('a private bucket is read with what the page signs in with, and again after the worker was stopped', async ({
  store,
  folder,
  openBrowser,
  openWorkerSite,
}) => {
  store.guard = withSignature(() => KEYS, 'eu-west-1');
  const site = await openWorkerSite({ options: optionsOf(store.origin, "{ kind: 's3', region: 'eu-west-1' }") });
  const context = await openBrowser();
  const page = await visit(context, site.url);
  await page.evaluate(() => {
    const needed: unknown[] = [];
    Object.assign(window, { needed });
    window.potto.onSignInNeeded((event) => needed.push(event));
  });
  const before = await ask(page, INFO);
  expect(before.status).toBe(401);
  expect(words(before)).toMatch(/not public.*signed in/);
  await ask(page, TILE);
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'needed'))).toEqual([{ source: '', status: 401 }]);
  expect(store.requests).toEqual([]);

  await signIn(page, KEYS);
  expect(await status(page, INFO)).toBe(200);
  expect(await status(page, TILE)).toBe(200);
  await stopWorker(page);
  expect(await status(page, OTHER_TILE)).toBe(200);
  expect(await reasonsOf(page)).toEqual(['missing', 'missing']);
  expect(store.requests.every(({ url }) => !url.includes('?'))).toBe(true);
  // Nothing of it is anywhere on the disk, where the image's address is.
  await expect.poll(() => entries(page)).toBeGreaterThan(0);
  await expect.poll(() => imagesInIndex(page)).toBe(1);
  await context.close();
  const stored = await contentOf(join(folder, 'profile'));
  expect(stored.includes(`${store.origin}/private/`)).toBe(true);
  for (const secret of Object.values(KEYS)) expect(stored.includes(secret)).toBe(false);
});

test('a private bucket of a real store is read by temporary keys, and by URLs that are signed with them', async ({
  door,
  openBrowser,
  openWorkerSite,
}) => {
  const keys = await assumeReader();
  base.skip(keys === undefined, 'This store has no temporary keys');
  if (!keys) return;
  const object = `${door.url}/${PRIVATE}/nuthatch.tif`;
  const signer = new AwsV4Signer({ ...keys, url: object, region: 'us-east-1', service: 's3', signQuery: true });
  const url = `'${door.url}/${PRIVATE}/{id}.tif'`;
  const options = `{ sources: {
    keys: { url: ${url}, access: { kind: 's3', region: 'us-east-1' } },
    urls: { url: ${url}, access: { kind: 'presigned', sign: async () => (await fetch('signed.txt')).text() } },
  } }`;
  const files = { 'signed.txt': (await signer.sign()).url.href };
  const page = await visit(await openBrowser(), (await openWorkerSite({ options, files })).url);
  const tile = (source: string, x: number) => `iiif/3/${source}:nuthatch/${x},0,512,512/512,512/0/default.jpg`;
  expect(await status(page, tile('keys', 0))).toBe(401);
  await page.evaluate((credentials) => window.potto.signIn({ source: 'keys', credentials }), keys);
  for (const source of ['keys', 'urls']) expect(await status(page, tile(source, 0)), source).toBe(200);
  await stopWorker(page);
  for (const source of ['keys', 'urls']) expect(await status(page, tile(source, 2048)), source).toBe(200);
  // With neither, it is closed.
  expect(await status(page, object)).toBe(403);
});

/** All files of a folder and of those in it, as one. */
async function contentOf(folder: string): Promise<Buffer> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map(({ parentPath, name }) => readFile(join(parentPath, name)));
  return Buffer.concat(await Promise.all(files));
}

test('signing out drops what was cached, in all pages, and nothing is shown any more', async ({
  store,
  openBrowser,
  openWorkerSite,
}) => {
  store.guard = withHeader(() => 'Bearer one');
  const site = await openWorkerSite({ options: optionsOf(store.origin, "{ kind: 'bearer' }") });
  const context = await openBrowser();
  const page = await visit(context, site.url);
  const other = await context.newPage();
  await other.goto(site.url);
  await other.evaluate(() => window.registered);
  await signIn(page, { token: 'one' });
  await signIn(other, { token: 'one' });
  for (const url of [INFO, TILE]) expect(await status(page, url)).toBe(200);
  await expect.poll(() => entries(page)).toBe(1);
  await page.evaluate(() => window.potto.signOut());
  expect(await entries(page)).toBe(0);
  for (const url of [INFO, TILE]) expect(await status(other, url)).toBe(401);
  await stopWorker(page);
  for (const url of [INFO, TILE]) expect(await status(page, url)).toBe(401);
});

test('signing out of one source leaves what is cached of the others, and of public images', async ({
  store,
  door,
  openBrowser,
  openWorkerSite,
}) => {
  store.guard = withHeader(() => 'Bearer one');
  const sources = {
    open: `${door.url}/scans/{id}.tif`,
    maps: { url: `${store.origin}/maps/{id}.tif`, access: { kind: 'bearer' } },
    letters: { url: `${store.origin}/letters/{id}.tif`, access: { kind: 'bearer' } },
  };
  const site = await openWorkerSite({ options: JSON.stringify({ sources }) });
  const page = await visit(await openBrowser(), site.url);
  await page.evaluate(() => {
    for (const source of ['maps', 'letters']) window.potto.signIn({ source, credentials: { token: 'one' } });
  });
  const of = (source: string) => TILE.replace('nuthatch', `${source}:nuthatch`);
  for (const source of Object.keys(sources)) expect(await status(page, of(source))).toBe(200);
  await expect.poll(() => entries(page)).toBe(3);
  await expect.poll(() => imagesInIndex(page)).toBe(3);
  await page.evaluate(() => window.potto.signOut({ source: 'maps' }));
  expect([await entries(page), await imagesInIndex(page)]).toEqual([2, 2]);
  expect(await status(page, of('maps'))).toBe(401);
  await page.evaluate(() => window.potto.signOut());
  expect([await entries(page), await imagesInIndex(page)]).toEqual([1, 1]);
  expect(await status(page, of('letters'))).toBe(401);
  await door.close();
  const kept = await ask(page, of('open'));
  expect([kept.status, kept.headers['server-timing']]).toEqual([200, expect.stringContaining('hit')]);
});

test('any page that is signed in serves all, the latest first, until it is closed', async ({
  store,
  openBrowser,
  openWorkerSite,
}) => {
  store.guard = withHeader(() => 'Bearer new');
  const site = await openWorkerSite({ options: optionsOf(store.origin, "{ kind: 'bearer' }") });
  const context = await openBrowser();
  const page = await visit(context, site.url);
  const reader = await context.newPage();
  await reader.goto(site.url);
  await reader.evaluate(() => window.registered);
  await signIn(page, { token: 'new' });
  expect(await status(reader, INFO)).toBe(200);
  await stopWorker(reader);
  await page.close();
  expect(await status(reader, OTHER_TILE)).toBe(401);
  await signIn(reader, { token: 'new' });
  expect(await status(reader, OTHER_TILE)).toBe(200);
});

test('credentials that end are renewed through the page, and those that are refused as well', async ({
  store,
  openBrowser,
  openWorkerSite,
}) => {
  let good = 'first';
  store.guard = withHeader(() => `Bearer ${good}`);
  const site = await openWorkerSite({ options: optionsOf(store.origin, "{ kind: 'bearer' }") });
  const page = await visit(await openBrowser(), site.url);
  await signIn(page, { token: 'first', expiration: Date.now() + 5000 });
  expect(await status(page, INFO)).toBe(200);
  await signIn(page, { token: 'first' });
  expect(await status(page, TILE)).toBe(200);
  good = 'second';
  await page.evaluate(() => {
    let asked = 0;
    window.potto.signIn({ credentials: () => ({ token: asked++ === 0 ? 'first' : 'second' }) });
  });
  expect(await status(page, FAR_TILE)).toBe(200);
  expect(store.requests.map(({ status }) => status)).toContain(401);
});

test('a page without a controller can sign in before it registers', async ({ store, openBrowser, openWorkerSite }) => {
  store.guard = withHeader(() => 'Bearer early');
  const index = `<!doctype html><title>Page</title><link rel="icon" href="data:,"><script type="module">
import * as potto from './index.js';
window.potto = potto;
potto.signIn({ credentials: { token: 'early' } });
window.registered = potto.register().then(() => '', (error) => error.message);
</script>`;
  const options = optionsOf(store.origin, "{ kind: 'bearer' }");
  const page = await visit(
    await openBrowser(),
    (await openWorkerSite({ options, files: { 'index.html': index } })).url,
  );
  expect(await status(page, INFO)).toBe(200);
});

test('cookies of the source are sent along where it says so', async ({ store, openBrowser, openWorkerSite }) => {
  store.guard = withCookie('session=abc');
  const site = await openWorkerSite({ options: optionsOf(store.origin, "{ kind: 'cookies' }") });
  const context = await openBrowser();
  const page = await visit(context, site.url);
  expect(await status(page, INFO)).toBe(401);
  await context.addCookies([{ name: 'session', value: 'abc', url: store.origin, sameSite: 'Lax' }]);
  expect(await status(page, INFO)).toBe(200);
});

test('a redirect of the source is not followed with credentials', async ({ store, openBrowser, openWorkerSite }) => {
  const other = await startPrivateStore(Buffer.alloc(0), () => undefined);
  store.guard = () => undefined;
  store.redirect = `${other.origin}/private/nuthatch.tif`;
  const site = await openWorkerSite({ options: optionsOf(store.origin, "{ kind: 'bearer' }") });
  const page = await visit(await openBrowser(), site.url);
  await signIn(page, { token: 'one' });
  const answer = await ask(page, INFO);
  expect(answer.status).toBe(502);
  expect(words(answer)).toMatch(/redirect/);
  expect(other.requests).toEqual([]);
  await other.close();
});
