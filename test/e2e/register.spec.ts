import type { Page } from 'playwright/test';
import { ask } from './ask.ts';
import { expect, PAGE, pageOf, test, visit } from './fixtures.ts';
import { DIST } from './paths.ts';

/** What `register(script, options)` on the page comes to: the words of its error, or ''. */
function registering(page: Page, script: string, options: { scope?: string; timeout?: number } = {}): Promise<string> {
  return page.evaluate(
    ([script, options]) =>
      window.potto.register(script, options).then(
        () => '',
        (error: Error) => error.message,
      ),
    [script, options] as const,
  );
}

test('where the page is no secure context, register() says so', async ({ openBrowser, openSite }) => {
  const site = await openSite({ folder: DIST, files: { 'index.html': PAGE, 'sw.js': '' } });
  const context = await openBrowser({ flags: ['--host-resolver-rules=MAP scans.example 127.0.0.1'] });
  const page = await pageOf(context);
  await page.goto(`http://scans.example:${site.port}/`);
  expect(await page.evaluate(() => window.registered)).toMatch(/scans\.example.* not a secure context.*https/);
});

test('what keeps a worker from being registered is said in words', async ({ openBrowser, openSite }) => {
  const files = {
    'index.html': PAGE.replace('potto.register()', 'Promise.resolve()'),
    'below/sw.js': '',
    'broken.js': 'this is no JavaScript',
    'throws.js': 'throw new Error("on purpose")',
    'words.txt': '',
    'idle.js': '',
  };
  const page = await visit(await openBrowser(), (await openSite({ folder: DIST, files })).url);
  expect(await registering(page, 'below/sw.js')).toMatch(/outside the worker's scope/);
  expect(await registering(page, 'below/sw.js', { scope: './' })).toMatch(/below\/sw\.js.*scope/);
  expect(await registering(page, 'missing.js')).toMatch(/missing\.js.*could not be registered|refused/);
  expect(await registering(page, 'broken.js')).toMatch(/broken\.js.*without an error/);
  expect(await registering(page, 'throws.js')).toMatch(/throws\.js.*without an error/);
  expect(await registering(page, 'words.txt')).toMatch(/words\.txt.*text\/javascript/);
  expect(await registering(page, 'idle.js', { timeout: 500 })).toMatch(/did not take control/);
});

test('where the worker is without its wasm files, register() says so', async ({ openBrowser, openSite }) => {
  const files = {
    'index.html': PAGE,
    'sw.js': `importScripts('potto-sw.js'); potto.serve({ sources: 'scans/{id}.tif', assets: 'elsewhere/' });`,
  };
  const context = await openBrowser();
  const page = await pageOf(context);
  await page.goto((await openSite({ folder: DIST, files })).url);
  expect(await page.evaluate(() => window.registered)).toMatch(/wasm files failed to load/);
});

test('after a hard reload the page is controlled again', async ({ openBrowser, openWorkerSite }) => {
  const context = await openBrowser();
  const page = await visit(context, (await openWorkerSite()).url);
  const devtools = await context.newCDPSession(page);
  await page.addInitScript(() => {
    window.uncontrolled = navigator.serviceWorker.controller === null;
  });
  await Promise.all([page.waitForEvent('load'), devtools.send('Page.reload', { ignoreCache: true })]);
  expect(await page.evaluate(() => window.uncontrolled)).toBe(true);
  expect(await page.evaluate(() => window.registered)).toBe('');
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  expect((await ask(page, 'iiif/3/nuthatch/info.json')).status).toBe(200);
});
