import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
import { COPIES, copyOf, type Fixtures } from './fixtures.ts';
import { FAR, startShaper } from './shaper.ts';
import { startSite } from './site.ts';

/** Sent to the process that started this one: base URLs, each with a slash at the end. */
export interface Addresses {
  readonly site: string;
  readonly bucket: string;
  readonly farBucket: string;
  /** The peer's server behind the same network, where there is one. */
  readonly farPeer: string | undefined;
}

/** What this process is told by its first argument. */
export interface Orders {
  readonly files: Fixtures['files'];
  readonly peerPort: number | undefined;
}

const BUCKET = 'bench';
const exposeHeaders = ['Content-Range', 'Content-Length', 'ETag', 'Accept-Ranges'];

/** Everything that answers over HTTP runs in this process, so that the browser's driver isn't in its way. */
async function serve({ files, peerPort }: Orders): Promise<Addresses> {
  const objects = new Map<string, Uint8Array>();
  for (const [id, file] of Object.entries(files)) {
    const bytes = await readFile(file);
    objects.set(`${id}.tif`, bytes);
    for (let copy = 0; copy < COPIES; copy++) objects.set(`${copyOf(id, copy)}.tif`, bytes);
  }
  const store = await startStore({
    buckets: [
      {
        name: BUCKET,
        objects,
        policy: publicReadPolicy(BUCKET),
        cors: [{ allowedOrigins: ['*'], allowedMethods: ['GET', 'HEAD'], allowedHeaders: ['Range'], exposeHeaders }],
      },
    ],
  });
  const site = await startSite(fileURLToPath(new URL('../../', import.meta.url)), () => store.requests);
  const local = (port: number, path: string) => `http://127.0.0.1:${port}/${path}`;
  return {
    site: site.url,
    bucket: local(store.port, `${BUCKET}/`),
    farBucket: local(await startShaper(store.port, FAR), `${BUCKET}/`),
    farPeer: peerPort === undefined ? undefined : local(await startShaper(peerPort, FAR), ''),
  };
}

const orders: Orders = JSON.parse(process.argv[3] ?? '{}');
process.once('disconnect', () => process.exit());
process.send?.(await serve(orders));
