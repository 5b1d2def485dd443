/// <reference lib="webworker" />
import type { PrivateAccess, SignInNeeded } from '../src/access/access.ts';
import type { CredentialsProvider } from '../src/access/credentials.ts';
import type { AccessMessage, AccessNotice } from '../src/access/protocol.ts';
import type { MeantSource } from '../src/cache/derivatives.ts';
import type { Outcome } from '../src/protocol.ts';
import type { SourceFinder } from '../src/source/finder.ts';
import { credentialsOfPages } from './access-pages.ts';

declare const self: ServiceWorkerGlobalScope;

/** Who is signed in, as far as the worker is concerned: the pages know, and it asks them whenever it was ended. */
export interface WorkerAccess {
  readonly provider: CredentialsProvider;
  readonly signInNeeded: SignInNeeded;
  answer(message: AccessMessage, port: MessagePort | undefined): Promise<void>;
}

export interface WorkerAccessOptions {
  /** Asked before the pages are. */
  readonly provider: CredentialsProvider | undefined;
  readonly onSignInNeeded: SignInNeeded | undefined;
  /** In use; made after this. */
  readonly access: () => PrivateAccess;
  readonly finder: () => SourceFinder;
  /** Drops answers and indexes, and what is told of them. */
  readonly drop: (meant: MeantSource) => Promise<unknown>;
}

export type CreateWorkerAccess = (options: WorkerAccessOptions) => WorkerAccess;

export function createWorkerAccess(options: WorkerAccessOptions): WorkerAccess {
  /** Pages that were told that a source needs a sign-in, since somebody last signed in or out. */
  const told = new Map<string, Set<string>>();

  async function signOut(source: string | undefined, identifiers: readonly string[]): Promise<readonly string[]> {
    options.access().forget(source);
    told.clear();
    // Messages to a page keep their order: no page gives these credentials away any more.
    for (const page of await pages()) page.postMessage({ potto: 'signed-out', source } satisfies AccessNotice);
    const isMeant = async (identifier: string) => {
      const found = await options
        .finder()
        .find(identifier)
        .catch(() => undefined);
      const { privateSource } = found ?? {};
      return privateSource !== undefined && (source === undefined || privateSource === source);
    };
    const meant = await Promise.all(identifiers.map(isMeant));
    await options.drop({ privateSource: source });
    return identifiers.filter((_, index) => meant[index]);
  }

  return {
    async provider(request) {
      return (await options.provider?.(request)) ?? credentialsOfPages(request);
    },
    signInNeeded(source, status) {
      options.onSignInNeeded?.(source, status);
      void tell(source, status);
    },
    async answer(message, port) {
      if (message.potto === 'signed-in') {
        options.access().forget(message.source);
        told.delete(message.source);
        return;
      }
      const outcome = await signOut(message.source, message.identifiers).then(
        (value): Outcome<readonly string[]> => ({ value }),
        (): Outcome<readonly string[]> => ({
          error:
            'You are signed out, but the cached images could not be dropped: the storage of the cache could not be used. Clear the data of this site in the browser.',
        }),
      );
      port?.postMessage(outcome);
    },
  };

  async function tell(source: string, status: 401 | 403): Promise<void> {
    const before = told.get(source) ?? new Set();
    told.set(source, before);
    for (const page of await pages()) {
      if (before.has(page.id)) continue;
      before.add(page.id);
      page.postMessage({ potto: 'sign-in-needed', source, status } satisfies AccessNotice);
    }
  }
}

function pages(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}
