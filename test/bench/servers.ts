import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { startStore } from '../../demo/store/store.ts';
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
  /** Folder of the bucket's objects. */
  readonly objects: string;
  readonly peerPort: number | undefined;
}

const BUCKET = 'bench';
const exposeHeaders = ['Content-Range', 'Content-Length', 'ETag', 'Accept-Ranges'];

/** Everything that answers over HTTP runs in this process, so that the browser's driver isn't in its way. */
async function serve({ objects: folder, peerPort }: Orders): Promise<Addresses> {
  const objects = await readObjects(folder);
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

/** By key; the same bytes under several names are held once. */
async function readObjects(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const objects = new Map<string, Uint8Array>();
  for (const name of await readdir(folder)) {
    const file = await realpath(join(folder, name));
    const bytes = files.get(file) ?? (await readFile(file));
    files.set(file, bytes);
    objects.set(name, bytes);
  }
  return objects;
}

const orders: Orders = JSON.parse(process.argv[3] ?? '{}');
process.once('disconnect', () => process.exit());
process.send?.(await serve(orders));
