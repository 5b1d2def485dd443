import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A range server whose object, validator and manners a test changes while it runs; it counts its requests. */
export interface RangeServer {
  readonly origin: string;
  readonly url: string;
  /** The `Range` header of each request, in order. */
  readonly ranges: (string | undefined)[];
  /** The headers of the latest request. */
  headers: IncomingMessage['headers'];
  bytes: Uint8Array;
  /** The `ETag` header, with its quotes. */
  etag: string | undefined;
  lastModified: string | undefined;
  /** Answers in place of the well-behaved server, which it may call. */
  handler: Handler | undefined;
  /** The well-behaved answer. */
  readonly answerRange: Handler;
  close(): Promise<void>;
}

export async function startRangeServer(bytes: Uint8Array): Promise<RangeServer> {
  const listener = createServer((request, response) => {
    server.ranges.push(request.headers.range);
    server.headers = request.headers;
    (server.handler ?? server.answerRange)(request, response);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const origin = `http://127.0.0.1:${address.port}`;
  const server: RangeServer = {
    origin,
    url: `${origin}/secret-bucket/image.tif`,
    ranges: [],
    headers: {},
    bytes,
    etag: '"v1"',
    lastModified: undefined,
    handler: undefined,
    answerRange(request, response) {
      const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const body = server.bytes.subarray(Number(first), Number(last) + 1);
      if (body.length === 0) {
        response.writeHead(416).end('<Error>secret of the source</Error>');
        return;
      }
      response.writeHead(206, {
        'content-length': body.length,
        'content-range': `bytes ${first}-${Number(first) + body.length - 1}/${server.bytes.length}`,
        ...(server.etag !== undefined && { etag: server.etag }),
        ...(server.lastModified !== undefined && { 'last-modified': server.lastModified }),
      });
      response.end(body);
    },
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
    },
  };
  return server;
}

/** Bytes that tell their own offset. */
export function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, offset) => (offset + (offset >> 8)) & 255);
}
