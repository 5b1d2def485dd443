import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, chromium, type Page } from 'playwright/test';
import { BROWSER_FLAGS } from '../browser/find-browser.ts';
import { DEMO, DIST } from './paths.ts';
import { type Site, type SiteOptions, startSite } from './site.ts';
import { SCANS } from './store/buckets.ts';
import { type Door, openDoor } from './store/door.ts';

export interface BrowserOptions {
  readonly flags?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface WorkerSiteOptions extends Partial<SiteOptions> {
  /** What `potto.serve` is given, as JavaScript; by default the door's bucket with scans. */
  readonly options?: string;
}

interface Fixtures {
  /** An empty folder, removed in the end. */
  readonly folder: string;
  readonly door: Door;
  /** Starts the browser; again after a close, it is a restart with what it had stored. */
  readonly openBrowser: (options?: BrowserOptions) => Promise<BrowserContext>;
  /** Serves files; ended with the test. */
  readonly openSite: (options: SiteOptions) => Promise<Site>;
  /** A site with the static worker on it, and a page that registers it. */
  readonly openWorkerSite: (options?: WorkerSiteOptions) => Promise<Site>;
  /** The built demo, with its bucket behind the door. */
  readonly openDemo: (options?: Partial<SiteOptions>) => Promise<Site>;
}

/**
 * Where there is no graphics processor, WebGL draws for seconds; without it OpenSeadragon takes the plain canvas.
 */
export const WITHOUT_WEBGL: readonly string[] = ['--disable-3d-apis'];

/** Loads the library the way a page without a build step does. `registered` ends as the message of an error, or ''. */
export const PAGE = `<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
<script type="module">
import * as potto from './index.js';
window.potto = potto;
window.registered = potto.register().then(() => '', (error) => error.message);
</script>`;

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn what a fixture needs.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'potto-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  door: async ({}, use) => {
    const door = await openDoor();
    await use(door);
    await door.close();
  },
  openBrowser: async ({ folder }, use) => {
    let context: BrowserContext | undefined;
    await use(async ({ flags = [], viewport = { width: 1280, height: 800 } } = {}) => {
      // A profile on disk: contexts without one keep caches in memory, which is another implementation.
      context = await chromium.launchPersistentContext(join(folder, 'profile'), {
        executablePath: process.env.CHROME_PATH ?? '',
        args: [...BROWSER_FLAGS, ...flags],
        viewport,
      });
      return context;
    });
    await context?.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  openSite: async ({}, use) => {
    const sites: Site[] = [];
    await use(async (options) => {
      const site = await startSite(options);
      sites.push(site);
      return site;
    });
    for (const site of sites) await site.close();
  },
  openWorkerSite: async ({ door, openSite }, use) => {
    await use(({ options = `{ sources: '${door.url}/${SCANS}/{id}.tif' }`, files, ...site } = {}) => {
      const worker = `importScripts('potto-sw.js');\npotto.serve(${options});\n`;
      return openSite({ folder: DIST, ...site, files: { 'index.html': PAGE, 'sw.js': worker, ...files } });
    });
  },
  openDemo: async ({ door, openSite }, use) => {
    const bucket = JSON.stringify({ url: `${door.url}/${SCANS}/` });
    await use(({ files, ...site } = {}) =>
      openSite({ folder: DEMO, ...site, files: { 'bucket.json': bucket, ...files } }),
    );
  },
});

/** The page that the browser opened with. */
export async function pageOf(context: BrowserContext): Promise<Page> {
  return context.pages()[0] ?? (await context.newPage());
}

/** Opens a site's page and waits until its worker controls it. */
export async function visit(context: BrowserContext, url: string): Promise<Page> {
  const page = await pageOf(context);
  await page.goto(url);
  const problem = await page.evaluate(() => window.registered ?? 'The script of the page did not run.');
  if (problem !== '') throw new Error(problem);
  return page;
}

/** Kills the worker: the next request starts it anew, without what it had in memory. */
export async function stopWorker(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.detach();
}

declare global {
  interface Window {
    potto: typeof import('../../src/index.ts');
    registered: Promise<string> | undefined;
    /** Whether the page was without a worker when its scripts began. */
    uncontrolled: boolean;
  }
}

export { expect } from 'playwright/test';
