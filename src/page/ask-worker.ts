import type { PageMessage } from '../protocol.ts';

/**
 * Asks the worker that controls this page, and waits up to so many milliseconds for its answer.
 * @throws {Error} when no worker controls the page, or it doesn't answer.
 */
export async function askWorker<T>(message: PageMessage, within: number): Promise<T> {
  const controller = navigator.serviceWorker.controller;
  if (!controller) throw new Error('No service worker controls this page: await register() first.');
  const { port1, port2 } = new MessageChannel();
  try {
    return await new Promise<T>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('The service worker did not answer.')), within);
      port1.onmessage = ({ data }: MessageEvent<T>) => {
        clearTimeout(limit);
        resolve(data);
      };
      controller.postMessage(message, [port2]);
    });
  } finally {
    port1.close();
  }
}
