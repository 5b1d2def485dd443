import type { Page } from 'playwright/test';
import { expect, stopWorker, test, visit } from './fixtures.ts';

/** Asks for `count` regions that have to be rendered, at once; tells of each its status and whether a thread made it. */
function renders(page: Page, count: number, seed: number): Promise<readonly { status: number; thread: boolean }[]> {
  return page.evaluate(
    ([count, seed]) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const region = `${seed + 7 * index},${100 + 11 * index},1500,1500`;
          const response = await fetch(`iiif/3/nuthatch/${region}/700,700/0/default.jpg`);
          await response.arrayBuffer();
          const facts = (response.headers.get('Server-Timing') ?? '').split(', ');
          return { status: response.status, thread: facts.includes('thread') };
        }),
      ),
    [count, seed] as const,
  );
}

/** Renders until a thread has made an answer: the worker asks for threads when it first needs them. */
async function untilLent(page: Page): Promise<void> {
  let seed = 0;
  await expect
    .poll(async () => {
      seed += 1;
      return (await renders(page, 1, seed))[0]?.thread;
    })
    .toBe(true);
}

test('a page that registers lends threads, and renders happen there', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  expect(page.workers()).toHaveLength(0);
  await untilLent(page);
  expect(page.workers().length).toBeGreaterThan(0);
});

test('after the worker was stopped it is lent the threads again', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  await untilLent(page);
  const lent = page.workers().length;
  await stopWorker(page);
  await untilLent(page);
  expect(page.workers()).toHaveLength(lent);
});

test('no answer is lost when the page that lent its threads is closed', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const lender = await visit(context, site.url);
  await untilLent(lender);
  const reader = await context.newPage();
  await reader.goto(site.url);
  await reader.evaluate(() => window.registered);
  await lender.bringToFront();
  const answers = renders(reader, 16, 500);
  await lender.close();
  expect((await answers).map(({ status }) => status)).toEqual(Array(16).fill(200));
});

test('threads: 0 lends none', async ({ openBrowser, openWorkerSite }) => {
  const page = `<!doctype html><title>Page</title><link rel="icon" href="data:,"><script type="module">
import { register } from './index.js';
window.registered = register('sw.js', { threads: 0 }).then(() => '', (error) => error.message);
</script>`;
  const site = await openWorkerSite({ files: { 'index.html': page } });
  const opened = await visit(await openBrowser(), site.url);
  const answers = [...(await renders(opened, 4, 0)), ...(await renders(opened, 4, 900))];
  expect(answers).toEqual(Array(8).fill({ status: 200, thread: false }));
  expect(opened.workers()).toHaveLength(0);
});
