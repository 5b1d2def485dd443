/** What a page may read of any answer (Fetch, “CORS-safelisted response-header name”). */
const SAFELISTED = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
];

/** Node's `fetch`, which enforces CORS as a browser does for a page of another origin. */
export const pageFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { status, headers: sent } = response;
  if (sent.get('access-control-allow-origin') !== '*') {
    await response.body?.cancel();
    throw new TypeError('Failed to fetch');
  }
  // A browser hides where a redirect leads, and follows it when it is told to; Node tells.
  if (status >= 300 && status < 400) return response;
  const exposed = (sent.get('access-control-expose-headers') ?? '').toLowerCase().split(/,\s*/);
  const headers = new Headers([...sent].filter(([name]) => SAFELISTED.includes(name) || exposed.includes(name)));
  return new Response([204, 304].includes(status) ? null : response.body, { status, headers });
};
