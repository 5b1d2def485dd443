import { ImageServerError } from '../errors.ts';

/** As many as a server needs that tidies a path; more is a loop. */
const MAX_REDIRECTS = 3;

/**
 * Fetches and follows redirects only within the URL's origin, so that no configured source can lead to an address that
 * nobody configured.
 * @throws {ImageServerError} 502 for a redirect that leads elsewhere.
 */
export async function fetchWithinOrigin(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
): Promise<Response> {
  let target = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(target, { ...init, redirect: 'manual' });
    if (response.type === 'opaqueredirect') return followOpaquely(fetch, url, init);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    target = sameOrigin(new URL(location, target), url);
  }
  throw new ImageServerError(
    502,
    'The source of the image redirects in a circle. Configure the address that the image has in the end.',
  );
}

/** A browser hides where a redirect leads; it follows it by itself, and tells afterwards where it arrived. */
async function followOpaquely(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'follow' });
  try {
    sameOrigin(new URL(response.url), url);
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  return response;
}

function sameOrigin(target: URL, url: string): string {
  if (target.origin === new URL(url).origin) return target.href;
  throw new ImageServerError(
    502,
    'The source of the image redirects to another server, and only configured servers are read. Configure the address that the image has in the end.',
  );
}
