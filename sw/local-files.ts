/// <reference lib="webworker" />
import { type DBSchema, openDB } from 'idb';
import { attempt } from '../src/cache/attempt.ts';
import type { LocalWanted } from '../src/protocol.ts';
import type { FindFile } from '../src/source/local.ts';

declare const self: ServiceWorkerGlobalScope;

/** Files of the user: handed over by pages, or found again by handles that were kept. */
export interface LocalFiles {
  add(name: string, file: File): void;
  /** Keeps a handle for later visits. False where the browser can't. */
  keep(name: string, handle: FileSystemFileHandle): Promise<boolean>;
  readonly find: FindFile;
}

interface Schema extends DBSchema {
  handles: { key: string; value: FileSystemFileHandle };
}

/** Milliseconds for a page to hand over a file: it has it in memory, or hasn't. */
const HANDED_WITHIN = 1000;

export function createLocalFiles(databaseName: string): LocalFiles {
  /** Forgotten when the worker is ended: pages have them still. */
  const files = new Map<string, File>();
  const open = () =>
    openDB<Schema>(databaseName, 1, { upgrade: (database) => void database.createObjectStore('handles') });

  async function kept(name: string): Promise<File | undefined> {
    const database = await open();
    const handle = await database.get('handles', name);
    database.close();
    return handle?.getFile();
  }

  return {
    add(name, file) {
      files.set(name, file);
    },
    async keep(name, handle) {
      const database = await attempt(open);
      const key = await attempt(() => database?.put('handles', handle, name));
      database?.close();
      files.delete(name);
      return key !== undefined;
    },
    async find(name) {
      // A handle gives the file as it is now; it fails where the user must be asked again, which takes a page.
      const file = files.get(name) ?? (await attempt(() => kept(name))) ?? (await handedOver(name));
      return file;
    },
  };

  async function handedOver(name: string): Promise<File | undefined> {
    const clients = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const asked = clients.map((client) => askClient(client, name));
    const file = await Promise.any(asked).catch(() => undefined);
    if (file) files.set(name, file);
    return file;
  }
}

/** Rejects where the page doesn't have it. */
function askClient(client: Client, name: string): Promise<File> {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<File>((resolve, reject) => {
    const none = () => reject(new Error('This page does not have the file'));
    const limit = setTimeout(none, HANDED_WITHIN);
    port1.onmessage = ({ data }: MessageEvent<File | null>) => {
      clearTimeout(limit);
      if (data) resolve(data);
      else none();
    };
    client.postMessage({ potto: 'local-wanted', name } satisfies LocalWanted, [port2]);
  });
  return answer.finally(() => port1.close());
}
