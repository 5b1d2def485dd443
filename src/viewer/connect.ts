import type { InPageServe } from '../in-page.ts';
import { type InPageServer, serveInPage } from '../page/fallback.ts';
import { openLocal } from '../page/local.ts';
import { register } from '../page/register.ts';
import type { Connection } from './connection.ts';

export interface ConnectionOptions {
  /** The script of the service worker, an absolute URL. */
  readonly script: string;
  /** For the server in the page, where its script doesn't tell. */
  readonly serve: InPageServe | undefined;
  /** Path of the image services, relative to the script. */
  readonly prefix: string;
  /** Never a service worker. */
  readonly inPage: boolean;
}

/** Milliseconds after which a service worker that doesn't take control is done without. */
const CONTROLLED_WITHIN = 10_000;

/** Viewers of one page share their servers: each has wasm and decoded tiles in memory. */
const shared = new Map<string, Promise<Connection>>();

/** Connects with the service worker, or else with a server in this page. Never rejects: `trouble` tells. */
export function connect(options: ConnectionOptions): Promise<Connection> {
  const key = JSON.stringify(options);
  const connection = shared.get(key) ?? connectAnew(options);
  shared.set(key, connection);
  // What was in trouble is tried again next time.
  void connection.then(({ kind }) => {
    if (kind === 'none') shared.delete(key);
  });
  return connection;
}

async function connectAnew(options: ConnectionOptions): Promise<Connection> {
  const { script, serve, prefix, inPage } = options;
  const words: string[] = [];
  if (!inPage) {
    try {
      await register(script, { timeout: CONTROLLED_WITHIN });
      return {
        kind: 'service-worker',
        prefix: new URL(prefix, new URL('./', script)).href,
        fetch: (url, init) => fetch(url, init),
        openFile: openLocal,
        trouble: undefined,
      };
    } catch (error) {
      words.push(inWords(error));
    }
  }
  try {
    return connectionOf(await serveInPage({ script, serve: serve && { prefix, ...serve } }));
  } catch (error) {
    words.push(inWords(error));
  }
  return {
    kind: 'none',
    prefix: '',
    fetch: (url, init) => fetch(url, init),
    openFile: () => Promise.reject(new Error(words.join(' '))),
    trouble: words.join(' '),
  };
}

function connectionOf(server: InPageServer): Connection {
  return {
    kind: 'in-page',
    prefix: server.prefix,
    fetch: (url, init) => (url.startsWith(server.prefix) ? server.fetch(url, init) : fetch(url, init)),
    openFile: async (file) => server.open(file),
    trouble: undefined,
  };
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
