import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, type CDPSession, chromium, type Frame, type Page } from 'playwright';
import type { LoggedRequest } from '../../demo/store/request-log.ts';
import { BROWSER_FLAGS, findBrowser } from '../browser/find-browser.ts';
import { type BatchResult, timedBatch, timedFetch, type Wanted } from './in-page.ts';
import type { Addresses, Orders } from './servers.ts';

/** A page that a worker of ours controls, and beside it, in the same process, two that it doesn't. */
export interface Bench {
  readonly page: Page;
  /** Has no worker. */
  readonly plain: Frame;
  /** Has a worker that answers a constant at `/constant/answer`. */
  readonly constant: Frame;
  /** Base URL of the folder that is controlled. */
  readonly site: string;
  /** Base URL of the images that the worker reads. */
  readonly bucket: string;
  /** Base URL of the native server, over the same network as the bucket. */
  readonly peer: string | undefined;
}

export interface Browser {
  /** The source stands on this machine. */
  readonly near: Bench;
  /** The source stands behind `FAR`. */
  readonly far: Bench;
  readonly version: string;
  readonly context: BrowserContext;
  /** Installs the worker once more, in a folder of this name, with its own threads and cache. */
  install(folder: string, options?: { readonly threads?: number }): Promise<Bench>;
  /** What the store was asked until now; keeps the latest 10,000. */
  storeLog(): Promise<readonly LoggedRequest[]>;
  /** Ends every service worker; the next request starts it again. */
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

/** URL of a path of Potto's image API, version 3. */
export function potto({ site }: Bench, path: string): string {
  return `${site}iiif/3/${path}`;
}

/** Milliseconds of one request of a page. @throws {Error} unless it is answered by 200 or 206. */
export async function timeOf(frame: Page | Frame, wanted: Wanted): Promise<number> {
  const { status, milliseconds } = await frame.evaluate(timedFetch, wanted);
  if (status !== 200 && status !== 206) throw new Error(`${wanted.url} answered ${status}`);
  return milliseconds;
}

/** Many requests of a page. @throws {Error} unless each is answered by 200 or 206. */
export async function batchOf(frame: Page | Frame, wanted: readonly Wanted[], parallel: number): Promise<BatchResult> {
  const result = await frame.evaluate(timedBatch, { wanted, parallel });
  for (const [i, { status }] of result.exchanges.entries()) {
    if (status !== 200 && status !== 206) throw new Error(`${wanted[i]?.url} answered ${status}`);
  }
  return result;
}

/**
 * Starts the servers, a real browser with a profile on disk, and lets the built worker take its pages.
 * `objects`: folder of the bucket's content.
 */
export async function startBrowser(objects: string, peer: string | undefined): Promise<Browser> {
  const peerPort = peer === undefined ? undefined : Number(new URL(peer).port);
  const { addresses, servers } = await startServers({ objects, peerPort });
  // Told of every request of the workers, the driver would cost them a third of their time.
  process.env.PLAYWRIGHT_DISABLE_SERVICE_WORKER_NETWORK = '1';
  const profile = await mkdtemp(join(tmpdir(), 'potto-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS],
    viewport: { width: 1500, height: 1000 },
  });
  const farPeer = peer && addresses.farPeer && peer.replace(new URL('/', peer).href, addresses.farPeer);
  const near = await openBench(context, `${addresses.site}near/`, addresses.bucket, peer);
  const far = await openBench(context, `${addresses.site}far/`, addresses.farBucket, farPeer);
  const cdp = await context.newCDPSession(near.page);
  return {
    near,
    far,
    context,
    install: (folder, { threads } = {}) =>
      openBench(context, `${addresses.site}${folder}/`, addresses.bucket, undefined, threads),
    version: context.browser()?.version() ?? (await versionOf(cdp)),
    async storeLog() {
      const response = await fetch(`${addresses.site}log`);
      return (await response.json()) as LoggedRequest[];
    },
    stopWorkers: await workerStopper(cdp),
    async close() {
      await context.close();
      servers.disconnect();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function startServers(orders: Orders): Promise<{ addresses: Addresses; servers: ChildProcess }> {
  const start = fileURLToPath(new URL('./start.mjs', import.meta.url));
  const servers = fork(start, ['servers.ts', JSON.stringify(orders)]);
  const [addresses] = (await once(servers, 'message')) as [Addresses];
  return { addresses, servers };
}

async function openBench(
  context: BrowserContext,
  site: string,
  bucket: string,
  peer: string | undefined,
  threads?: number,
): Promise<Bench> {
  const page = await context.newPage();
  const options = threads === undefined ? '' : `&threads=${threads}`;
  await page.goto(`${site}bench.html?bucket=${encodeURIComponent(bucket)}${options}`);
  await page.evaluate('ready');
  const frame = (path: string) => {
    const found = page.frames().find((one) => new URL(one.url()).pathname === path);
    if (!found) throw new Error(`The page has no frame ${path}`);
    return found;
  };
  const constant = frame('/constant/');
  await constant.evaluate(
    `navigator.serviceWorker.register('sw.js').then(() => navigator.serviceWorker.controller ??
      new Promise((taken) => navigator.serviceWorker.addEventListener('controllerchange', () => taken(), { once: true }))).then(() => true)`,
  );
  return { page, plain: frame('/plain/'), constant, site, bucket, peer };
}

async function workerStopper(cdp: CDPSession): Promise<() => Promise<void>> {
  const running = new Set<string>();
  let changed = () => {};
  cdp.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { versionId, runningStatus } of versions) {
      if (runningStatus === 'stopped') running.delete(versionId);
      else running.add(versionId);
    }
    changed();
  });
  await cdp.send('ServiceWorker.enable');
  return async () => {
    await cdp.send('ServiceWorker.stopAllWorkers');
    while (running.size > 0) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
}

async function versionOf(cdp: CDPSession): Promise<string> {
  const { product } = await cdp.send('Browser.getVersion');
  return product;
}
