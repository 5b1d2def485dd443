import type { BrowserContext, Page } from 'playwright';
import { watchWorkerMemory } from '../bench/worker-memory.ts';

/** Milliseconds between two looks at the memory. */
const INTERVAL = 50;

/** Most bytes that a page and its worker held above what they held before. */
export interface Growth {
  readonly page: number;
  readonly worker: number;
}

/**
 * Looks at the memory of a page and of the worker of its folder while something runs. Each look collects garbage first:
 * what is counted is held.
 */
export async function growthDuring(
  { context, page, folder }: { readonly context: BrowserContext; readonly page: Page; readonly folder: string },
  work: () => Promise<unknown>,
): Promise<Growth> {
  const devtools = await context.newCDPSession(page);
  const worker = await watchWorkerMemory(context, folder, () => page.evaluate('potto.packs()'));
  const readPage = async () => {
    await page.requestGC();
    const { usedSize, backingStorageSize } = await devtools.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
  const idle = { page: await readPage(), worker: await worker.read() };
  let most = idle;
  let running = true;
  const watch = async () => {
    while (running) {
      most = { page: Math.max(most.page, await readPage()), worker: Math.max(most.worker, await worker.read()) };
      await page.waitForTimeout(INTERVAL);
    }
  };
  const watching = watch();
  await work().finally(() => {
    running = false;
  });
  await watching;
  await devtools.detach();
  return { page: most.page - idle.page, worker: most.worker - idle.worker };
}
