export type FetchLike = typeof globalThis.fetch;

/** A URL that carries its own permission, for a while. */
export interface PresignedUrl {
  /** The address of the image, signed for GET. */
  readonly url: string;
  /** When it ends, as a date or in milliseconds since 1970; by default what the URL says of itself, else a minute. */
  readonly expires?: Date | number | undefined;
}

/** Gives the presigned URL of an object, of the same origin. */
export type Presign = (url: string) => string | PresignedUrl | Promise<string | PresignedUrl>;

/**
 * How a source is read that not everyone may read. The credentials of `s3`, `basic` and `bearer` aren't configured: the
 * site's pages hand them over, or the option `credentials` does.
 */
export type Access =
  /** By presigned URLs, which a function gives. */
  | { readonly kind: 'presigned'; readonly sign: Presign }
  /** By requests with an AWS Signature Version 4, as S3 and its likes take them. */
  | { readonly kind: 's3'; readonly region: string; readonly service?: string }
  /** By a user's name and password (RFC 7617). */
  | { readonly kind: 'basic' }
  /** By a token (RFC 6750). */
  | { readonly kind: 'bearer' }
  /** By the cookies that the browser has of the source's server. */
  | { readonly kind: 'cookies' };

/** Reads private sources. What it fetches is as `fetch` gives it, or it throws an ImageServerError: 401 or 403. */
export interface AccessMeans {
  /** For a source, by its name in the configuration. */
  fetchAs(access: Access, source: string): FetchLike;
}

/** @throws {TypeError} in words, when the configuration can't work. */
export function checkAccess(access: Access): void {
  switch (access.kind) {
    case 'presigned':
      if (typeof access.sign !== 'function') throw new TypeError('The access “presigned” needs a function: sign');
      return;
    case 's3':
      if (!/^[\w-]+$/.test(access.region)) throw new TypeError('The access “s3” needs the region of the bucket');
      return;
    case 'basic':
    case 'bearer':
    case 'cookies':
      return;
    default:
      throw new TypeError('The access to a source is “presigned”, “s3”, “basic”, “bearer” or “cookies”');
  }
}
