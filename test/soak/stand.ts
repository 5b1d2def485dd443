import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import sharp from 'sharp';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { FAR, startShaper } from '../bench/shaper.ts';
import { BROWSER_FLAGS, findBrowser } from '../browser/find-browser.ts';
import { DIST, PYRAMIDS } from '../e2e/paths.ts';
import { type Site, startSite } from '../e2e/site.ts';
import { type FaultServer, startFaultServer } from '../faults/fault-server.ts';
import type { Subject } from './questions.ts';

/** A source behind a slow line, a site whose worker reads it, and a browser. */
export interface Stand {
  readonly source: FaultServer;
  readonly site: Site;
  readonly browser: Browser;
  readonly subjects: readonly Subject[];
  close(): Promise<void>;
}

/** Of the cache: less than all answers take, so that some are evicted all the time. */
const BUDGET = 6_000_000;
/** Milliseconds that the worker waits for its source: a machine that is busy itself has a second or two. */
export const DEADLINE = 10_000;

const PAGE = `<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
<script type="module">
import * as potto from './index.js';
window.registered = potto.register().then(() => '', (error) => error.message);
</script>`;

export async function startStand(): Promise<Stand> {
  const pyramids = await makePyramids(PYRAMIDS);
  const source = await startFaultServer();
  const subjects: Subject[] = [];
  for (const { id, file } of pyramids) {
    source.objects.set(`/scans/${id}.tif`, { bytes: await readFile(file), etag: id });
    const { width, height } = await sharp(file).metadata();
    subjects.push({ identifier: id, width, height });
  }
  const line = await startShaper(Number(new URL(source.origin).port), FAR);
  const options = { sources: `http://127.0.0.1:${line}/scans/{id}.tif`, cache: { bytes: BUDGET }, deadline: DEADLINE };
  const worker = `importScripts('potto-sw.js');\npotto.serve(${JSON.stringify(options)});\n`;
  const site = await startSite({ folder: DIST, files: { 'index.html': PAGE, 'sw.js': worker } });
  const profile = await mkdtemp(join(tmpdir(), 'potto-soak-'));
  const browser = await puppeteer.launch({
    executablePath: findBrowser(),
    userDataDir: profile,
    args: [...BROWSER_FLAGS],
    // A driver that is told of requests has each page keep the answers, up to 100 MB.
    networkEnabled: false,
  });
  return {
    source,
    site,
    browser,
    subjects,
    async close() {
      await browser.close();
      await Promise.all([site.close(), source.close()]);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
