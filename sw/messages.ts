/// <reference lib="webworker" />
import { ImageServerError } from '../src/errors.ts';
import { isPageMessage, type PageMessage } from '../src/protocol.ts';
import type { Cancellation } from './cancellation.ts';
import type { AnswerPage } from './page-answers.ts';
import type { Statistics } from './statistics.ts';
import type { LentThreads } from './threads.ts';

declare const self: ServiceWorkerGlobalScope;

export interface MessageMeans {
  readonly statistics: Statistics;
  readonly threads: LentThreads;
  readonly cancellation: Cancellation;
  /** Answers everything else. */
  readonly answerPage: AnswerPage;
}

/** Answers the messages of `src/protocol.ts`; any other is left to the worker's own listeners. */
export function answerMessages({ statistics, threads, cancellation, answerPage }: MessageMeans) {
  return (event: ExtendableMessageEvent): void => {
    const { data: message, ports } = event;
    if (!isPageMessage(message)) return;
    switch (message.potto) {
      case 'claim':
        event.waitUntil(self.clients.claim());
        break;
      case 'stats':
        ports[0]?.postMessage(statistics.current());
        break;
      case 'cancel':
        if (event.source instanceof Client) cancellation.cancel(event.source.id, message.urls);
        break;
      case 'thread-lent':
        if (ports[0]) threads.add(ports[0], message.lock);
        break;
      default:
        event.waitUntil(answerPage(message, ports[0]).catch((cause) => refuse(message, ports[0], cause)));
    }
  };
}

/** What answers couldn't be loaded. Who opens local files is told nothing, which they take for a failure in time. */
function refuse(message: PageMessage, port: MessagePort | undefined, cause: unknown): void {
  if (message.potto.startsWith('local-')) return;
  const { status, message: words } =
    cause instanceof ImageServerError ? cause : { status: 500, message: String(cause) };
  // As packs tell failures, and as all others do.
  port?.postMessage({ kind: 'failed', status, message: words, error: words });
}
