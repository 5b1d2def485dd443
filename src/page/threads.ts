import { isThreadsWanted, type ThreadLent, type ThreadPort, type ThreadReady } from '../threads.ts';

/** More threads than this gain little for tiles, and each costs some 10 MB. */
const MOST_THREADS = 4;

interface Thread {
  readonly worker: Worker;
  readonly lock: string;
}

let threads: Promise<readonly Thread[]> | undefined;
let lending = false;

/**
 * Lends threads of this page to the service worker whenever it asks, so that it renders on all cores. They are started
 * when they are first needed, and end with the page; an answer in the making is then finished elsewhere. A second call
 * changes nothing.
 */
export function lendThreads(count = Math.min(MOST_THREADS, Math.max(1, navigator.hardwareConcurrency - 1))): void {
  if (lending) return;
  lending = true;
  navigator.serviceWorker.addEventListener('message', ({ data, source }) => {
    if (!isThreadsWanted(data) || !source) return;
    threads ??= Promise.all(Array.from({ length: count }, () => startThread(data.script)));
    threads.then(
      (started) => {
        for (const thread of started) lend(thread, source);
      },
      () => {
        // The service worker renders by itself; it may ask again.
        threads = undefined;
      },
    );
  });
  navigator.serviceWorker.startMessages();
}

function startThread(script: string): Promise<Thread> {
  const worker = new Worker(script);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ThreadReady>) => resolve({ worker, lock: data.lock });
    worker.onerror = () => reject(new Error(`The thread ${script} could not be started.`));
  });
}

/** Connects a thread with the service worker; each time the latter has forgotten its ports, which happens when it idles. */
function lend({ worker, lock }: Thread, serviceWorker: MessageEventSource): void {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ potto: 'thread-port' } satisfies ThreadPort, [port1]);
  serviceWorker.postMessage({ potto: 'thread-lent', lock } satisfies ThreadLent, { transfer: [port2] });
}
