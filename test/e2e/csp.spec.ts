import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test, visit } from './fixtures.ts';
import { watch } from './traffic.ts';

const { resolve } = createRequire(import.meta.url);

/** As the README has it: on the page, on the worker's script, on everything. */
const policyFor = (bucket: string) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    `connect-src 'self' ${bucket}`,
    "img-src 'self'",
    // OpenSeadragon writes a style element of its own; Potto needs none.
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="icon.svg"><div id="viewer"></div><script src="openseadragon.js"></script><script type="module" src="page.js"></script>';

const SCRIPT = `import * as potto from './index.js';
window.potto = potto;
window.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  window.violations.push(violatedDirective + ' ' + blockedURI));
document.getElementById('viewer').style.height = '600px';
window.registered = potto.register().then(() => '', (error) => error.message);
window.opened = window.registered.then(() => new Promise((resolve, reject) => {
  const viewer = OpenSeadragon({ id: 'viewer', tileSources: 'iiif/3/nuthatch/info.json', showNavigationControl: false, drawer: 'canvas' });
  viewer.addHandler('open-failed', ({ message }) => reject(new Error(message)));
  viewer.addHandler('tile-load-failed', ({ message }) => reject(new Error(message)));
  viewer.addHandler('open', () => viewer.world.getItemAt(0).addHandler('fully-loaded-change', ({ fullyLoaded }) => fullyLoaded && resolve()));
}));
`;

for (const threads of [true, false]) {
  test(`all works under a strict Content-Security-Policy, ${threads ? 'with' : 'without'} threads of the page`, async ({
    door,
    openBrowser,
    openWorkerSite,
  }) => {
    const viewer = await readFile(resolve('openseadragon'));
    const site = await openWorkerSite({
      headers: { 'Content-Security-Policy': policyFor(door.url) },
      files: {
        'index.html': PAGE,
        'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
        'page.js': threads ? SCRIPT : SCRIPT.replace('potto.register()', "potto.register('sw.js', { threads: 0 })"),
        'openseadragon.js': viewer,
      },
    });
    const context = await openBrowser();
    const traffic = watch(context);
    const page = await visit(context, site.url);
    await page.evaluate(() => Reflect.get(window, 'opened'));
    const answers = await page.evaluate(async () => {
      const region = (x: number, format: string) => `iiif/3/nuthatch/${x},100,1500,1500/700,700/0/default.${format}`;
      const asked = [...[1, 2, 3].map((x) => region(x, 'jpg')), region(4, 'png'), region(5, 'webp')];
      return Promise.all(
        asked.map(async (url) => {
          const response = await fetch(url);
          await response.arrayBuffer();
          return [response.status, response.headers.get('X-Content-Type-Options')];
        }),
      );
    });
    expect(answers).toEqual(Array(5).fill([200, 'nosniff']));
    if (threads) await expect.poll(() => page.workers().length).toBeGreaterThan(0);
    else expect(page.workers()).toHaveLength(0);
    expect(await page.evaluate(() => Reflect.get(window, 'violations'))).toEqual([]);
    expect(traffic.complaints).toEqual([]);
    const origins = new Set(traffic.requests.map((url) => new URL(url).origin));
    expect([...origins].filter((origin) => origin !== site.origin && origin !== door.url)).toEqual([]);
  });
}
