import { ImageServerError } from '../errors.ts';
import type { PackDesk } from '../packs/desk.ts';
import type { PackAnswer, PackCall, PackMessage } from '../packs/protocol.ts';
import { KeeperLostError } from '../packs/trouble.ts';

/** Milliseconds between two questions whether the worker is still at a call: browsers end workers without a word. */
export const ASK_AGAIN = 500;

/** Milliseconds that an answer which was sent may take to arrive, after which it counts as lost. */
const ON_ITS_WAY = 250;

/** Calls that are repeated when the worker was ended in them; one that never survives a call is broken. */
const ATTEMPTS = 20;

type Name = keyof PackDesk;
type Answered<N extends Name> = Awaited<ReturnType<PackDesk[N]>>;

/** The keeper of packs in the service worker, called by message. */
export function workerDesk(): PackDesk {
  return {
    room: () => call('room', { name: 'room', ask: undefined }),
    giveWay: (ask) => call('giveWay', { name: 'giveWay', ask }),
    measure: (ask) => call('measure', { name: 'measure', ask }),
    begin: (ask) => call('begin', { name: 'begin', ask }),
    list: () => call('list', { name: 'list', ask: undefined }),
    parts: (ask) => call('parts', { name: 'parts', ask }),
    renew: (ask) => call('renew', { name: 'renew', ask }),
    // The one who downloads asks for less when what was on its way is lost.
    read: (ask) => callOnce('read', { name: 'read', ask }),
    put: (ask) => call('put', { name: 'put', ask }),
    block: (ask) => call('block', { name: 'block', ask }),
    note: (ask) => call('note', { name: 'note', ask }),
    check: (ask) => call('check', { name: 'check', ask }),
    remove: (ask) => call('remove', { name: 'remove', ask }),
  };
}

async function call<N extends Name>(name: N, message: PackCall): Promise<Answered<N>> {
  for (let made = 1; ; made++) {
    try {
      return await callOnce(name, message);
    } catch (cause) {
      if (!(cause instanceof KeeperLostError) || made === ATTEMPTS) throw cause;
    }
  }
}

/** @throws {KeeperLostError} when the worker was ended meanwhile. */
async function callOnce<N extends Name>(_name: N, message: PackCall): Promise<Answered<N>> {
  const worker = await activeWorker();
  const id = crypto.randomUUID();
  const { port1, port2 } = new MessageChannel();
  let watching: ReturnType<typeof setInterval> | undefined;
  try {
    const answer = await new Promise<PackAnswer<Answered<N>>>((resolve, reject) => {
      port1.onmessage = ({ data }: MessageEvent<PackAnswer<Answered<N>>>) => resolve(data);
      worker.postMessage({ potto: 'pack', id, call: message } satisfies PackMessage, [port2]);
      watching = setInterval(() => watch(id, () => reject(new KeeperLostError())), ASK_AGAIN);
    });
    if (answer.kind === 'done') return answer.value;
    throw new ImageServerError(answer.status, answer.message);
  } finally {
    clearInterval(watching);
    port1.close();
  }
}

/** Asks whether the worker is at a call. */
async function watch(id: string, lost: () => void): Promise<void> {
  const worker = await activeWorker();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<boolean>) => {
    port1.close();
    if (!data) setTimeout(lost, ON_ITS_WAY);
  };
  worker.postMessage({ potto: 'pack-alive', id } satisfies PackMessage, [port2]);
}

async function activeWorker(): Promise<ServiceWorker> {
  const controller = navigator.serviceWorker?.controller;
  if (controller) return controller;
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) return registration.active;
  throw new ImageServerError(503, 'No service worker controls this page: await register() first.');
}
