import type { Page } from 'playwright/test';
import { type Receiver, startReceiver } from '../monitoring/receiver.ts';
import { ask, words } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';

const INFO = 'iiif/3/nuthatch/info.json';
const TILE = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';

/** Answers so far, in all lives of the worker. */
const counted = (page: Page) => page.evaluate(async () => (await window.potto.status()).routes.image?.requests ?? 0);

test('what was counted outlives the worker', async ({ openBrowser, openWorkerSite }) => {
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  await ask(page, TILE);
  await ask(page, TILE);
  // Kept when it is quiet.
  await expect.poll(() => kept(page)).toBe(2);
  await stopWorker(page);
  await ask(page, TILE);
  expect(await counted(page)).toBe(3);
  const status = JSON.parse(words(await ask(page, 'iiif/_status')));
  expect(status.routes.image).toMatchObject({ requests: 3, passthrough: 1, hits: 2 });
  const metrics = await ask(page, 'iiif/_status', { headers: { Accept: 'text/plain' } });
  expect(words(metrics)).toContain('potto_requests_total{route="image"} 3');
});

test('the health of the store is told, up and down', async ({ openBrowser, openWorkerSite, door }) => {
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  await ask(page, INFO);
  const up = await ask(page, 'iiif/_health');
  expect([up.status, JSON.parse(words(up)).ok]).toEqual([200, true]);
  await door.close();
  await stopWorker(page);
  const down = await ask(page, 'iiif/_health');
  expect(down.status).toBe(503);
  expect(words(down)).not.toContain(SCANS);
  expect(await page.evaluate(async () => (await window.potto.health()).ok)).toBe(false);
});

test('each alarm is delivered once, whatever becomes of the worker and the network', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  test.setTimeout(180_000);
  const receiver = await startReceiver();
  const alarms = { webhook: receiver.url, threshold: 3, failures: 2, window: 600 };
  const sources = `${door.url}/${SCANS}/{id}.tif`;
  const site = await openWorkerSite({ options: JSON.stringify({ sources, alarms, degrade: false }) });
  const context = await openBrowser();
  const page = await visit(context, site.url);
  expect((await ask(page, TILE)).status).toBe(200);

  // The receiver is out of order when the alarms are raised.
  receiver.status = 503;
  await door.close();
  await failing(page, 4);
  await expect.poll(() => waiting(page), { timeout: 30_000 }).toBe(3);
  await stopWorker(page);
  // Another life, which then loses the network.
  await failing(page, 1);
  await context.setOffline(true);
  receiver.status = 200;
  expect(await waiting(page)).toBe(3);
  expect(receiver.ids).toEqual([]);
  await context.setOffline(false);
  await stopWorker(page);

  await expect
    .poll(
      async () => {
        await failing(page, 1);
        return waiting(page);
      },
      { timeout: 60_000, intervals: [3000] },
    )
    .toBe(0);
  await stopWorker(page);
  await failing(page, 1);
  expect(kindsOf(receiver)).toEqual(['down', 'errors', 'outage']);
  expect(new Set(receiver.ids).size).toBe(receiver.ids.length);
  await receiver.close();
});

test('the status page draws what the worker tells, on a screen and on a phone', async ({
  openBrowser,
  openDemo,
  door,
}, info) => {
  const context = await openBrowser();
  const site = await openDemo();
  const page = await visitDemo(context.pages()[0] ?? (await context.newPage()), site.url);
  for (const id of ['nuthatch', 'moon', 'dandelions']) {
    await ask(page, `iiif/3/${id}/info.json`);
    for (const x of [0, 512]) await ask(page, `iiif/3/${id}/${x},0,512,512/512,512/0/default.jpg`);
    await ask(page, `iiif/3/${id}/full/!200,200/0/default.jpg`);
  }
  await ask(page, 'iiif/3/nuthatch/full/huge/0/default.jpg');
  await door.close();
  for (const id of ['nuthatch', 'picos-de-europa', 'world-1689'])
    await ask(page, `iiif/3/${id}/0,512,512,512/512,512/0/default.png`);
  await page.goto(`${site.url}status/`);
  await expect(page.locator('#sources .badge[data-state="down"]')).toHaveCount(1);
  await expect(page.locator('#error-rows tr')).not.toHaveCount(0);
  await expect(page.locator('#traffic rect').first()).toBeAttached();
  await expect(page.locator('#ways')).toContainText('as stored');
  // It goes on by itself.
  const before = await page.locator('#answers').innerText();
  await ask(page, '../iiif/3/nuthatch/0,0,512,512/512,512/0/default.jpg');
  await expect(page.locator('#answers')).not.toHaveText(before);
  for (const [name, width, scheme] of [
    ['wide', 1280, 'light'],
    ['dark', 1280, 'dark'],
    ['phone', 390, 'light'],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, name).toBeLessThanOrEqual(0);
    await page.screenshot({ path: info.outputPath(`status-${name}.png`), fullPage: true });
  }
});

async function visitDemo(page: Page, url: string): Promise<Page> {
  await page.goto(`${url}status/`);
  await expect(page.locator('#answers')).not.toHaveText('–');
  await page.goto(url);
  return page;
}

/** Answers that need the store, which is closed. */
async function failing(page: Page, count: number): Promise<void> {
  for (let time = 0; time < count; time++) {
    await ask(page, `iiif/3/moon/${Math.floor(Math.random() * 1e6)},0,9,9/max/0/default.jpg`);
  }
}

const waiting = (page: Page) => page.evaluate(async () => (await window.potto.status()).alarms.waiting.length);

const kindsOf = ({ ids }: Receiver) => ids.map((id) => id.split(' ', 1)[0]).sort();

/** Answers with images that are in the database. */
function kept(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { scope } = await navigator.serviceWorker.ready;
    const result = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const name = `potto-monitor-${new URL(scope).pathname}`;
    // Opened too early it would be made here, as an empty one.
    if (!(await indexedDB.databases()).some((database) => database.name === name)) return 0;
    const database = await result(indexedDB.open(name));
    const found = await result(database.transaction('states').objectStore('states').get('current'));
    database.close();
    return found?.totals.routes.image?.requests ?? 0;
  });
}
