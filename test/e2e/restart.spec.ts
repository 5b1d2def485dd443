import { ask, words } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { imagesInIndex } from './index-records.ts';

const INFO = 'iiif/3/nuthatch/info.json';
const TILE = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';
const THUMBNAIL = 'iiif/3/nuthatch/full/!300,300/0/default.jpg';
const UNSEEN = 'iiif/3/nuthatch/1024,512,512,512/512,512/0/default.jpg';

test('what was seen is still there after a restart of the browser, with the store stopped', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  const before = new Map<string, Buffer>();
  for (const url of [INFO, TILE, THUMBNAIL]) before.set(url, (await ask(page, url)).bytes);
  // Written when nobody waits.
  await expect.poll(() => page.evaluate(async () => (await window.potto.cacheStats()).entries)).toBe(2);
  await context.close();
  await door.close();

  const again = await visit(await openBrowser(), site.url);
  for (const [url, bytes] of before) {
    const answer = await ask(again, url);
    expect(answer.status, url).toBe(200);
    expect(answer.bytes.equals(bytes), url).toBe(true);
    if (url !== INFO) expect(answer.headers['server-timing']).toContain('hit');
  }
  const unseen = await ask(again, UNSEEN);
  expect(unseen.status).toBe(200);
  expect(unseen.headers['x-potto']).toBe('degraded');
  const unknown = await ask(again, INFO.replace('nuthatch', 'moon'));
  expect(unknown.status).toBe(502);
  expect(words(unknown)).toContain('could not be reached');
  // And a failure spoils nothing.
  expect((await ask(again, TILE)).status).toBe(200);
});

test('what was seen is still there when its version can not be confirmed any more', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const sources = `${door.url}/scans/{id}.tif`;
  const site = await openWorkerSite({ options: `{ sources: '${sources}', revalidateAfter: 0 }` });
  const page = await visit(await openBrowser(), site.url);
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status).toBe(200);
  await door.close();
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status).toBe(200);
});

test('the next request after the worker was killed is answered, without reading the structure again', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  for (const url of [INFO, TILE]) expect((await ask(page, url)).status).toBe(200);
  // Written when no more images are being opened.
  await expect.poll(() => imagesInIndex(page)).toBe(1);
  await stopWorker(page);
  const asked = door.requests.length;
  expect((await ask(page, UNSEEN)).status).toBe(200);
  expect(door.requests.length - asked).toBe(1);
  // The counters began anew: it was another life of the worker.
  expect((await page.evaluate(() => window.potto.stats())).answers).toBe(1);
});
