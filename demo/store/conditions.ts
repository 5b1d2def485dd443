import { S3Error } from './errors.ts';

/** Headers as Node's `http` gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Weighs the conditional headers of a read (RFC 9110, section 13.2.2). `If-Range` is left out, as S3 leaves it out.
 * @returns true where 304 is the answer.
 * @throws {S3Error} PreconditionFailed
 */
export function notModified(headers: RequestHeaders, object: { etag: string; modified: Date }): boolean {
  const unquoted = object.etag.replace(/"/g, '');
  const has = (value: string) => tags(value).some((tag) => tag === '*' || tag === unquoted);
  const ifMatch = text(headers['if-match']);
  const ifNoneMatch = text(headers['if-none-match']);
  const modifiedSince = changedAfter(object.modified, text(headers['if-modified-since']));
  const unmodifiedSince = changedAfter(object.modified, text(headers['if-unmodified-since']));

  const failed = ifMatch === undefined ? unmodifiedSince === true : !has(ifMatch);
  if (failed) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  return ifNoneMatch === undefined ? modifiedSince === false : has(ifNoneMatch);
}

/** Entity tags without quotes: S3 takes them either way. */
function tags(header: string): readonly string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/"/g, ''));
}

/** Undefined where the header is missing or no date. HTTP dates have no milliseconds. */
function changedAfter(modified: Date, header: string | undefined): boolean | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : Math.floor(modified.getTime() / 1000) * 1000 > time;
}

function text(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(', ');
}
