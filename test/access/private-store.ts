import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen } from '../e2e/listen.ts';

export interface StoreRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
}

/** Who may read: undefined where the request is good, else the status that refuses it. */
export type Guard = (request: IncomingMessage) => number | undefined;

/** A store on a server of its own, every object of which is the same file, with CORS as users are told to set it. */
export interface PrivateStore {
  readonly origin: string;
  readonly requests: readonly StoreRequest[];
  guard: Guard;
  /** Where every request is redirected to. */
  redirect: string | undefined;
  close(): Promise<void>;
}

export async function startPrivateStore(file: Uint8Array, guard: Guard): Promise<PrivateStore> {
  const requests: StoreRequest[] = [];
  const server = createServer((request, response) => {
    response.on('close', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, status: response.statusCode });
    });
    answer(request, response, file, store);
  });
  const port = await listen(server);
  const store: PrivateStore = {
    origin: `http://127.0.0.1:${port}`,
    requests,
    guard,
    redirect: undefined,
    close: () => close(server),
  };
  return store;
}

function answer(request: IncomingMessage, response: ServerResponse, file: Uint8Array, store: PrivateStore): void {
  const { headers, method } = request;
  if (headers.origin !== undefined) {
    response.setHeader('Access-Control-Allow-Origin', headers.origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag');
  }
  if (method === 'OPTIONS') {
    response.setHeader('Access-Control-Allow-Methods', 'GET');
    response.setHeader(
      'Access-Control-Allow-Headers',
      'Range, Authorization, X-Amz-Date, X-Amz-Content-Sha256, X-Amz-Security-Token',
    );
    response.writeHead(204).end();
    return;
  }
  const status = store.guard(request);
  if (status !== undefined) {
    response.writeHead(status, { 'content-type': 'application/xml' }).end('<Error>words of the source</Error>');
    return;
  }
  if (store.redirect !== undefined) {
    response.writeHead(307, { location: store.redirect }).end();
    return;
  }
  const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const body = file.subarray(Number(first), Number(last) + 1);
  if (body.length === 0) {
    response.writeHead(416).end();
    return;
  }
  response.writeHead(206, {
    'content-length': body.length,
    'content-range': `bytes ${first}-${Number(first) + body.length - 1}/${file.length}`,
    etag: '"v1"',
  });
  response.end(body);
}

export const withHeader =
  (value: () => string): Guard =>
  ({ headers }) =>
    headers.authorization === value() ? undefined : 401;

export const withCookie =
  (value: string): Guard =>
  ({ headers }) =>
    headers.cookie?.includes(value) ? undefined : 401;

/** A store whose URLs carry `?signature=VALUE`. */
export const withSignedQuery =
  (value: () => string): Guard =>
  ({ url = '' }) =>
    new URL(url, 'http://store').searchParams.get('signature') === value() ? undefined : 403;

export interface StoreKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Milliseconds that the clocks may differ, as on S3. */
const SKEW = 15 * 60_000;

/**
 * Checks an AWS Signature Version 4 as S3 does ("Authenticating requests: using the Authorization header"): 403 for
 * another key, signature, region or time, 400 for a token that has ended.
 */
export const withSignature =
  (keys: () => StoreKeys, region: string): Guard =>
  (request) => {
    const { accessKeyId, secretAccessKey, sessionToken } = keys();
    const { authorization = '' } = request.headers;
    const [, id, day, place, service, names = '', signature = ''] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
        authorization,
      ) ?? [];
    if (id !== accessKeyId || place !== region || service !== 's3') return 403;
    const header = (name: string) => String(request.headers[name] ?? '').trim();
    if (sessionToken !== undefined && header('x-amz-security-token') !== sessionToken) return 400;
    const time = header('x-amz-date');
    const written = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    if (!(Math.abs(Date.parse(written) - Date.now()) < SKEW) || !time.startsWith(day ?? '-')) return 403;
    const signed = names.split(';');
    if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => signed.includes(name))) return 403;
    if (sessionToken !== undefined && !signed.includes('x-amz-security-token')) return 403;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
    const query = [...searchParams].map((pair) => pair.map(encoded).join('=')).sort();
    const canonical = [
      request.method,
      pathname
        .split('/')
        .map((segment) => encoded(decodeURIComponent(segment)))
        .join('/'),
      query.join('&'),
      ...signed.map((name) => `${name}:${header(name)}`),
      '',
      names,
      header('x-amz-content-sha256'),
    ].join('\n');
    const scope = [day, place, service, 'aws4_request'];
    const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), hash(canonical)].join('\n');
    const key = scope.reduce<string | Buffer>((before, part) => hmac(before, part ?? ''), `AWS4${secretAccessKey}`);
    return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex')) ? undefined : 403;
  };

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
