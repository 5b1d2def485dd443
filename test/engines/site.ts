import { readFile } from 'node:fs/promises';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { type EmbeddedStore, startStore } from '../../demo/store/store.ts';
import { DEMO, DIST, PYRAMIDS } from '../e2e/paths.ts';
import { type Site, startSite } from '../e2e/site.ts';
import { openCors } from '../e2e/store/buckets.ts';

/** What the tests look at: a store, a site with the static worker, and the demo. */
export interface Stand {
  readonly store: EmbeddedStore;
  readonly site: Site;
  readonly demo: Site;
  /** `source:identifier` is how the site's images are named. */
  close(): Promise<void>;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
<script type="module">
import * as potto from './index.js';
window.potto = potto;
window.registered = potto.register().then(() => '', (error) => error.message);
</script>`;

export async function startStand(): Promise<Stand> {
  const pyramids = await makePyramids(PYRAMIDS);
  const objects = new Map<string, Uint8Array>([['page.tif', Buffer.from('<!doctype html><title>No image</title>')]]);
  for (const { id, file } of pyramids) objects.set(`${id}.tif`, await readFile(file));
  const store = await startStore({
    buckets: [
      { name: 'scans', policy: publicReadPolicy('scans'), cors: [openCors], objects },
      { name: 'closed', policy: publicReadPolicy('closed'), cors: [], objects },
    ],
  });
  const sources = { scans: `${store.url}/scans/{id}.tif`, closed: `${store.url}/closed/{id}.tif` };
  const worker = `importScripts('potto-sw.js');
potto.serve({
  sources: ${JSON.stringify(sources)},
  rendering: ({ identifier }) => identifier.endsWith('dandelions')
    ? { overlay: { content: { text: 'Library\\nof Words', colour: [255, 0, 255] }, position: 'centre', width: 1 } }
    : {},
});`;
  const site = await startSite({ folder: DIST, files: { 'index.html': PAGE, 'sw.js': worker } });
  const bucket = JSON.stringify({ url: `${store.url}/scans/` });
  const demo = await startSite({ folder: DEMO, files: { 'bucket.json': bucket } });
  return {
    store,
    site,
    demo,
    async close() {
      await Promise.all([store.close(), site.close(), demo.close()]);
    },
  };
}
