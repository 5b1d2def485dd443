import type { Page } from 'playwright/test';

/** Images whose structure is kept. */
export function imagesInIndex(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { scope } = await navigator.serviceWorker.ready;
    const name = `potto-${new URL(scope).pathname}`;
    // Opened too early it would be made here, as an empty one.
    if (!(await indexedDB.databases()).some((database) => database.name === name)) return 0;
    const opening = indexedDB.open(name);
    const result = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await result(opening);
    const count = await result(database.transaction('images').objectStore('images').count());
    database.close();
    return count;
  });
}
