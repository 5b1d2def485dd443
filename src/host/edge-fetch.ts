/**
 * The runtime's fetch. It has no cache, mode or credentials of its own as a page has: some of its versions throw where
 * one is named. What it is asked for goes to the source.
 */
export const edgeFetch: typeof fetch = (input, init) => {
  const { cache: _cache, mode: _mode, credentials: _credentials, ...rest } = init ?? {};
  return globalThis.fetch(input, rest);
};
