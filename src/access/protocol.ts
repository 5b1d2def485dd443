import type { Credentials, CredentialsRequest } from './credentials.ts';

/** Page → worker. */
export type AccessMessage =
  /** This page has credentials for a source, or other ones than before: what the worker has of it is old. No answer. */
  | { readonly potto: 'signed-in'; readonly source: string }
  /**
   * Drop the credentials of a source, or of all, everywhere, and the cached answers of its images. Answered by
   * `Outcome<readonly string[]>` when they are gone: those of the identifiers whose images are of the source.
   */
  | { readonly potto: 'sign-out'; readonly source: string | undefined; readonly identifiers: readonly string[] };

/** Worker → page, with a port: does this page have credentials? Answered by `CredentialsOffer`. */
export interface CredentialsWanted extends CredentialsRequest {
  readonly potto: 'credentials-wanted';
}

/** Page → worker, on that port. */
export interface CredentialsOffer {
  /** When this page signed in, in milliseconds since 1970; undefined where it hasn't. */
  readonly since: number | undefined;
}

/** Page → worker, on that port, after the worker has sent `null` to take the offer. */
export type CredentialsGiven =
  | { readonly credentials: Credentials | undefined }
  /** The function that gives them failed. */
  | { readonly failed: true };

/** Worker → pages: someone signed out of a source, or of all. */
export interface SignedOut {
  readonly potto: 'signed-out';
  readonly source: string | undefined;
}

/** Worker → pages: a source can't be read before someone signs in (again). */
export interface SignInWanted {
  readonly potto: 'sign-in-needed';
  readonly source: string;
  readonly status: 401 | 403;
}

export type AccessNotice = CredentialsWanted | SignedOut | SignInWanted;

const NOTICES: readonly unknown[] = [
  'credentials-wanted',
  'signed-out',
  'sign-in-needed',
] satisfies readonly AccessNotice['potto'][];

export function isAccessNotice(data: unknown): data is AccessNotice {
  return typeof data === 'object' && data !== null && 'potto' in data && NOTICES.includes(data.potto);
}
