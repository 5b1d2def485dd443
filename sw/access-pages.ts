/// <reference lib="webworker" />
import type { Credentials, CredentialsRequest } from '../src/access/credentials.ts';
import type { AccessNotice, CredentialsGiven, CredentialsOffer } from '../src/access/protocol.ts';

declare const self: ServiceWorkerGlobalScope;

/** Milliseconds for a page to say whether it has credentials; one that sleeps in the background says nothing. */
const OFFERED_WITHIN = 1000;
/** Milliseconds for a page to give them: its function may ask a server first. */
const GIVEN_WITHIN = 15_000;

interface Offer {
  readonly since: number;
  readonly port: MessagePort;
}

/**
 * Asks all pages of the site, and takes the credentials of the one that signed in last. Undefined where none has any.
 * @throws {Error} where those that have some can't give them just now.
 */
export async function credentialsOfPages(request: CredentialsRequest): Promise<Credentials | undefined> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const offers = (await Promise.all(pages.map((page) => offerOf(page, request)))).filter(
    (offer) => offer !== undefined,
  );
  offers.sort((one, other) => other.since - one.since);
  let failure: unknown;
  try {
    for (const { port } of offers) {
      try {
        const given = await take(port);
        if (given) return given;
      } catch (error) {
        failure = error;
      }
    }
  } finally {
    for (const { port } of offers) port.close();
  }
  if (failure) throw failure;
  return undefined;
}

/** Undefined where the page has none. */
async function offerOf(page: WindowClient, request: CredentialsRequest): Promise<Offer | undefined> {
  const { port1, port2 } = new MessageChannel();
  const answer = answerOn<CredentialsOffer>(port1, OFFERED_WITHIN);
  page.postMessage({ potto: 'credentials-wanted', ...request } satisfies AccessNotice, [port2]);
  const { since } = await answer.catch((): CredentialsOffer => ({ since: undefined }));
  if (since !== undefined) return { since, port: port1 };
  port1.close();
  return undefined;
}

async function take(port: MessagePort): Promise<Credentials | undefined> {
  const answer = answerOn<CredentialsGiven>(port, GIVEN_WITHIN);
  port.postMessage(null);
  const given = await answer;
  if ('failed' in given) throw new Error('The page could not give the credentials.');
  return given.credentials;
}

function answerOn<T>(port: MessagePort, within: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('The page did not answer.')), within);
    port.onmessage = ({ data }: MessageEvent<T>) => {
      clearTimeout(limit);
      resolve(data);
    };
  });
}
