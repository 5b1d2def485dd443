import type { Access } from '../source/access.ts';

/** When credentials end: a date, milliseconds since 1970, or a date as text, as AWS STS gives it. */
type Expiration = Date | number | string;

/** Keys for S3, best temporary ones; named as the AWS SDK for JavaScript names them. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /** When they end; without it they are asked for again only when they are refused. */
  readonly expiration?: Expiration | undefined;
}

/** For a source with `access: { kind: 'basic' }`: a name and a password, sent with each read to the source's own server. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
  /** When they end; without it they are asked for again only when they are refused. */
  readonly expiration?: Expiration | undefined;
}

/** For a source with `access: { kind: 'bearer' }`: a token, sent with each read to the source's own server. */
export interface BearerCredentials {
  /** As it stands behind `Bearer ` in the header. */
  readonly token: string;
  /** When it ends; without it another is asked for only when it is refused. */
  readonly expiration?: Expiration | undefined;
}

/** What a private source asks for, by the kind of its `access`. Kept in memory only, never stored or logged. */
export type Credentials = S3Credentials | BasicCredentials | BearerCredentials;

/** What credentials are wanted for, and why: there are none, they end soon, or the source doesn't take them. */
export interface CredentialsRequest {
  /** Name of the source in the configuration; '' where it has none. */
  readonly source: string;
  /** Nobody is signed in; they end within 90 seconds; the source does not take them. */
  readonly reason: 'missing' | 'expiring' | 'refused';
}

/**
 * Gives credentials, or undefined where nobody is signed in. When it throws, they could not be had just now: what is
 * known of the images is shown meanwhile.
 */
export type CredentialsProvider = (
  request: CredentialsRequest,
) => Credentials | undefined | Promise<Credentials | undefined>;

/** Kinds of access that take credentials. */
export type CredentialsKind = Extract<Access['kind'], 's3' | 'basic' | 'bearer'>;

/** Credentials of one kind, checked. */
export type Checked =
  | { readonly kind: 's3'; readonly credentials: S3Credentials; readonly ends: number }
  | { readonly kind: 'basic'; readonly credentials: BasicCredentials; readonly ends: number }
  | { readonly kind: 'bearer'; readonly credentials: BearerCredentials; readonly ends: number };

/** What may stand in a header; anything else would be named, with the secret in it, by the error of `Headers`. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;

/** Undefined where they aren't of this kind: what came from a page may be anything. `ends` is in milliseconds since 1970. */
export function checkedCredentials(kind: CredentialsKind, given: unknown): Checked | undefined {
  const ends = endOf(given);
  if (ends === undefined) return undefined;
  switch (kind) {
    case 's3':
      return isS3(given) ? { kind, credentials: given, ends } : undefined;
    case 'basic':
      return isBasic(given) ? { kind, credentials: given, ends } : undefined;
    case 'bearer':
      return isBearer(given) ? { kind, credentials: given, ends } : undefined;
  }
}

/** Whether they are the same, but for when they end. */
export function areEqual(one: Checked, other: Checked): boolean {
  return JSON.stringify(secretsOf(one)) === JSON.stringify(secretsOf(other));
}

function secretsOf({ kind, credentials }: Checked): readonly unknown[] {
  if (kind === 's3') return [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken];
  return kind === 'basic' ? [credentials.username, credentials.password] : [credentials.token];
}

function isS3(given: unknown): given is S3Credentials {
  const { accessKeyId, secretAccessKey, sessionToken } = propertiesOf(given);
  return (
    isHeaderText(accessKeyId) &&
    isHeaderText(secretAccessKey) &&
    (sessionToken === undefined || isHeaderText(sessionToken))
  );
}

function isBasic(given: unknown): given is BasicCredentials {
  const { username, password } = propertiesOf(given);
  // RFC 7617, section 2: a colon ends the name.
  return typeof username === 'string' && !username.includes(':') && typeof password === 'string';
}

function isBearer(given: unknown): given is BearerCredentials {
  return isHeaderText(propertiesOf(given).token);
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && HEADER_TEXT.test(value);
}

/** Infinity where they don't end; undefined where it can't be understood. */
function endOf(given: unknown): number | undefined {
  const { expiration } = propertiesOf(given);
  if (expiration === undefined || expiration === null) return Infinity;
  const ends =
    expiration instanceof Date
      ? expiration.getTime()
      : typeof expiration === 'string'
        ? Date.parse(expiration)
        : expiration;
  return typeof ends === 'number' && !Number.isNaN(ends) ? ends : undefined;
}

function propertiesOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? { ...given } : {};
}
