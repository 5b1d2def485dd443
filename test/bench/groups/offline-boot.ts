import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { recommendedCorsRules } from '../../../demo/build/bucket-rules.ts';
import { publicReadPolicy } from '../../../demo/store/policy.ts';
import { startStore } from '../../../demo/store/store.ts';
import { BROWSER_FLAGS, findBrowser } from '../../browser/find-browser.ts';
import { DEMO, DIST, PYRAMIDS } from '../../e2e/paths.ts';
import { startSite } from '../../e2e/site.ts';
import { compared } from '../figures.ts';
import type { Group } from '../group.ts';
import { interleave, median } from '../statistics.ts';

const ROUNDS = 5;
const WORK = 'behaim-globe';
const BUCKET = 'demo';
/** As demo/viewer.ts marks it. */
const FIRST_TILE = 'first tile';

/** A machine is switched on in the morning, and a visitor waits for its picture. */
export const offlineBoot: Group = {
  name: 'Cold start of the kiosk without a network',
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'potto-boot-'));
    const pinned = await startKiosk(join(folder, 'pinned'));
    const visited = await startKiosk(join(folder, 'visited'));
    try {
      await pinned.boot((page) => keep(page, WORK));
      await visited.boot((page) => keep(page));
      await pinned.stopServers();
      const times = await interleave(ROUNDS, {
        offline: () => pinned.boot(),
        online: () => visited.boot((page) => keep(page)),
      });
      return [
        compared({
          name: 'from a started browser’s first navigation to the first tile drawn, offline',
          potto: median(times.offline),
          peer: median(times.online),
          against: 'the same page online, nothing of the image kept',
          unit: 'ms',
        }),
      ];
    } finally {
      await pinned.stopServers();
      await visited.stopServers();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

interface BootedKiosk {
  /** Milliseconds until the first tile is drawn; then lets the page do something and ends the browser. */
  boot(then?: (page: Page) => Promise<void>): Promise<number>;
  stopServers(): Promise<void>;
}

/** The built demo with a store and a profile of its own. */
async function startKiosk(profile: string): Promise<BootedKiosk> {
  const store = await startStore({
    buckets: [{ name: BUCKET, objects: PYRAMIDS, policy: publicReadPolicy(BUCKET), cors: recommendedCorsRules() }],
  });
  const site = await startSite({
    folder: DEMO,
    files: {
      'bucket.json': JSON.stringify({ url: `${store.url}/${BUCKET}/` }),
      'potto.js': await readFile(join(DIST, 'index.js')),
    },
  });
  let areRunning = true;
  return {
    async boot(then) {
      const context = await openBrowser(profile);
      try {
        const page = context.pages()[0] ?? (await context.newPage());
        await page.goto(`${site.url}kiosk/?works=${WORK}`);
        const mark = await page.waitForFunction((name) => performance.getEntriesByName(name)[0]?.startTime, FIRST_TILE);
        const milliseconds = await mark.jsonValue();
        await then?.(page);
        return milliseconds ?? Number.NaN;
      } finally {
        await context.close();
      }
    },
    async stopServers() {
      if (!areRunning) return;
      areRunning = false;
      await site.close();
      await store.close();
    },
  };
}

function openBrowser(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS],
    viewport: { width: 1500, height: 1000 },
  });
}

/** Leaves nothing but what is pinned, and pins an image. */
async function keep(page: Page, work?: string): Promise<void> {
  await page.evaluate(`import('../potto.js').then(async ({ pin, purge }) => {
    const work = ${JSON.stringify(work ?? null)};
    if (work !== null) await (await pin(work)).done;
    await purge();
  })`);
}
