/// <reference lib="webworker" />
import type { KeptDerivatives } from '../src/cache/kept-derivatives.ts';
import type { Health } from '../src/monitoring/health.ts';
import type { Monitor } from '../src/monitoring/monitor.ts';
import type { Status } from '../src/monitoring/status.ts';
import { isPageMessage, type Outcome } from '../src/protocol.ts';
import type { WorkerAccess } from './access.ts';
import type { Cancellation } from './cancellation.ts';
import type { LocalFiles } from './local-files.ts';
import type { WorkerPacks } from './packs.ts';
import type { Statistics } from './statistics.ts';
import type { LentThreads } from './threads.ts';

declare const self: ServiceWorkerGlobalScope;

export interface MessageMeans {
  readonly statistics: Statistics;
  readonly monitor: Pick<Monitor, 'status' | 'health' | 'settled'>;
  readonly threads: LentThreads;
  readonly cancellation: Cancellation;
  readonly cache: Pick<KeptDerivatives, 'figures' | 'drop'>;
  readonly packs: Pick<WorkerPacks, 'answer'>;
  readonly locals: LocalFiles;
  readonly access: Pick<WorkerAccess, 'answer'>;
}

/** Answers the messages of `src/protocol.ts`; any other is left to the worker's own listeners. */
export function answerMessages({
  statistics,
  monitor,
  threads,
  cancellation,
  cache,
  packs,
  locals,
  access,
}: MessageMeans) {
  return (event: ExtendableMessageEvent): void => {
    if (!isPageMessage(event.data)) return;
    switch (event.data.potto) {
      case 'claim':
        event.waitUntil(self.clients.claim());
        break;
      case 'stats':
        event.ports[0]?.postMessage(statistics.current());
        break;
      case 'status':
      case 'health':
        event.waitUntil(tell(event, monitor, event.data.potto));
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
      case 'local-files':
        event.waitUntil(locals.add(event.data.files).then(() => event.ports[0]?.postMessage(null)));
        break;
      case 'local-handle':
        event.waitUntil(locals.keep(event.data.handle).then((isKept) => event.ports[0]?.postMessage(isKept)));
        break;
      case 'local-kept':
        event.waitUntil(locals.kept().then((handles) => event.ports[0]?.postMessage(handles)));
        break;
      case 'local-forget':
        event.waitUntil(locals.forget(event.data.name).then(() => event.ports[0]?.postMessage(null)));
        break;
      case 'signed-in':
      case 'sign-out':
        event.waitUntil(access.answer(event.data, event.ports[0]));
        break;
      case 'thread-lent':
        if (event.ports[0]) threads.add(event.ports[0], event.data.lock);
        break;
    }
  };
}

async function tell(
  event: ExtendableMessageEvent,
  monitor: MessageMeans['monitor'],
  what: 'status' | 'health',
): Promise<void> {
  await answerWith<Status | Health>(event, monitor[what](), 'The worker could not tell how it does');
  await monitor.settled();
}

async function answerWith<T>(
  { ports }: ExtendableMessageEvent,
  work: Promise<T>,
  failure = 'The storage of the cache could not be used',
): Promise<void> {
  const outcome = await work.then(
    (value): Outcome<T> => ({ value }),
    (cause): Outcome<T> => ({ error: `${failure}: ${cause instanceof Error ? cause.message : String(cause)}` }),
  );
  ports[0]?.postMessage(outcome);
}
