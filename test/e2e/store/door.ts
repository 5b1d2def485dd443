import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { close, listen } from '../listen.ts';
import { storePort } from './control.ts';

/** What a browser asked of the store. */
export interface StoreRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** 0 until it is known. */
  status: number;
  /** Bytes of the body. */
  bytes: number;
}

/** A test's own address of the store: requests and answers pass unchanged, are counted, and can be cut off. */
export interface Door {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, for path-style addresses. */
  readonly url: string;
  readonly requests: readonly StoreRequest[];
  /** The store is stopped, as far as the browser can tell: nothing listens at its address. */
  close(): Promise<void>;
  /** Lets so many bytes more pass, and what waits, then has requests wait. Resolves when the first one does. */
  holdAfter(bytes: number): Promise<void>;
  /** Lets requests pass that wait, and those that come. */
  letPass(): void;
  /** After `close`: the store is there again, at the same address. */
  reopen(): Promise<void>;
}

/** What has requests wait. */
interface Hold {
  /** Bytes in all after which it does. */
  readonly after: number;
  reached(): void;
  readonly opened: Promise<void>;
  open(): void;
}

/** `storeAt`: port of the store. */
export async function openDoor(storeAt = storePort): Promise<Door> {
  const requests: StoreRequest[] = [];
  const agent = new Agent({ keepAlive: true });
  let hold: Hold | undefined;
  const passed = () => requests.reduce((sum, { bytes }) => sum + bytes, 0);
  const turn = async () => {
    if (!hold || passed() < hold.after) return;
    hold.reached();
    await hold.opened;
  };
  const server = createServer(async (incoming, outgoing) => {
    await turn();
    // It was given up meanwhile.
    if (outgoing.destroyed) return;
    const { method = 'GET', url = '/', headers } = incoming;
    const entry = { method, path: url, range: headers.range, status: 0, bytes: 0 };
    requests.push(entry);
    pass(incoming, outgoing, { agent, port: storeAt(), entry }).catch(() => outgoing.destroy());
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    holdAfter(bytes) {
      hold?.open();
      const opening = signal();
      const reaching = signal();
      hold = { after: passed() + bytes, reached: reaching.give, opened: opening.given, open: opening.give };
      return reaching.given;
    },
    letPass() {
      hold?.open();
      hold = undefined;
    },
    async close() {
      agent.destroy();
      await close(server);
    },
    async reopen() {
      await listen(server, port);
    },
  };
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

interface Passage {
  readonly agent: Agent;
  readonly port: number;
  readonly entry: StoreRequest;
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { agent, port, entry }: Passage,
): Promise<void> {
  const { method, url: path, headers } = incoming;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const onward = forward({ host: '127.0.0.1', port, method, path, headers, agent }, resolve);
    onward.on('error', reject);
    incoming.pipe(onward);
  });
  entry.status = answer.statusCode ?? 0;
  outgoing.writeHead(entry.status, answer.rawHeaders);
  answer.on('data', (chunk: Buffer) => {
    entry.bytes += chunk.length;
  });
  await pipeline(answer, outgoing);
}
