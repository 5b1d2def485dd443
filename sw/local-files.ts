/// <reference lib="webworker" />
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { attempt } from '../src/cache/attempt.ts';
import type { LocalHandle, LocalWanted } from '../src/protocol.ts';
import type { FindFile } from '../src/source/local.ts';
import { fileIn, folderOf } from '../src/source/local-path.ts';

declare const self: ServiceWorkerGlobalScope;

/** Files of the user: handed over by pages, or found again by handles that were kept. */
export interface LocalFiles {
  /** Takes files by name, in place of what was kept by these names. */
  add(files: ReadonlyMap<string, File>): Promise<void>;
  /** Keeps the handle of a file or a folder for later visits. False where the browser can't. */
  keep(handle: LocalHandle): Promise<boolean>;
  /** The handles that are kept. */
  kept(): Promise<readonly LocalHandle[]>;
  /** Forgets a file or a folder. */
  forget(name: string): Promise<void>;
  /** Finds a file by its name, or `FOLDER/…/NAME`. */
  readonly find: FindFile;
}

interface Schema extends DBSchema {
  /** By name. */
  handles: { key: string; value: LocalHandle };
}

/** Milliseconds for a page to hand over a file: it has it in memory, or hasn't. */
const HANDED_WITHIN = 1000;

/** Files held; a page has what it opened for as long as it is there. */
const MOST_FILES = 5000;

export type CreateLocalFiles = (databaseName: string) => LocalFiles;

export function createLocalFiles(databaseName: string): LocalFiles {
  /** Forgotten when the worker is ended: pages have them still. */
  const files = new Map<string, File>();

  async function use<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const database = await openDB<Schema>(databaseName, 1, {
      upgrade: (created) => void created.createObjectStore('handles'),
    });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  }

  /** By a handle, which gives the file as it is now. Rejects where the user must be asked again, which takes a page. */
  async function byHandle(name: string): Promise<File | undefined> {
    const inFolder = folderOf(name);
    const handle = await use((database) => database.get('handles', inFolder?.folder ?? name));
    if (inFolder) return handle?.kind === 'directory' ? fileIn(handle, inFolder.path) : undefined;
    return handle?.kind === 'file' ? handle.getFile() : undefined;
  }

  /** What was handed over of a file, or of all files of a folder. */
  function drop(name: string): void {
    for (const known of files.keys()) if (known === name || known.startsWith(`${name}/`)) files.delete(known);
  }

  async function forget(name: string): Promise<void> {
    drop(name);
    await attempt(() => use((database) => database.delete('handles', name)));
  }

  return {
    forget,
    async add(added) {
      for (const name of new Set(Array.from(added.keys(), (name) => folderOf(name)?.folder ?? name))) {
        await forget(name);
      }
      for (const [name, file] of added) remember(name, file);
    },
    async keep(handle) {
      drop(handle.name);
      const key = await attempt(() => use((database) => database.put('handles', handle, handle.name)));
      return key !== undefined;
    },
    async kept() {
      return (await attempt(() => use((database) => database.getAll('handles')))) ?? [];
    },
    async find(name) {
      return files.get(name) ?? (await attempt(() => byHandle(name))) ?? (await handedOver(name));
    },
  };

  async function handedOver(name: string): Promise<File | undefined> {
    const clients = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const asked = clients.map((client) => askClient(client, name));
    const file = await Promise.any(asked).catch(() => undefined);
    if (file) remember(name, file);
    return file;
  }

  function remember(name: string, file: File): void {
    files.delete(name);
    files.set(name, file);
    const [oldest] = files.keys();
    if (files.size > MOST_FILES && oldest !== undefined) files.delete(oldest);
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
