import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One version of an object. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Without its quotes. */
  readonly etag: string;
  /** What may take its place. */
  readonly other?: StoredObject;
}

/** A request for a range, as a fault sees it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly object: StoredObject;
  /** Half-open; clamped to the object. */
  readonly start: number;
  readonly end: number;
  /** The bytes of the range. */
  readonly body: Uint8Array;
  /** Headers of the well-behaved answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Requests that this fault has met before this one. */
  readonly met: number;
  /** Where another origin is, which answers well. */
  readonly elsewhere: string;
  /** The well-behaved answer. */
  answer(object?: StoredObject): void;
}

export type Misbehave = (exchange: Exchange) => void;

/** A range server whose manners a test changes while it runs. */
export interface FaultServer {
  readonly origin: string;
  /** By path. */
  readonly objects: Map<string, StoredObject>;
  /** Requests for objects since the start, preflights not counted. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  /** Answers from now on, after `spared` requests more, in place of the well-behaved server; undefined ends that. */
  misbehave(fault: Misbehave | undefined, spared?: number): void;
  /** Answers that were begun and have not ended. */
  readonly unended: number;
  close(): Promise<void>;
}

/** Headers that a page's `fetch` may see, and that tell so. */
export const CORS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Content-Range, ETag, Retry-After',
};

/** Lets go of a path for good: a relative redirect within the origin. */
export const MOVED = '/moved';

export async function startFaultServer(elsewhere = ''): Promise<FaultServer> {
  let fault: Misbehave | undefined;
  let spared = 0;
  let met = 0;
  let unended = 0;
  const objects = new Map<string, StoredObject>();
  const requests: { path: string; range: string | undefined }[] = [];
  const listener = createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...CORS, 'access-control-allow-headers': '*' }).end();
      return;
    }
    const path = (request.url ?? '/').replace(MOVED, '').replace(/\?.*$/, '');
    requests.push({ path, range: request.headers.range });
    unended += 1;
    response.once('close', () => {
      unended -= 1;
    });
    const object = objects.get(path);
    if (!object) {
      response.writeHead(404, CORS).end('secret of the source');
      return;
    }
    const exchange = exchangeOf(request, response, object, { met, elsewhere });
    if (!fault || spared > 0) {
      spared -= 1;
      exchange.answer();
      return;
    }
    met += 1;
    fault(exchange);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    objects,
    requests,
    misbehave(next, after = 0) {
      fault = next;
      spared = after;
      met = 0;
    },
    get unended() {
      return unended;
    },
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
    },
  };
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject,
  context: Pick<Exchange, 'met' | 'elsewhere'>,
): Exchange {
  const [, first = '0', last = `${object.bytes.length - 1}`] =
    /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(first);
  const end = Math.min(Number(last) + 1, object.bytes.length);
  const rangeOf = ({ bytes, etag }: StoredObject) => {
    const body = bytes.subarray(start, Math.min(Number(last) + 1, bytes.length));
    const headers = {
      ...CORS,
      'content-type': 'image/tiff',
      'content-length': `${body.length}`,
      'content-range': `bytes ${start}-${start + body.length - 1}/${bytes.length}`,
      etag: `"${etag}"`,
    };
    return { body, headers };
  };
  const { body, headers } = rangeOf(object);
  return {
    ...context,
    request,
    response,
    object,
    start,
    end,
    body,
    headers,
    answer(other = object) {
      const well = rangeOf(other);
      if (well.body.length > 0) response.writeHead(206, well.headers).end(well.body);
      else response.writeHead(416, { ...CORS, 'content-range': `bytes */${other.bytes.length}` }).end();
    },
  };
}
