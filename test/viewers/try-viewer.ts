import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';
import { BROWSER_FLAGS, findBrowser } from '../browser/find-browser.ts';
import { type Site, startSite } from '../e2e/site.ts';
import { type Door, openDoor } from '../e2e/store/door.ts';
import { readInstructions } from './docs.ts';
import type { Exhibit } from './exhibits.ts';
import { versionOf } from './install.ts';
import { makeSite } from './make-site.ts';
import type { Viewer } from './viewers.ts';
import { type Visit, visit } from './visit.ts';

/** A viewer's visits to the same exhibit. */
export interface Trial {
  readonly online: Visit;
  readonly offline: Visit;
}

/** The manifest, as the pages of the docs name it. */
const MANIFEST = 'iiif/3/page-1/manifest.json';

/**
 * Makes a site with the viewer as its docs say, visits it, ends the site and the store, and visits it again.
 * @throws {Error} in words, where something isn't as it should be.
 */
export async function tryViewer(viewer: Viewer, exhibit: Exhibit, storePort: number): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'potto-viewers-'));
  const door = await openDoor(() => storePort);
  const { page, worker, ...instructions } = await readInstructions(viewer.name, versionOf(viewer.packageName));
  // A manifest of the site's own is kept as the docs say: in the list of its files.
  const own = exhibit.manifest && {
    page: page.replace(MANIFEST, 'manifest.json'),
    worker: worker.replace("'./'", "'./', 'manifest.json'"),
  };
  const root = await makeSite(folder, { page, worker, ...own, ...instructions }, `${door.url}/scans/{id}.tif`);
  const site = await startSite({ folder: root });
  if (exhibit.manifest) site.set('manifest.json', JSON.stringify(exhibit.manifest(site.url)));
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: findBrowser(),
    // Where there is no graphics processor, WebGL draws for seconds; without it OpenSeadragon takes the plain canvas.
    args: [...BROWSER_FLAGS, '--disable-3d-apis'],
    viewport: { width: 1280, height: 800 },
  });
  const subject = { context, viewer, exhibit, url: site.url };
  try {
    const online = await visit(subject, 'online');
    checkRequests(site, door);
    await site.close();
    await door.close();
    await stopWorkers(context);
    return { online, offline: await visit(subject, 'offline') };
  } finally {
    await context.close();
    await site.close();
    await door.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The site is asked for no image, and the store for nothing but ranges. */
function checkRequests(site: Site, door: Door): void {
  const passed = site.requests.filter((request) => /^\w+ \/iiif\//.test(request));
  if (passed.length > 0) throw new Error(`The worker let these pass to the site: ${passed.join(', ')}`);
  const whole = door.requests.filter(({ method, range }) => method !== 'GET' || range === undefined);
  if (whole.length > 0) throw new Error(`The store was asked for more than ranges: ${JSON.stringify(whole)}`);
}

async function stopWorkers(context: BrowserContext): Promise<void> {
  const [page] = context.pages();
  if (!page) return;
  const devtools = await context.newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.detach();
}
