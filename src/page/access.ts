import type { Credentials, CredentialsProvider, CredentialsRequest } from '../access/credentials.ts';
import {
  type AccessMessage,
  type CredentialsGiven,
  type CredentialsOffer,
  isAccessNotice,
  type SignInWanted,
} from '../access/protocol.ts';
import type { Outcome } from '../protocol.ts';
import { askWorker } from './ask-worker.ts';
import { packs, unpin } from './packs.ts';

/** What `signIn` takes. */
export interface SignIn {
  /** Name of the source in the worker's configuration; needed where it has one. */
  readonly source?: string;
  /**
   * What the source asks for, or a function that gives it: called whenever there is none, it ends within 90 s, or the
   * source refuses it. Temporary credentials want a function. Undefined means that nobody is signed in; what it throws,
   * that it can't be told just now, as without a network.
   */
  readonly credentials: Credentials | CredentialsProvider;
}

/** What `signOut` takes. */
export interface SignOut {
  /** Name of the source; all of them by default. */
  readonly source?: string;
  /** Whether packs that hold images of the source are removed as well. Otherwise they stay, and can be looked at. */
  readonly packs?: boolean;
}

/** A source that can't be read before someone signs in. */
export interface SignInNeeded {
  /** Name of the source; '' where it has none. */
  readonly source: string;
  /** 401: nobody is signed in, or not any more. 403: whoever is may not read it, or the image is missing. */
  readonly status: 401 | 403;
}

/** Milliseconds. Dropping a full cache takes seconds. */
const SIGNED_OUT_WITHIN = 60_000;

interface SignedIn {
  readonly give: CredentialsProvider;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Of this page, by source. */
const signedIn = new Map<string, SignedIn>();
const listeners = new Set<(needed: SignInNeeded) => void>();

/**
 * Hands over the credentials of a private source, in place of those before. They stay in the memory of this page and of
 * the worker, which asks for them whenever it was ended; where several pages have some, those of the latest sign-in
 * count. Nothing is asked of the source: whether they are good shows with the first image. May be called before
 * `register()`. When another person signs in, call `signOut` first.
 */
export function signIn({ source = '', credentials }: SignIn): void {
  listen();
  signedIn.set(source, {
    give: typeof credentials === 'function' ? credentials : () => credentials,
    since: Date.now(),
  });
  const message = { potto: 'signed-in', source } satisfies AccessMessage;
  navigator.serviceWorker.controller?.postMessage(message);
}

/**
 * Forgets the credentials of a source in all pages and in the worker, and drops the cached answers and indexes of its
 * images; those of public sources stay. Resolves when they are gone. Cookies are the source's own: sign out there as well.
 * @throws {Error} when no worker controls the page, it doesn't answer, or its storage can't be written.
 */
export async function signOut({ source, packs: withPacks = false }: SignOut = {}): Promise<void> {
  forget(source);
  const pinned = withPacks ? await packs() : [];
  const identifiers = [...new Set(pinned.flatMap(({ works }) => works.map(({ identifier }) => identifier)))];
  const asked = { potto: 'sign-out', source, identifiers } satisfies AccessMessage;
  const outcome = await askWorker<Outcome<readonly string[]>>(asked, SIGNED_OUT_WITHIN);
  if ('error' in outcome) throw new Error(outcome.error);
  const meant = new Set(outcome.value);
  for (const { id, works } of pinned) if (works.some(({ identifier }) => meant.has(identifier))) await unpin(id);
}

/**
 * Calls `listener` when a private source can't be read before someone signs in: once for each source, until somebody has
 * signed in or out. Gives what ends that.
 */
export function onSignInNeeded(listener: (needed: SignInNeeded) => void): () => void {
  listen();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function forget(source: string | undefined): void {
  if (source === undefined) signedIn.clear();
  else signedIn.delete(source);
}

let listening = false;

function listen(): void {
  if (listening || !('serviceWorker' in navigator)) return;
  listening = true;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (!isAccessNotice(data)) return;
    switch (data.potto) {
      case 'credentials-wanted':
        if (ports[0]) offer(data, ports[0]);
        break;
      case 'signed-out':
        forget(data.source);
        break;
      case 'sign-in-needed':
        tell(data);
        break;
    }
  });
  navigator.serviceWorker.startMessages();
}

/** Says since when this page is signed in, and gives the credentials when the worker takes up the offer. */
function offer({ source, reason }: CredentialsRequest, port: MessagePort): void {
  const found = signedIn.get(source);
  port.postMessage({ since: found?.since } satisfies CredentialsOffer);
  if (!found) return;
  port.onmessage = async () => {
    const given = await give(found, { source, reason });
    // Signed out while the function was at it.
    port.postMessage(signedIn.get(source) === found ? given : ({ credentials: undefined } satisfies CredentialsGiven));
  };
}

async function give({ give }: SignedIn, request: CredentialsRequest): Promise<CredentialsGiven> {
  try {
    return { credentials: await give(request) };
  } catch {
    return { failed: true };
  }
}

function tell({ source, status }: SignInWanted): void {
  for (const listener of listeners) listener({ source, status });
}
