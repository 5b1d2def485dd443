/// <reference lib="webworker" />
import { isPageMessage } from '../src/protocol.ts';
import type { Cancellation } from './cancellation.ts';
import type { Statistics } from './statistics.ts';
import type { LentThreads } from './threads.ts';

declare const self: ServiceWorkerGlobalScope;

/** Answers the messages of `src/protocol.ts`; any other is left to the worker's own listeners. */
export function answerMessages(statistics: Statistics, threads: LentThreads, cancellation: Cancellation) {
  return (event: ExtendableMessageEvent): void => {
    if (!isPageMessage(event.data)) return;
    switch (event.data.potto) {
      case 'claim':
        event.waitUntil(self.clients.claim());
        break;
      case 'stats':
        event.ports[0]?.postMessage(statistics.current());
        break;
      case 'cancel':
        if (event.source instanceof Client) cancellation.cancel(event.source.id, event.data.urls);
        break;
      case 'thread-lent':
        if (event.ports[0]) threads.add(event.ports[0], event.data.lock);
        break;
    }
  };
}
