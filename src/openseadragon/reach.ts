import type { TileFetch } from './tile-fetch.ts';

/**
 * As `fetch`. Browsers tell nobody why an address could not be read: here it is said what may be the reason.
 * @throws {Error} in words; what the signal was aborted with.
 */
export async function reach(url: string, fetch: TileFetch, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    if (!(cause instanceof TypeError)) throw cause;
    throw new Error(
      `${url} could not be read: either its server can’t be reached, or it lets no other site read it. Check the address, and that the server sends the header “Access-Control-Allow-Origin: *” (CORS).`,
      { cause },
    );
  }
}
