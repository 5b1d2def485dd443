import type { PageMessage, Stats } from '../protocol.ts';

/** A worker that doesn't answer within this many milliseconds is busy starting or gone. */
const ANSWER_WITHIN = 5000;

/**
 * Asks the worker that controls this page what it has done since it started.
 * @throws {Error} when no worker controls the page, or it doesn't answer.
 */
export async function stats(): Promise<Stats> {
  const controller = navigator.serviceWorker.controller;
  if (!controller) throw new Error('No service worker controls this page: await register() first.');
  const { port1, port2 } = new MessageChannel();
  try {
    return await new Promise<Stats>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('The service worker did not answer.')), ANSWER_WITHIN);
      port1.onmessage = ({ data }: MessageEvent<Stats>) => {
        clearTimeout(limit);
        resolve(data);
      };
      controller.postMessage({ potto: 'stats' } satisfies PageMessage, [port2]);
    });
  } finally {
    port1.close();
  }
}
