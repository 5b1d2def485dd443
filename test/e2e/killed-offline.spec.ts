import type { Page } from 'playwright/test';
import { expect, stopWorker, test, visit } from './fixtures.ts';

const WHOLE = 'iiif/3/nuthatch/full/!300,300/0/default.jpg';
const TILE = 'iiif/3/nuthatch/512,512,512,512/512,512/0/default.jpg';
const UNSEEN = 'iiif/3/nuthatch/1024,512,512,512/512,512/0/default.jpg';
const RENDERED = 'iiif/3/nuthatch/full/200,/90/gray.png';
const UNKNOWN = 'iiif/3/moon/info.json';

/** Milliseconds. Nothing that fails at once is waited for longer. */
const SOON = 10_000;

/** What each answer is without site and store. */
const EXPECTED: readonly (readonly [string, number])[] = [
  [TILE, 200],
  [UNSEEN, 200],
  [RENDERED, 200],
  [UNKNOWN, 502],
];

// Playwright's `setOffline` never returns between the end of a worker and its next start, whatever the worker is: first
// offline, then the end.
const ways = ['the network is cut', 'site and store are stopped'] as const;
for (const way of ways) {
  test(`a worker that is started when ${way} answers everything soon, whatever it is asked first`, async ({
    openBrowser,
    openWorkerSite,
    door,
  }) => {
    const site = await openWorkerSite();
    const context = await openBrowser();
    const page = await visit(context, site.url);
    expect(await statuses(page, [WHOLE, TILE])).toEqual([200, 200]);
    await expect.poll(() => page.evaluate(async () => (await window.potto.cacheStats()).entries)).toBe(2);
    if (way === 'the network is cut') await context.setOffline(true);
    else await Promise.all([site.close(), door.close()]);
    for (const [url, status] of EXPECTED) {
      await stopWorker(page);
      expect(await statuses(page, [url]), url).toEqual([status]);
    }
    await stopWorker(page);
    expect(
      await statuses(
        page,
        EXPECTED.map(([url]) => url),
      ),
    ).toEqual(EXPECTED.map(([, status]) => status));
  });
}

/** Of the answers; 0 for one that didn't come soon. */
function statuses(page: Page, urls: readonly string[]): Promise<readonly number[]> {
  return page.evaluate(
    ([urls, soon]) => {
      const statusOf = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(soon) })).status;
      return Promise.all(urls.map((url) => statusOf(url).catch(() => 0)));
    },
    [urls, SOON] as const,
  );
}
