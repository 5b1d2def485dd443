/** What a request came to, as far as it matters for its cost. */
export interface Exchange {
  readonly status: number;
  readonly bytes: number;
}

/** Headers of an answer that a page of another origin reads without being allowed to (Fetch, section 3.2.3). */
const SAFELISTED = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
];

/**
 * A `fetch` that shows what a browser shows a page of `origin`: it sends `Origin`, rejects what CORS doesn't allow, and
 * hides the headers that aren't exposed. For programs outside a browser, whose own `fetch` knows no origins. `onExchange`
 * is told what each request cost.
 */
export function browserFetch(
  fetch: typeof globalThis.fetch,
  origin: string,
  onExchange: (exchange: Exchange) => void = () => undefined,
): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const isOwn = url.origin === origin;
    const headers = new Headers(init?.headers);
    if (!isOwn) headers.set('Origin', origin);
    const response = await fetch(url, { ...init, headers });
    const body = new Uint8Array(await response.arrayBuffer());
    onExchange({ status: response.status, bytes: body.length });
    const shown = isOwn ? new Headers(response.headers) : shownHeaders(response, origin);
    const answer = new Response(NO_BODY.has(response.status) ? null : body, {
      status: response.status,
      headers: shown,
    });
    return Object.defineProperty(answer, 'url', { value: response.url });
  };
}

const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Whether CORS lets pages of the origin read the answer at all. */
export function isAllowed(headers: Headers, origin: string): boolean {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === '*' || allowed === origin;
}

/** Whether pages of other origins see a header. */
export function isExposed(headers: Headers, name: string): boolean {
  const exposed = (headers.get('access-control-expose-headers') ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase());
  return exposed.includes(name.toLowerCase()) || exposed.includes('*');
}

function shownHeaders({ headers }: Response, origin: string): Headers {
  // The words that browsers reject with.
  if (!isAllowed(headers, origin)) throw new TypeError('Failed to fetch');
  const shown = new Headers();
  for (const [name, value] of headers) {
    if (SAFELISTED.includes(name) || isExposed(headers, name)) shown.set(name, value);
  }
  return shown;
}
