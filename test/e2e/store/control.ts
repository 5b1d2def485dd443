import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { TemporaryKeys } from '../../ceph/ceph.ts';
import { close, listen } from '../listen.ts';
import type { BackingStore } from './backing.ts';
import type { StoredObject } from './buckets.ts';

/** How the processes of the tests reach the one store. */
const PORT = 'POTTO_E2E_STORE_PORT';
const CONTROL = 'POTTO_E2E_STORE_CONTROL';

/** Lets the processes of the tests put objects and have temporary keys: the store's keys stay in the process that started it. */
export async function offerControl(store: BackingStore): Promise<{ close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify((await store.assumeReader?.()) ?? null));
      return;
    }
    const { searchParams } = new URL(request.url ?? '/', 'http://control');
    const object = { key: searchParams.get('key') ?? '', body: await buffer(request), contentType: 'image/tiff' };
    await store.put(searchParams.get('bucket') ?? '', object).then(
      () => response.writeHead(204).end(),
      (reason: unknown) => response.writeHead(500).end(String(reason)),
    );
  });
  process.env[PORT] = String(store.port);
  process.env[CONTROL] = String(await listen(server));
  return { close: () => close(server) };
}

/** Port of the store that the suite runs against. */
export function storePort(): number {
  return Number(process.env[PORT]);
}

/** Temporary keys for what isn't public; undefined where the store has none. */
export async function assumeReader(): Promise<TemporaryKeys | undefined> {
  const response = await fetch(`http://127.0.0.1:${process.env[CONTROL]}/`);
  return (await response.json()) ?? undefined;
}

/** Puts an object into the store, or replaces it. */
export async function putObject(bucket: string, { key, body }: StoredObject): Promise<void> {
  const query = new URLSearchParams({ bucket, key });
  const response = await fetch(`http://127.0.0.1:${process.env[CONTROL]}/?${query}`, {
    method: 'PUT',
    body: new Uint8Array(body),
  });
  if (!response.ok) throw new Error(`The store did not take ${key}: ${await response.text()}`);
}
