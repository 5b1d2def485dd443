import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { isWorkerFile } from '../../src/host/built-files.ts';
import { publicReadPolicy } from '../store/policy.ts';
import { startStore } from '../store/store.ts';
import { recommendedCorsRules } from './bucket-rules.ts';
import { pngIcons } from './icons.ts';
import { makeOtherFiles } from './other-files.ts';
import { makePyramids } from './pyramids.ts';
import { writeSiteFiles } from './site-files.ts';

const BUCKET = 'potto-demo';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Puts the built worker into the demo site, as a user would with `potto init`, and what makes the site an app that can be
 * installed and opens without a network; the preview server brings an S3 store
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
      const icon = join(root, 'demo/icon.svg');
      await copyFile(icon, join(dir, 'icon.svg'));
      for (const [name, content] of await pngIcons(icon)) await writeFile(join(dir, name), content);
      await writeSiteFiles(dir);
    },
    async configurePreviewServer(server) {
      const objects = join(root, '.cache/demo');
      await makePyramids(objects);
      await makeOtherFiles(objects);
      const store = await startStore({
        buckets: [{ name: BUCKET, objects, policy: publicReadPolicy(BUCKET), cors: recommendedCorsRules() }],
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
