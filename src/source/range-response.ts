import { ImageServerError } from '../errors.ts';
import { type AnsweredFacts, factsOf } from './object-facts.ts';
import type { ByteRange } from './source.ts';

/** What the head of an answer to a range request promises. */
export type RangeResponse =
  /** The body is the range, clamped to the object's end: exactly `length` bytes. */
  | {
      readonly kind: 'partial';
      readonly length: number;
      /** What `Content-Length` says, if it says anything. */
      readonly announced: number | undefined;
      readonly facts: AnsweredFacts;
    }
  /** The body is the whole object; `length` is what `Content-Length` says. */
  | { readonly kind: 'whole'; readonly length: number | undefined; readonly facts: AnsweredFacts }
  /** 416: nothing of the range lies in the object. S3 doesn't say how long the object is. */
  | { readonly kind: 'unsatisfiable'; readonly size: number | undefined };

interface KnownSize {
  readonly size: number | undefined;
}

/** `Content-Range` of a 206 (RFC 9110, section 14.4). */
interface ContentRange extends ByteRange {
  readonly size: number | undefined;
}

/**
 * Reads the head of a 200, 206 or 416; other statuses have been dealt with before.
 * @throws {ImageServerError} 502 when the answer can't be the bytes that were asked for.
 */
export function rangeResponse(response: Response, range: ByteRange, known: KnownSize): RangeResponse {
  const { headers } = response;
  if (response.status === 416) {
    const size = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
    return { kind: 'unsatisfiable', size: size === undefined ? undefined : Number(size) };
  }
  // A captive portal, or a site that answers every path with its start page.
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) {
    throw new ImageServerError(
      502,
      'An image was asked of the source, and it answered with an HTML page. Check that the address of the source leads to the image file itself, not to a page that shows it.',
    );
  }
  if (response.status === 200) {
    const length = isEncoded(headers) ? undefined : contentLength(headers);
    return { kind: 'whole', length, facts: factsOf(headers, length) };
  }
  if (isEncoded(headers)) {
    throw new ImageServerError(
      502,
      `A range of the image was asked of the source, and it came with Content-Encoding: ${headers.get('content-encoding')}, which leaves ranges without meaning. Store the object without Content-Encoding.`,
    );
  }
  return partial(headers, range, known);
}

function partial(headers: Headers, range: ByteRange, known: KnownSize): RangeResponse {
  const told = contentRange(headers) ?? fromKnownSize(range, known);
  const facts = factsOf(headers, told.size);
  const announced = contentLength(headers);
  // An object that shrank answers with less than was asked for; that it changed is then the thing to say, and the
  // caller finds it by the facts.
  if (known.size !== undefined && told.size !== undefined && known.size !== told.size) {
    return { kind: 'partial', length: told.length, announced, facts };
  }
  const size = told.size ?? known.size;
  const expected = size === undefined ? range.length : Math.min(range.length, size - range.offset);
  if (expected < 1 || told.offset !== range.offset || told.length !== expected) {
    throw new ImageServerError(
      502,
      `Bytes ${text(range)} of the image were asked of the source, and it answered with bytes ${text(told)} of ${told.size ?? 'an unknown number'}: the server does not keep to the ranges asked for. Check the server, and any proxy or cache before it.`,
    );
  }
  return { kind: 'partial', length: expected, announced, facts };
}

/**
 * Without a visible `Content-Range` a 206 proves neither where its bytes begin nor how long the object is. Once the
 * size is known, the number of bytes is proof enough for later answers; the first one has to tell it.
 */
function fromKnownSize(range: ByteRange, { size }: KnownSize): ContentRange {
  if (size === undefined) {
    throw new ImageServerError(
      502,
      "A range of the image was asked of the source, and its answer does not tell which bytes it holds: Content-Range is hidden. Add Content-Range (and ETag) to ExposeHeaders of the bucket's CORS rules, or to Access-Control-Expose-Headers of the server.",
    );
  }
  return { offset: range.offset, length: Math.min(range.length, size - range.offset), size };
}

function contentRange(headers: Headers): ContentRange | undefined {
  const header = headers.get('content-range');
  if (header === null) return undefined;
  const [, first, last, total] = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(header) ?? [];
  if (first === undefined || last === undefined) {
    throw new ImageServerError(
      502,
      'A range of the image was asked of the source, and its Content-Range can not be read. Check the server, and any proxy before it.',
    );
  }
  return {
    offset: Number(first),
    length: Number(last) - Number(first) + 1,
    size: total === undefined || total === '*' ? undefined : Number(total),
  };
}

function contentLength(headers: Headers): number | undefined {
  const header = headers.get('content-length');
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

function isEncoded(headers: Headers): boolean {
  return !['', 'identity'].includes((headers.get('content-encoding') ?? '').trim().toLowerCase());
}

function text({ offset, length }: ByteRange): string {
  return `${offset}–${offset + length - 1}`;
}
