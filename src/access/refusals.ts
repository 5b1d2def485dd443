import { ImageServerError } from '../errors.ts';
import { SourceUnreachableError } from '../source/source.ts';

/** Nobody has credentials for the source. */
export function notSignedIn(): ImageServerError {
  return new ImageServerError(
    401,
    'This image is not public, and no open page of this site is signed in to its source. Sign in, and ask again.',
  );
}

/** The credentials could not be had: their giver failed, which it also does without a network. */
export function noCredentialsNow(): SourceUnreachableError {
  return new SourceUnreachableError(
    503,
    'This image is not public, and the credentials for its source could not be had just now. Ask again; if it happens every time, look at the function that gives them.',
    { retryAfter: 5 },
  );
}

/** The source answered 401 or 403 (or 400, which is what S3 says of a token that has ended). */
export function refusedBySource(status: number): ImageServerError {
  const cause = { status };
  if (status !== 403) {
    return new ImageServerError(
      401,
      `The source of the image does not accept the credentials (${status}): they are wrong, or they have ended. Sign in again.`,
      { cause },
    );
  }
  return new ImageServerError(
    403,
    'The source of the image refuses to give it (403): whoever is signed in may not read it, or it is missing, which S3 does not tell apart without s3:ListBucket.',
    { cause },
  );
}

/** A redirect would take the credentials along, or end at a login form. */
export function redirected(): ImageServerError {
  return new ImageServerError(
    502,
    'The source of the image answers with a redirect, and where credentials are needed none is followed. Configure the address that the image has in the end; if it leads to a login, sign in there first.',
  );
}

/** `sign` failed, or gave what can't be read. Its words may hold what nobody should see. */
export function notPresigned(found: string): SourceUnreachableError {
  return new SourceUnreachableError(
    503,
    `The presigned URL of the image could not be had: the configured function ${found}. Ask again; if it happens every time, look at that function.`,
    { retryAfter: 5 },
  );
}
