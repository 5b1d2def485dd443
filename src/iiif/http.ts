import { ImageServerError } from '../errors.ts';
import { streamed } from '../streamed.ts';
import type { Timing } from '../timing.ts';
import { contentDisposition } from './file-name.ts';
import { PROFILE_URI } from './info.ts';
import { pixelsType } from './pixels.ts';
import type { Format, Size, Version } from './request.ts';

/** Media types of section 4.5, and AVIF's. */
export const MEDIA_TYPE: Readonly<Record<Format, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tif: 'image/tiff',
  avif: 'image/avif',
  pdf: 'application/pdf',
};

const METHODS = 'GET, HEAD, OPTIONS';
/** What a page of another origin may read beside the headers every page may. */
const EXPOSED = 'Content-Disposition, Content-Length, ETag, Link, Location, Retry-After, Server-Timing, X-Potto';
/** Seconds. Every 503 says that asking again is worth while. */
const DEFAULT_RETRY_AFTER = 5;
/** Tells an `AnswerState`. */
export const STATE_HEADER = 'X-Potto';
/** A day: browsers cap the life of a preflight at two hours or a day. */
const PREFLIGHT_SECONDS = 86_400;

/**
 * On every answer: pages of any origin may read it, its headers and its timing, and show it where they are isolated;
 * browsers don't guess its type.
 */
export const COMMON_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED,
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Timing-Allow-Origin': '*',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Validator, freshness and cost, as every answer that may be kept can have them. */
export interface Freshness {
  readonly etag?: string | undefined;
  /** Value of `Cache-Control`. */
  readonly cacheControl?: string | undefined;
  readonly timing?: Timing | undefined;
  readonly state?: AnswerState | undefined;
}

/**
 * Value of `X-Potto`. `offline`: the image's source could not be reached, so that the answer, from the cache or what else
 * is known, may be out of date. `degraded`: nor was the answer known; it is made from a coarser one.
 */
export type AnswerState = 'offline' | 'degraded';

export interface ImageAnswer extends Freshness {
  readonly bytes: Uint8Array;
  readonly format: Format;
  readonly version: Version;
  /** Absolute URL of the canonical request. */
  readonly canonical: string;
  /** From `imageFileName`. */
  readonly fileName: string;
  /** The URL named no version, so that `Accept` chose it. */
  readonly negotiated?: boolean;
}

export interface InfoAnswer extends Freshness {
  readonly document: object;
  readonly contentType: string;
  readonly version: Version;
  /** 401 or 403 where the image itself isn't given; by default 200. */
  readonly status?: number;
}

/** 200 with an image. */
export function imageResponse(image: ImageAnswer): Response {
  return new Response(streamed(image.bytes), { headers: imageHeaders(image) });
}

/** 200 with pixels in place of an image, for this once: whoever keeps answers keeps the image. */
export function pixelsResponse(size: Size, { bytes, timing, state }: ImageAnswer): Response {
  const type = { 'Content-Type': pixelsType(size), 'Content-Length': String(bytes.length), Vary: 'Accept' };
  return respond(200, bytes, { ...type, ...freshness({ cacheControl: 'no-store', timing, state }) });
}

/** The headers of an answer with an image. */
export function imageHeaders(image: ImageAnswer): Headers {
  return headersOf({
    'Content-Type': MEDIA_TYPE[image.format],
    'Content-Length': String(image.bytes.length),
    'Content-Disposition': contentDisposition(image.fileName),
    Link: `<${image.canonical}>;rel="canonical", ${profileLink(image.version)}`,
    Vary: image.negotiated === true ? 'Accept' : undefined,
    ...freshness(image),
  });
}

/** 200 (or what is told) with an image information document, whose type was chosen by `Accept`. */
export function infoResponse(info: InfoAnswer): Response {
  const bytes = new TextEncoder().encode(JSON.stringify(info.document, undefined, 2));
  return respond(info.status ?? 200, bytes, {
    'Content-Type': info.contentType,
    'Content-Length': String(bytes.length),
    Link: profileLink(info.version),
    Vary: 'Accept',
    ...freshness(info),
  });
}

/** Media type of a manifest (Presentation API 3.0, section 6.2). */
const MANIFEST_TYPE = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"';

/** 200 with a manifest. */
export function manifestResponse(answer: Freshness & { readonly document: object }): Response {
  const bytes = new TextEncoder().encode(JSON.stringify(answer.document, undefined, 2));
  return respond(200, bytes, {
    'Content-Type': MANIFEST_TYPE,
    'Content-Length': String(bytes.length),
    ...freshness(answer),
  });
}

/** 303 from the base URI to `info.json` (section 2), by hand: `Response.redirect` takes no CORS headers. */
export function redirectToInfo(location: string): Response {
  return respond(303, null, { Location: location });
}

/** 304: the headers a 200 would have had that caches need (RFC 9110, section 15.4.5). */
export function notModified(answer: Freshness & { readonly vary?: 'Accept' | undefined }): Response {
  return respond(304, null, { Vary: answer.vary, ...freshness(answer) });
}

/** 204 to OPTIONS, preflight or not. */
export function optionsResponse(): Response {
  return respond(204, null, {
    Allow: METHODS,
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': '*, Authorization',
    'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
  });
}

/** 405 with `Allow`. */
export function methodNotAllowed(method: string): Response {
  return plainText(405, `The method ${method} is not supported. Use ${METHODS}.`, { Allow: METHODS });
}

/**
 * Any error as an answer in plain words (section 7.3 of 3.0, 7.2 of 2.1), never kept by a cache.
 * Only the message of an `ImageServerError` is written for readers; anything else is a fault of ours and says no more.
 */
export function errorResponse(error: unknown, timing?: Timing): Response {
  const extra = { 'Server-Timing': timing?.header() || undefined };
  if (!(error instanceof ImageServerError)) {
    return plainText(500, 'The image server met an unexpected error. Asking again may help.', extra);
  }
  const { retryAfter: seconds = error.status === 503 ? DEFAULT_RETRY_AFTER : undefined } = error;
  const retryAfter = seconds === undefined ? undefined : String(Math.max(0, Math.ceil(seconds)));
  return plainText(error.status, error.message, { 'Retry-After': retryAfter, ...extra });
}

/** The answer to HEAD: status and headers, `Content-Length` included, without the body. */
export function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}

type OptionalHeaders = Readonly<Record<string, string | undefined>>;

function plainText(status: number, message: string, headers: OptionalHeaders): Response {
  const bytes = new TextEncoder().encode(`${message}\n`);
  return respond(status, bytes, {
    'Content-Type': 'text/plain;charset=utf-8',
    'Content-Length': String(bytes.length),
    'Cache-Control': 'no-store',
    ...headers,
  });
}

function respond(status: number, body: Uint8Array | null, headers: OptionalHeaders): Response {
  return new Response(body && streamed(body), { status, headers: headersOf(headers) });
}

function headersOf(headers: OptionalHeaders): Headers {
  const all = new Headers(COMMON_HEADERS);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, value);
  return all;
}

function freshness({ etag, cacheControl, timing, state }: Freshness): OptionalHeaders {
  return {
    ETag: etag,
    'Cache-Control': cacheControl,
    'Server-Timing': timing?.header() || undefined,
    [STATE_HEADER]: state,
  };
}

function profileLink(version: Version): string {
  return `<${PROFILE_URI[version]}>;rel="profile"`;
}
