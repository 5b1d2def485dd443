import { publicReadPolicy } from '../../../demo/store/policy.ts';
import { startStore } from '../../../demo/store/store.ts';
import { type CephStore, startCeph } from '../../ceph/ceph.ts';
import type { Bucket, StoredObject } from './buckets.ts';

/** An S3 store with the tests' buckets in it. */
export interface BackingStore {
  /** Which implementation it is, in words. */
  readonly name: string;
  readonly port: number;
  /** Temporary keys for what isn't public; undefined where it has none. */
  readonly assumeReader?: CephStore['assumeReader'];
  put(bucket: string, object: StoredObject): Promise<void>;
  stop(): Promise<void>;
}

/** Ceph's RADOS Gateway, so that S3 and CORS are real; the demo's embedded store where Ceph can't be had. */
export async function startBackingStore(buckets: readonly Bucket[]): Promise<BackingStore> {
  return (await startGateway(buckets)) ?? (await startEmbedded(buckets));
}

async function startGateway(buckets: readonly Bucket[]): Promise<BackingStore | undefined> {
  const ceph = await startCeph();
  if (ceph === undefined) return undefined;
  const put: BackingStore['put'] = (bucket, { key, body, contentType }) =>
    ceph.putObject(bucket, key, body, contentType === undefined ? {} : { contentType });
  for (const { name, cors, objects, isPrivate } of buckets) {
    await ceph.createBucket(name);
    if (!isPrivate) await ceph.putPolicy(name, publicReadPolicy(name));
    if (cors.length > 0) await ceph.putCors(name, cors);
    for (const object of objects) await put(name, object);
  }
  const { port, assumeReader, stop } = ceph;
  return { name: "Ceph's RADOS Gateway", port, assumeReader, put, stop };
}

async function startEmbedded(buckets: readonly Bucket[]): Promise<BackingStore> {
  const store = await startStore({
    buckets: buckets.map(({ name, cors, isPrivate }) => ({
      ...{ name, cors, objects: new Map() },
      ...(!isPrivate && { policy: publicReadPolicy(name) }),
    })),
  });
  const put: BackingStore['put'] = async (bucket, { key, body, contentType }) =>
    store.setObject(bucket, key, body, contentType === undefined ? {} : { contentType });
  for (const { name, objects } of buckets) for (const object of objects) await put(name, object);
  return { name: 'the embedded store, as Ceph can not be had here', port: store.port, put, stop: store.close };
}
