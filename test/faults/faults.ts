import { gzipSync } from 'node:zlib';
import { CORS, type Exchange, type Misbehave, MOVED, type StoredObject } from './fault-server.ts';

/** What a read must come to: the right bytes, or one of these statuses. */
export type Outcome = 'right' | number;

export interface Fault {
  readonly name: string;
  readonly misbehave: Misbehave;
  /** What every kind of read may come to. */
  readonly outcomes: readonly Outcome[];
  /** What the answer's words must hold, where it is an error. */
  readonly words?: RegExp;
  /** Seconds after which the answer says that it is worth asking again. */
  readonly retryAfter?: number;
  /** Where requests go in place of the source's address: to where there is no server. */
  readonly lost?: string;
  /** A pack is given up with this in place of `outcomes`. */
  readonly pack?: Outcome;
  /** The source shows several versions, each of which is right. */
  readonly turns?: boolean;
}

/** Sends the well-behaved head with other headers; undefined leaves one out. */
function withHeaders(changed: Readonly<Record<string, string | undefined>>): Misbehave {
  return ({ response, headers, body }) => {
    const all = Object.entries({ ...headers, ...changed });
    response.writeHead(206, Object.fromEntries(all.flatMap(([name, value]) => (value ? [[name, value]] : []))));
    response.end(body);
  };
}

function status(code: number, headers: Readonly<Record<string, string>> = {}): Misbehave {
  return ({ response }) => response.writeHead(code, { ...CORS, ...headers }).end('<Error>secret of the source</Error>');
}

function redirect(location: (exchange: Exchange) => string): Misbehave {
  return (exchange) => exchange.response.writeHead(302, { ...CORS, location: location(exchange) }).end();
}

/** Sends the first half of the range, then does as it is told. */
function half(headers: Readonly<Record<string, string>>, then: (exchange: Exchange) => void): Misbehave {
  return (exchange) => {
    const { 'content-length': _length, ...rest } = exchange.headers;
    exchange.response.writeHead(206, { ...rest, ...headers });
    exchange.response.write(exchange.body.subarray(0, exchange.body.length >> 1), () => then(exchange));
  };
}

/** Without Content-Length: nothing but the number of bytes tells that some are missing. */
const cut = half({}, ({ response }) => response.end());

/** Sends the range in pieces; the pauses between them are the fault. */
function drip(pieces: number, milliseconds: number): Misbehave {
  return ({ response, headers, body }) => {
    response.writeHead(206, headers);
    const length = Math.ceil(body.length / pieces);
    let sent = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(sent, sent + length));
      sent += length;
      if (sent < body.length) return;
      clearInterval(timer);
      response.end();
    }, milliseconds);
    response.once('close', () => clearInterval(timer));
  };
}

const contentRange =
  (text: (exchange: Exchange) => string): Misbehave =>
  (exchange) =>
    withHeaders({ 'content-range': text(exchange) })(exchange);

const exposing = (...names: readonly string[]) => ({ 'access-control-expose-headers': names.join(', ') || undefined });

/** Another object of the same length, as far as its validator tells. */
const renamed = ({ bytes }: StoredObject, met: number): StoredObject => ({ bytes, etag: `turn-${met}` });

const HTML = '<!doctype html><title>Log in to the Wi-Fi</title>';

const NEVER: Misbehave = () => {
  throw new Error('The request went to the source');
};

const UNREACHABLE = /could not be reached/;
const BROKE_OFF = /ended before all bytes had come/;
const TOO_LATE = /did not answer within/;

/** All that a server, a proxy or a network was seen to do to range requests. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'ignores Range',
    misbehave: ({ response, object }) =>
      response.writeHead(200, { ...CORS, etag: `"${object.etag}"` }).end(object.bytes),
    outcomes: ['right', 502],
    words: /ignores Range/,
  },
  {
    name: 'truncated, length announced',
    misbehave: (exchange) =>
      half({ 'content-length': `${exchange.body.length}` }, ({ response }) => response.destroy())(exchange),
    outcomes: [502],
    words: BROKE_OFF,
  },
  { name: 'truncated, no length', misbehave: cut, outcomes: [502], words: BROKE_OFF },
  {
    name: 'reset at the start',
    misbehave: ({ request }) => request.socket.resetAndDestroy(),
    outcomes: [502],
    words: UNREACHABLE,
  },
  {
    name: 'reset in the body',
    misbehave: half({}, ({ request }) => request.socket.resetAndDestroy()),
    outcomes: [502],
    words: BROKE_OFF,
  },
  { name: 'stalls before the head', misbehave: () => undefined, outcomes: [504], words: TOO_LATE },
  { name: 'stalls in the body', misbehave: half({}, () => undefined), outcomes: [504], words: TOO_LATE },
  { name: 'drips, too slowly', misbehave: drip(1000, 20), outcomes: [504], words: TOO_LATE },
  { name: 'drips, in time', misbehave: drip(8, 5), outcomes: ['right'] },
  { name: '403', misbehave: status(403), outcomes: [404], words: /missing at its source, or it is not public/ },
  { name: '404', misbehave: status(404), outcomes: [404], words: /no such image/ },
  // Once the size is known, a refusal means that the object has changed.
  {
    name: '416',
    misbehave: status(416),
    outcomes: [502, 503],
    pack: 409,
    words: /empty|refuses ranges|being replaced|was changed/,
  },
  {
    name: '429, Retry-After in seconds',
    retryAfter: 7,
    misbehave: status(429, { 'retry-after': '7' }),
    outcomes: [503],
    words: /overloaded/,
  },
  {
    name: '429, Retry-After as a date',
    retryAfter: 60,
    misbehave: (exchange) => status(429, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })(exchange),
    outcomes: [503],
    words: /overloaded/,
  },
  {
    name: '503, Retry-After in seconds',
    retryAfter: 7,
    misbehave: status(503, { 'retry-after': '7' }),
    outcomes: [503],
    words: /overloaded/,
  },
  {
    name: '503, Retry-After as a date',
    retryAfter: 60,
    misbehave: (exchange) => status(503, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })(exchange),
    outcomes: [503],
    words: /overloaded/,
  },
  { name: '503, no Retry-After', retryAfter: 5, misbehave: status(503), outcomes: [503], words: /overloaded/ },
  { name: '500', misbehave: status(500), outcomes: [502], words: /in trouble/ },
  {
    name: 'Content-Range begins elsewhere',
    misbehave: contentRange(({ start, end, object }) => `bytes ${start + 1}-${end}/${object.bytes.length}`),
    outcomes: [502],
    words: /does not keep to the ranges/,
  },
  {
    name: 'Content-Range ends elsewhere',
    misbehave: contentRange(({ start, end, object }) => `bytes ${start}-${end - 9}/${object.bytes.length}`),
    outcomes: [502],
    words: /does not keep to the ranges/,
  },
  {
    // Where the size is known it has changed; where it isn't, the file's index lies beyond the end, or the next answer
    // tells another size: any of these is told, but nothing wrong.
    name: 'Content-Range tells another total',
    pack: 409,
    misbehave: contentRange(
      ({ start, end, object, met }) => `bytes ${start}-${end - 1}/${object.bytes.length + met + 1}`,
    ),
    outcomes: ['right', 502, 503],
  },
  {
    name: 'more bytes than announced',
    misbehave: ({ response, headers, body }) => {
      const { 'content-length': _length, ...rest } = headers;
      response.writeHead(206, rest).end(Buffer.concat([body, body]));
    },
    outcomes: [502],
    words: /more bytes than it announced/,
  },
  {
    name: 'shorter Content-Length',
    misbehave: ({ response, headers, body }) => {
      response.writeHead(206, { ...headers, 'content-length': `${body.length - 9}` }).end(body.subarray(9));
    },
    outcomes: [502],
    words: BROKE_OFF,
  },
  {
    name: 'gzip-encoded',
    misbehave: ({ response, headers, body }) => {
      const packed = gzipSync(body);
      response.writeHead(206, { ...headers, 'content-encoding': 'gzip', 'content-length': `${packed.length}` });
      response.end(packed);
    },
    outcomes: ['right', 502],
    words: /Content-Encoding/,
  },
  {
    name: 'no Allow-Origin',
    misbehave: withHeaders({ 'access-control-allow-origin': undefined }),
    outcomes: [502],
    words: /AllowedOrigins/,
  },
  {
    // Good enough once the size is known.
    name: 'Content-Range not exposed',
    misbehave: withHeaders(exposing('ETag', 'Retry-After')),
    outcomes: ['right', 502],
    words: /Content-Range is hidden.*ExposeHeaders/s,
  },
  { name: 'ETag not exposed', misbehave: withHeaders(exposing('Content-Range')), outcomes: ['right'] },
  {
    name: 'Retry-After not exposed',
    misbehave: status(503, { 'retry-after': '7', 'access-control-expose-headers': 'Content-Range, ETag' }),
    outcomes: [503],
    words: /overloaded/,
  },
  {
    name: 'HTML with status 200',
    misbehave: ({ response }) => response.writeHead(200, { ...CORS, 'content-type': 'text/html' }).end(HTML),
    outcomes: [502],
    words: /HTML page/,
  },
  {
    name: 'redirect within the origin',
    misbehave: (exchange) => {
      const { url = '/' } = exchange.request;
      if (url.startsWith(MOVED)) exchange.answer();
      else redirect(() => `${MOVED}${url}`)(exchange);
    },
    outcomes: ['right'],
  },
  {
    name: 'redirect to another origin',
    misbehave: redirect(({ elsewhere, request }) => `${elsewhere}${request.url}`),
    outcomes: [502],
    words: /redirects to another server|could not be reached/,
  },
  {
    name: 'redirect in a circle',
    misbehave: redirect(({ request }) => request.url ?? '/'),
    outcomes: [502],
    words: /circle|could not be reached/,
  },
  {
    name: 'another ETag with every answer',
    turns: true,
    pack: 409,
    misbehave: ({ answer, object, met }) => answer(renamed(object, met)),
    outcomes: ['right', 503],
    words: /being replaced|was changed/,
  },
  {
    name: 'two versions by turns',
    turns: true,
    pack: 409,
    misbehave: ({ answer, object, met }) => answer(met % 2 === 0 ? object.other : object),
    outcomes: ['right', 503],
    words: /being replaced|was changed/,
  },
  // A port of no service: nothing listens there.
  { name: 'connection refused', lost: 'http://127.0.0.1:1', misbehave: NEVER, outcomes: [502], words: UNREACHABLE },
  { name: 'no such host', lost: 'http://nowhere.invalid', misbehave: NEVER, outcomes: [502], words: UNREACHABLE },
];
