/// <reference lib="webworker" />
import type { KeptDerivatives } from '../src/cache/kept-derivatives.ts';
import { isPageMessage, type Outcome } from '../src/protocol.ts';
import type { Cancellation } from './cancellation.ts';
import type { LocalFiles } from './local-files.ts';
import type { WorkerPacks } from './packs.ts';
import type { Statistics } from './statistics.ts';
import type { LentThreads } from './threads.ts';

declare const self: ServiceWorkerGlobalScope;

export interface MessageMeans {
  readonly statistics: Statistics;
  readonly threads: LentThreads;
  readonly cancellation: Cancellation;
  readonly cache: Pick<KeptDerivatives, 'figures' | 'drop'>;
  readonly packs: Pick<WorkerPacks, 'answer'>;
  readonly locals: LocalFiles;
}

/** Answers the messages of `src/protocol.ts`; any other is left to the worker's own listeners. */
export function answerMessages({ statistics, threads, cancellation, cache, packs, locals }: MessageMeans) {
  return (event: ExtendableMessageEvent): void => {
    if (!isPageMessage(event.data)) return;
    switch (event.data.potto) {
      case 'claim':
        event.waitUntil(self.clients.claim());
        break;
      case 'stats':
        event.ports[0]?.postMessage(statistics.current());
        break;
      case 'cache-stats':
        event.waitUntil(answerWith(event, cache.figures(event.data.identifier)));
        break;
      case 'purge': {
        const { identifier } = event.data;
        event.waitUntil(
          answerWith(
            event,
            cache.drop(identifier === undefined ? undefined : { identifier }).then(() => null),
          ),
        );
        break;
      }
      case 'cancel':
        if (event.source instanceof Client) cancellation.cancel(event.source.id, event.data.urls);
        break;
      case 'pack':
      case 'pack-alive':
        if (event.ports[0]) event.waitUntil(packs.answer(event.data, event.ports[0]));
        break;
      case 'local-file':
        locals.add(event.data.name, event.data.file);
        event.ports[0]?.postMessage(null);
        break;
      case 'local-handle': {
        const { name, handle } = event.data;
        event.waitUntil(locals.keep(name, handle).then((isKept) => event.ports[0]?.postMessage(isKept)));
        break;
      }
      case 'thread-lent':
        if (event.ports[0]) threads.add(event.ports[0], event.data.lock);
        break;
    }
  };
}

async function answerWith<T>({ ports }: ExtendableMessageEvent, work: Promise<T>): Promise<void> {
  const outcome = await work.then(
    (value): Outcome<T> => ({ value }),
    (cause): Outcome<T> => ({
      error: `The storage of the cache could not be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    }),
  );
  ports[0]?.postMessage(outcome);
}
