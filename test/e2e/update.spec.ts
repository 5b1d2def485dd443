import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, visit } from './fixtures.ts';
import { laterScript } from './later-script.ts';
import { DIST } from './paths.ts';

test('an update of the worker leaves open pages at work', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  await page.evaluate(() => fetch('iiif/3/nuthatch/info.json'));
  site.set('potto-sw.js', `${await readFile(join(DIST, 'potto-sw.js'), 'utf8')}\n// another version\n`);

  const result = await page.evaluate(async () => {
    const row = (y: number) => [0, 1, 2, 3, 4, 5].map((x) => fetch(tile(x, y)).then(({ status }) => status));
    const tile = (x: number, y: number) => `iiif/3/nuthatch/${x * 512},${y * 512},512,512/512,512/0/default.jpg`;
    const { controller: before, ready } = navigator.serviceWorker;
    const changed = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    // An old worker that never rests stays for minutes in Chromium, so nothing is asked for until the new one takes over.
    const asked = [await Promise.all(row(0))];
    const registration = await ready;
    await registration.update();
    await changed;
    // It is still being activated, and is asked already.
    asked.push(await Promise.all(row(1)));
    asked.push(await Promise.all(row(2)));
    return { asked, replaced: navigator.serviceWorker.controller !== before };
  });
  expect(result).toEqual({ asked: Array(3).fill(Array(6).fill(200)), replaced: true });
});

test('each version of the worker renders with its own second script', async ({ openBrowser, openWorkerSite }) => {
  const site = await openWorkerSite();
  const page = await visit(await openBrowser(), site.url);
  const old = await laterScript();
  const renewed = 'potto-later-renewed.js';
  const built = (name: string) => readFile(join(DIST, name), 'utf8');
  site.set(renewed, `${await built(old)}\n// another version\n`);
  site.set('potto-sw.js', (await built('potto-sw.js')).replaceAll(old, renewed));
  site.set(old, 'throw new Error("The new version was installed over this one")');

  const result = await page.evaluate(async () => {
    const render = (width: number) => fetch(`iiif/3/nuthatch/full/${width},/0/gray.png`).then(({ status }) => status);
    const changed = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    const registration = await navigator.serviceWorker.ready;
    const asked = [await render(201)];
    await registration.update();
    await changed;
    asked.push(await render(202));
    return { asked, updateViaCache: registration.updateViaCache };
  });
  expect(result).toEqual({ asked: [200, 200], updateViaCache: 'none' });
  expect(site.requests).toContain(`GET /${renewed}`);
});
