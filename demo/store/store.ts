import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { addressOf } from './address.ts';
import { answerTo, type Bucket } from './answer.ts';
import { type CorsRule, corsHeaders, type Headers } from './cors.ts';
import { errorDocument, S3Error } from './errors.ts';
import { Objects } from './objects.ts';
import type { Policy } from './policy.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';

export interface BucketOptions {
  readonly name: string;
  /** A folder whose files are the objects, or keys and bytes. */
  readonly objects: string | ReadonlyMap<string, Uint8Array>;
  /** Without one the bucket is private. */
  readonly policy?: Policy;
  readonly cors?: readonly CorsRule[];
}

export interface StoreOptions {
  readonly buckets: readonly BucketOptions[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
}

export interface EmbeddedStore {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The latest requests, the newest last. */
  readonly requests: readonly Readonly<LoggedRequest>[];
  /** What was asked and sent since the start. */
  readonly totals: { readonly requests: number; readonly bytes: number };
  setObject(bucket: string, key: string, bytes: Uint8Array, options?: { readonly contentType?: string }): void;
  /** Removes an object that is in memory. */
  deleteObject(bucket: string, key: string): void;
  close(): Promise<void>;
}

/**
 * Starts a store that speaks the reading half of S3's REST interface to anonymous clients, path-style and at
 * `http://BUCKET.localhost:PORT`: GET and HEAD of objects, one range, conditional requests, CORS by the bucket's
 * rules, a bucket's policy, and S3's errors. Nothing can be written through it.
 */
export async function startStore(options: StoreOptions): Promise<EmbeddedStore> {
  const buckets = new Map(options.buckets.map((bucket) => [bucket.name, openBucket(bucket)]));
  const log = new RequestLog();
  const server = createServer((request, response) => void respond(buckets, log, request, response));
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The store has no port');
  const objectsOf = (name: string) => {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new Error(`There is no bucket ${name}`);
    return bucket.objects;
  };
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${address.port}`,
    port: address.port,
    requests: log.requests,
    totals: log.totals,
    setObject: (bucket, key, bytes, { contentType } = {}) => objectsOf(bucket).set(key, bytes, contentType),
    deleteObject: (bucket, key) => objectsOf(bucket).delete(key),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function openBucket({ name, objects, policy, cors = [] }: BucketOptions): Bucket {
  return { name, objects: new Objects(objects), policy, cors };
}

/** Answers a request and notes it; the note stands before the first byte goes out. */
async function respond(
  buckets: ReadonlyMap<string, Bucket>,
  log: RequestLog,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const entry = log.begin(method, url, headers.range);
  response.setHeader('x-amz-request-id', entry.id);
  response.setHeader('accept-ranges', 'bytes');
  try {
    const address = addressOf(url, headers.host);
    const bucket = address.bucket === undefined ? undefined : buckets.get(address.bucket);
    entry.bucket = address.bucket;
    entry.key = address.key;
    if (bucket && method !== 'OPTIONS') setHeaders(response, corsHeaders(bucket.cors, method, headers.origin));
    const { status, headers: answered, body } = await answerTo(request, address, bucket);
    entry.status = status;
    response.statusCode = status;
    setHeaders(response, answered);
    if (body && method !== 'HEAD') await pipeline(body.object.open(body.span), log.counting(entry), response);
    else response.end();
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(response, error, entry, url);
  }
}

function sendError(response: ServerResponse, cause: unknown, entry: LoggedRequest, resource: string): void {
  const error = cause instanceof S3Error ? cause : new S3Error('InternalError', 'We encountered an internal error.');
  const body = Buffer.from(errorDocument(error, resource, entry.id));
  entry.status = error.status;
  response.writeHead(error.status, { 'content-type': 'application/xml', 'content-length': body.length });
  response.end(entry.method === 'HEAD' ? undefined : body);
}

function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
