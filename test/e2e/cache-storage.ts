import { readdir, readFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';

/** What the ledger of the cache and the browser's storage tell of each other. */
export interface Drift {
  readonly stored: number;
  /** Stored answers that no record tells of. */
  readonly unaccounted: number;
  /** Records of answers that aren't stored. */
  readonly phantoms: number;
  readonly unsettled: number;
}

/** Compares the two, answer by answer. */
export function driftOf(page: Page): Promise<Drift> {
  return page.evaluate(async () => {
    const { scope } = await navigator.serviceWorker.ready;
    const result = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await result(indexedDB.open(`potto-cache-${new URL(scope).pathname}`));
    const keysOf = async (store: string) =>
      (await result(database.transaction(store).objectStore(store).getAllKeys())).map(String);
    const recorded = new Set(await keysOf('entries'));
    const unsettled = (await keysOf('unsettled')).length;
    database.close();
    const stored = new Set<string>();
    for (const name of await caches.keys()) {
      if (!name.startsWith('potto-runtime')) continue;
      for (const { url } of await (await caches.open(name)).keys()) stored.add(url);
    }
    const without = (a: Set<string>, b: Set<string>) => [...a].filter((key) => !b.has(key)).length;
    return {
      stored: stored.size,
      unaccounted: without(stored, recorded),
      phantoms: without(recorded, stored),
      unsettled,
    };
  });
}

/** Asks for all of these, some at a time; resolves to how often each status came. */
export function askAll(page: Page, urls: readonly string[]): Promise<Readonly<Record<number, number>>> {
  return page.evaluate(async (wanted) => {
    const statuses: Record<number, number> = {};
    const next = wanted[Symbol.iterator]();
    const lane = async () => {
      for (const url of next) {
        const response = await fetch(url);
        await response.arrayBuffer();
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: 6 }, lane));
    return statuses;
  }, urls);
}

/** Kills the browser of a profile, and all its processes with it, as a power cut would. */
export async function killBrowser(profile: string): Promise<void> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`--user-data-dir=${profile}`) && !command.includes('--type=')) {
      process.kill(Number(name), 'SIGKILL');
    }
  }
}
