import { ask } from './ask.ts';
import { expect, stopWorker, test, visit } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';

/** An AVIF, and inks without a profile: each needs a wasm file that few images do. */
const RARE = ['files%2Fdandelions.avif', 'picos-de-europa-inks'];
const wasmOf = (requests: readonly string[]) =>
  requests.flatMap((request) => /([\w-]+)\.wasm/.exec(request)?.[1] ?? []).sort();
const shown = (identifier: string) => `iiif/3/${identifier}/full/200,/0/gray.png`;

test('what was pinned and never shown is shown without a network, whatever it takes to decode it', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  const bucket = `${door.url}/${SCANS}`;
  const site = await openWorkerSite({ options: `{ sources: { '': '${bucket}/{id}.tif', files: '${bucket}/{id}' } }` });
  const page = await visit(await openBrowser(), site.url);
  const common = wasmOf(site.requests);
  expect(common).not.toContain('avif-decode');
  const pack = await page.evaluate(async (works) => (await window.potto.pin(works.map(decodeURIComponent))).done, RARE);
  expect(pack.isComplete).toBe(true);
  const rare = ['avif-decode', 'cmyk', 'lcms', 'lerc', 'openjpeg', 'zstd'];
  expect(wasmOf(site.requests)).toEqual([...common, ...rare].sort());
  await Promise.all([site.close(), door.close()]);
  for (const identifier of RARE) {
    await stopWorker(page);
    const answer = await ask(page, shown(identifier));
    expect(answer.status, identifier).toBe(200);
    expect(answer.headers['x-potto'], identifier).not.toBe('degraded');
  }
});
