import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { isWorkerFile } from '../../src/cli/worker-files.ts';
import { publicReadPolicy } from '../store/policy.ts';
import { startStore } from '../store/store.ts';
import { readmeCorsRules } from './bucket-rules.ts';
import { makeOtherFiles } from './other-files.ts';
import { makePyramids } from './pyramids.ts';

const BUCKET = 'potto-demo';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Puts the built worker into the demo site, as a user would with `potto init`; the preview server brings an S3 store
 * with the demo's images along and tells the page its address in `bucket.json`.
 */
export function demoSite(): Plugin {
  return {
    name: 'demo-site',
    async writeBundle({ dir = '' }) {
      const dist = join(root, 'dist');
      const files = (await readdir(dist)).filter(isWorkerFile);
      await mkdir(dir, { recursive: true });
      for (const name of files) await copyFile(join(dist, name), join(dir, name));
    },
    async configurePreviewServer(server) {
      const objects = join(root, '.cache/demo');
      await makePyramids(objects);
      await makeOtherFiles(objects);
      const store = await startStore({
        buckets: [{ name: BUCKET, objects, policy: publicReadPolicy(BUCKET), cors: readmeCorsRules() }],
      });
      server.httpServer.once('close', () => void store.close());
      server.middlewares.use('/bucket.json', (_request, response) => {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ url: `${store.url}/${BUCKET}/` }));
      });
      server.config.logger.info(`  The images lie in an S3 bucket at ${store.url}/${BUCKET}/`);
    },
  };
}
