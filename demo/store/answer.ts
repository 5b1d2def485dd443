import type { IncomingMessage } from 'node:http';
import type { Address } from './address.ts';
import { notModified } from './conditions.ts';
import { type CorsRule, type Headers, preflightHeaders } from './cors.ts';
import { S3Error } from './errors.ts';
import type { Objects, StoredObject } from './objects.ts';
import { anyoneMay, type Policy } from './policy.ts';
import { parseRange, type Span } from './range.ts';

export interface Bucket {
  readonly name: string;
  readonly objects: Objects;
  readonly policy: Policy | undefined;
  readonly cors: readonly CorsRule[];
}

/** What is sent, but for the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body?: { readonly object: StoredObject; readonly span: Span };
}

/**
 * The store's answer to an anonymous client, by the bucket's policy.
 * @throws {S3Error} for everything that isn't 200, 206 or 304.
 */
export async function answerTo(
  request: IncomingMessage,
  { key }: Address,
  bucket: Bucket | undefined,
): Promise<Answer> {
  const { method = 'GET', headers } = request;
  if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  if (method === 'OPTIONS') return preflight(request, bucket);
  if (headers.authorization !== undefined) {
    throw new S3Error('InvalidAccessKeyId', 'The access key you provided does not exist in our records.');
  }
  if (['PUT', 'POST', 'DELETE'].includes(method)) throw new S3Error('AccessDenied', 'Access Denied');
  if (method !== 'GET' && method !== 'HEAD') {
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
  }
  const mayList = anyoneMay(bucket.policy, 's3:ListBucket', bucket.name);
  if (key === '' && mayList) throw new S3Error('NotImplemented', 'This store does not list its buckets.');
  if (key === '' || !anyoneMay(bucket.policy, 's3:GetObject', `${bucket.name}/${key}`)) {
    throw new S3Error('AccessDenied', 'Access Denied');
  }
  const object = await bucket.objects.find(key);
  if (object !== undefined) return read(request, object);
  // Who may not list a bucket may not learn either that a key is missing.
  throw mayList
    ? new S3Error('NoSuchKey', 'The specified key does not exist.')
    : new S3Error('AccessDenied', 'Access Denied');
}

function read({ headers }: IncomingMessage, object: StoredObject): Answer {
  const validators = { etag: object.etag, 'last-modified': object.modified.toUTCString() };
  if (notModified(headers, object)) return { status: 304, headers: validators };
  const range = parseRange(headers.range, object.size);
  const span = range ?? { start: 0, end: object.size };
  return {
    status: range ? 206 : 200,
    headers: {
      ...validators,
      'content-type': object.contentType,
      'content-length': String(span.end - span.start),
      ...(range && { 'content-range': `bytes ${span.start}-${span.end - 1}/${object.size}` }),
    },
    body: { object, span },
  };
}

function preflight({ headers }: IncomingMessage, bucket: Bucket): Answer {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': names = '' } = headers;
  if (origin === undefined || method === undefined) {
    throw new S3Error('BadRequest', 'A preflight needs Origin and Access-Control-Request-Method.');
  }
  const asked = { origin, method, headers: names.split(',').flatMap((name) => name.trim() || []) };
  const allowed = preflightHeaders(bucket.cors, asked);
  if (allowed === undefined) throw new S3Error('AccessDenied', 'CORSResponse: This CORS request is not allowed.');
  return { status: 200, headers: { ...allowed, 'content-length': '0' } };
}
