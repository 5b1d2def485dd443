/// <reference lib="webworker" />
import type { KeptDerivatives } from '../src/cache/kept-derivatives.ts';
import type { Health } from '../src/monitoring/health.ts';
import type { Monitor } from '../src/monitoring/monitor.ts';
import type { Status } from '../src/monitoring/status.ts';
import { createPackAnswers } from '../src/packs/answer.ts';
import type { Outcome, PageMessage } from '../src/protocol.ts';
import type { ImageServer } from '../src/server.ts';
import type { WorkerAccess } from './access.ts';
import type { LocalFiles } from './local-files.ts';
import type { WorkerPacks } from './packs.ts';

/** What answers to pages are made of. */
export interface PageAnswerMeans {
  readonly monitor: Pick<Monitor, 'status' | 'health' | 'settled'>;
  readonly cache: Pick<KeptDerivatives, 'figures' | 'drop'>;
  readonly forget: ImageServer['forget'];
  readonly packs: Pick<WorkerPacks, 'desk'>;
  readonly locals: LocalFiles;
  readonly access: Pick<WorkerAccess, 'answer'>;
}

/** The messages that the worker answers by itself, without what is loaded later. */
export type QuickMessage = Extract<PageMessage, { readonly potto: 'claim' | 'stats' | 'cancel' | 'thread-lent' }>;

/** Answers a message of a page through the port that came with it. Resolves when all is done that follows from it. */
export type AnswerPage = (
  message: Exclude<PageMessage, QuickMessage>,
  port: MessagePort | undefined,
) => Promise<unknown>;

export type CreatePageAnswers = (means: PageAnswerMeans) => AnswerPage;

export const createPageAnswers: CreatePageAnswers = ({ monitor, cache, forget, packs, locals, access }) => {
  const answerPack = createPackAnswers(packs.desk);

  async function tell(port: MessagePort | undefined, work: Promise<Status | Health>): Promise<void> {
    await answerWith(port, work, 'The worker could not tell how it does');
    await monitor.settled();
  }

  async function purge(identifier: string | undefined): Promise<null> {
    const meant = identifier === undefined ? undefined : { identifier };
    // First of all, so that no answer that is being made is kept.
    await forget(meant);
    await cache.drop(meant);
    return null;
  }

  return async (message, port) => {
    switch (message.potto) {
      case 'status':
      case 'health':
        return tell(port, monitor[message.potto]());
      case 'cache-stats':
        return answerWith(port, cache.figures(message.identifier));
      case 'purge': {
        const { identifier } = message;
        return answerWith(port, purge(identifier));
      }
      case 'pack':
      case 'pack-alive':
        return port && answerPack(message, port);
      case 'local-files':
        await locals.add(message.files);
        return port?.postMessage(null);
      case 'local-handle':
        return port?.postMessage(await locals.keep(message.handle));
      case 'local-kept':
        return port?.postMessage(await locals.kept());
      case 'local-forget':
        await locals.forget(message.name);
        return port?.postMessage(null);
      case 'signed-in':
      case 'sign-out':
        return access.answer(message, port);
    }
  };
};

async function answerWith<T>(
  port: MessagePort | undefined,
  work: Promise<T>,
  failure = 'The storage of the cache could not be used',
): Promise<void> {
  const outcome = await work.then(
    (value): Outcome<T> => ({ value }),
    (cause): Outcome<T> => ({ error: `${failure}: ${cause instanceof Error ? cause.message : String(cause)}` }),
  );
  port?.postMessage(outcome);
}
