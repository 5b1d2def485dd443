import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { ImageServer } from '../server.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Listening {
  /** `http://HOST:PORT` without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Answers HTTP with an image server. @throws {Error} when the port can't be had. */
export async function listen(images: Pick<ImageServer, 'fetch'>, { host, port }: ListenOptions): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    // A client that goes away midway is no fault of ours.
    void answer(images, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  images: Pick<ImageServer, 'fetch'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = requestOf(incoming, outgoing);
  if (!request) {
    outgoing
      .writeHead(400, { 'Content-Type': 'text/plain' })
      .end('The method, the Host header or the path is not valid.\n');
    return;
  }
  const response = await images.fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
  else outgoing.end();
}

/** The request as the web's standards have it; undefined for one that isn't valid. */
function requestOf(incoming: IncomingMessage, outgoing: ServerResponse): Request | undefined {
  const abort = new AbortController();
  outgoing.once('close', () => abort.abort());
  try {
    const {
      url: target = '/',
      headers: { host = 'localhost' },
    } = incoming;
    // A target may be a whole URL, as proxies are asked (RFC 9112, section 3.2.2).
    const url = new URL(target.startsWith('/') ? `http://${host}${target}` : target);
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
    return new Request(url, { method: incoming.method ?? 'GET', headers, signal: abort.signal });
  } catch {
    return undefined;
  }
}
