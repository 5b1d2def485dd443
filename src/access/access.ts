import type { Access, AccessMeans, FetchLike } from '../source/access.ts';
import type { Checked, CredentialsProvider } from './credentials.ts';
import { CredentialsKeeper } from './keeper.ts';
import { PresignedUrls } from './presigned-urls.ts';
import { redirected, refusedBySource } from './refusals.ts';
import { signS3 } from './s3-signature.ts';

/** Called when a source can't be read before someone signs in (again). */
export type SignInNeeded = (source: string, status: 401 | 403) => void;

export interface AccessOptions {
  readonly fetch: FetchLike;
  readonly provider: CredentialsProvider;
  readonly signInNeeded: SignInNeeded;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** Access to private sources, and the credentials in use. */
export interface PrivateAccess extends AccessMeans {
  /** Drops the credentials and presigned URLs of a source, or all. */
  forget(source?: string): void;
}

/** What a request carries, and what to do when it is refused. */
interface Permission {
  readonly url: string;
  readonly headers?: Headers;
  accepted?(): void;
  /** Another permission; undefined where there is none. */
  insteadOf(status: number): Promise<Permission | undefined>;
}

type Permit = (url: string) => Promise<Permission>;

/** How a host reads private sources: it may load the code for it when the first of them is read. */
export type CreateAccess = (options: AccessOptions) => PrivateAccess;

/** Reads private sources, each request with its credentials, which go to the source's own server and nowhere else. */
export const createAccess: CreateAccess = (options) => {
  const { fetch, signInNeeded } = options;
  const keeper = new CredentialsKeeper(options);
  const known = new Map<string, { readonly access: Access; readonly fetch: FetchLike }>();

  function readerFor(access: Access, source: string): FetchLike {
    const permit = permitFor(access, source, keeper, options);
    return async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const ask = async (permission: Permission) => {
        const headers = new Headers(init?.headers);
        for (const [name, value] of permission.headers ?? []) headers.set(name, value);
        const cookies: RequestInit = access.kind === 'cookies' ? { credentials: 'include' } : {};
        const response = await fetch(permission.url, { ...init, ...cookies, headers, redirect: 'manual' });
        if (!isRedirect(response)) return response;
        await response.body?.cancel();
        throw redirected();
      };
      const isRefused = ({ status }: Response) =>
        status === 401 || status === 403 || (status === 400 && access.kind === 's3');
      try {
        const permission = await permit(url);
        const response = await ask(permission);
        if (!isRefused(response)) {
          permission.accepted?.();
          return response;
        }
        await response.body?.cancel();
        const other = await permission.insteadOf(response.status);
        const again = other && (await ask(other));
        if (again && !isRefused(again)) {
          other.accepted?.();
          return again;
        }
        await again?.body?.cancel();
        throw refusedBySource((again ?? response).status);
      } catch (error) {
        const status = error instanceof Error && 'status' in error ? error.status : undefined;
        if (status === 401 || status === 403) signInNeeded(source, status);
        throw error;
      }
    };
  }

  return {
    fetchAs(access, source) {
      const before = known.get(source);
      if (before?.access === access) return before.fetch;
      const reader = readerFor(access, source);
      known.set(source, { access, fetch: reader });
      return reader;
    },
    forget(source) {
      keeper.forget(source);
      if (source === undefined) known.clear();
      else known.delete(source);
    },
  };
};

/** A browser hides the status of a redirect that it was told not to follow. */
function isRedirect({ type, status, headers }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status <= 399 && headers.has('location'));
}

function permitFor(access: Access, source: string, keeper: CredentialsKeeper, options: AccessOptions): Permit {
  const { kind } = access;
  if (kind === 'cookies') return async (url) => ({ url, insteadOf: async () => undefined });
  if (kind === 'presigned') return presignedPermit(new PresignedUrls(access.sign, options.now));
  const headersOf = async (url: string, checked: Checked): Promise<Headers> => {
    if (checked.kind !== 's3') return new Headers({ Authorization: authorization(checked) });
    const { region, service = 's3' } = access.kind === 's3' ? access : { region: '' };
    return signS3(url, checked.credentials, { region, service });
  };
  const wanted = { source, kind };
  const permission = async (url: string, checked: Checked): Promise<Permission> => ({
    url,
    headers: await headersOf(url, checked),
    accepted: () => keeper.accepted(checked),
    async insteadOf(status) {
      const other = await keeper.insteadOf(checked, wanted, status);
      return other && permission(url, other);
    },
  });
  return async (url) => permission(url, await keeper.get(wanted));
}

function presignedPermit(urls: PresignedUrls): Permit {
  const permission = (url: string, signed: string): Permission => ({
    url: signed,
    async insteadOf() {
      const other = await urls.insteadOf(signed, url);
      return other === signed ? undefined : permission(url, other);
    },
  });
  return async (url) => permission(url, await urls.of(url));
}

function authorization(checked: Exclude<Checked, { readonly kind: 's3' }>): string {
  if (checked.kind === 'bearer') return `Bearer ${checked.credentials.token}`;
  const { username, password } = checked.credentials;
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}
