import { attempt } from '../cache/attempt.ts';
import { matchesEntityTag } from '../iiif/entity-tag.ts';
import { infoContentType, negotiateVersion } from '../iiif/negotiate.ts';

/** Where answers are kept: on Cloudflare all workers of a data centre share it. */
export type PlatformCache = Pick<Cache, 'match' | 'put'>;

/** The platform's cache; undefined where it has none. */
export function platformCache(): PlatformCache | undefined {
  const caches: unknown = globalThis.caches;
  if (typeof caches !== 'object' || caches === null || !('default' in caches)) return undefined;
  const { default: cache } = caches;
  return isCache(cache) ? cache : undefined;
}

function isCache(value: unknown): value is PlatformCache {
  return typeof value === 'object' && value !== null && 'match' in value && 'put' in value;
}

/**
 * What an answer is kept under. The platform doesn't heed `Vary`: what `Accept` decides is part of the address. The query,
 * which the server ignores, isn't, so that nobody fills the cache with one answer under many addresses.
 */
export function cacheKey(request: Request): string {
  const url = new URL(request.url);
  url.hash = '';
  url.search = '';
  const accept = request.headers.get('Accept');
  const version = negotiateVersion(accept);
  if (version !== 3) url.searchParams.set('version', `${version}`);
  if (!url.pathname.endsWith('/info.json')) return url.href;
  // What it comes to in a path with either version.
  const types = ([3, 2] as const).map((one) => infoContentType(one, accept));
  const usual = ([3, 2] as const).map((one) => infoContentType(one, null));
  if (types.join() !== usual.join()) url.searchParams.set('types', types.join());
  return url.href;
}

/** A kept answer as the answer to this request; undefined where there is none. */
export async function keptAnswer(
  cache: PlatformCache,
  key: string,
  { method, headers }: Request,
): Promise<Response | undefined> {
  const kept = await attempt(() => cache.match(key));
  if (!kept) return undefined;
  const now = new Headers(kept.headers);
  now.set('Server-Timing', 'hit');
  const etag = now.get('ETag');
  const isConfirmed = etag !== null && matchesEntityTag(headers.get('If-None-Match'), etag);
  if (!isConfirmed && method !== 'HEAD') return new Response(kept.body, { headers: now });
  await kept.body?.cancel();
  if (!isConfirmed) return new Response(null, { headers: now });
  for (const name of [...now.keys()]) if (name.startsWith('content-')) now.delete(name);
  return new Response(null, { status: 304, headers: now });
}

/** Whether others may keep an answer, and for some time. */
export function mayBeKept({ method }: Request, { status, headers }: Response): boolean {
  const directives = headers.get('Cache-Control') ?? '';
  if (method !== 'GET' || status !== 200 || /\b(private|no-store|no-cache)\b/i.test(directives)) return false;
  return /\b(s-maxage|max-age)=0*[1-9]/i.test(directives);
}
