import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright';
import { BROWSER_FLAGS, findBrowser } from '../browser/find-browser.ts';
import { DIST } from '../e2e/paths.ts';
import { type Site, startSite } from '../e2e/site.ts';

/** A browser with a profile on disk, and a site with the built worker on it. */
export interface Kiosk {
  readonly site: Site;
  /** Of the latest start. */
  readonly context: BrowserContext;
  /** Opens the page of a folder of the site, which its own worker controls. */
  visit(folder: string): Promise<Page>;
  /** Ends every service worker; the next request starts it again, with nothing in memory. */
  stopWorkers(): Promise<void>;
  /** Bytes that the browser lets the site store from now on; it doesn't tell the site. */
  limitStorage(bytes: number): Promise<void>;
  /** Ends the browser and starts it again with the same profile. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface KioskOptions {
  /** The folders, each with what its worker's `potto.serve` is given, as JavaScript. */
  readonly folders: Readonly<Record<string, string>>;
  /** JavaScript that the script of each worker begins with. */
  readonly prelude?: string;
  /** Found in the root of the site. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Whether the driver is told of every request of the workers, which costs them a third of their time. */
  readonly watchesWorkers?: boolean;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
<script type="module">
import * as potto from '../index.js';
window.potto = potto;
window.registered = potto.register().then(() => '', (error) => error.message);
</script>`;

export async function startKiosk({
  folders,
  files = {},
  prelude = '',
  watchesWorkers = false,
}: KioskOptions): Promise<Kiosk> {
  const workers = Object.entries(folders).flatMap(([name, options]) => [
    [`${name}/index.html`, PAGE],
    [
      `${name}/sw.js`,
      `${prelude}importScripts('../potto-sw.js');\npotto.serve(Object.assign({ assets: '../' }, ${options}));\n`,
    ],
  ]);
  const site = await startSite({ folder: DIST, files: { ...Object.fromEntries(workers), ...files } });
  const profile = await mkdtemp(join(tmpdir(), 'potto-offline-'));
  const start = () => {
    // Read by the driver.
    process.env.PLAYWRIGHT_DISABLE_SERVICE_WORKER_NETWORK = watchesWorkers ? '' : '1';
    return chromium.launchPersistentContext(profile, { executablePath: findBrowser(), args: [...BROWSER_FLAGS] });
  };
  let context = await start();
  let devtools: CDPSession | undefined;
  return {
    site,
    get context() {
      return context;
    },
    async visit(folder) {
      const page = await context.newPage();
      await page.goto(`${site.url}${folder}/index.html`);
      const problem = await page.evaluate('registered');
      if (problem !== '') throw new Error(String(problem));
      devtools ??= await context.newCDPSession(page);
      await devtools.send('ServiceWorker.enable');
      return page;
    },
    async stopWorkers() {
      await devtools?.send('ServiceWorker.stopAllWorkers');
    },
    async limitStorage(bytes) {
      await devtools?.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: bytes });
    },
    async restart() {
      await context.close();
      devtools = undefined;
      context = await start();
    },
    async close() {
      await context.close();
      await site.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
