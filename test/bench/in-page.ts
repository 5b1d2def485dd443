/** What one exchange of a page took and brought. */
export interface Exchange {
  /** From the call of `fetch` to the last byte. */
  readonly milliseconds: number;
  readonly status: number;
  readonly bytes: number;
  readonly serverTiming: string;
}

export interface Wanted {
  readonly url: string;
  /** Value of a `Range` header. */
  readonly range?: string;
}

export interface Batch {
  readonly wanted: readonly Wanted[];
  /** How many requests are under way at once. */
  readonly parallel: number;
}

export interface BatchResult {
  readonly milliseconds: number;
  readonly exchanges: readonly Exchange[];
}

/** Runs inside a page: it may use nothing but what stands in it. */
export async function timedFetch({ url, range }: Wanted): Promise<Exchange> {
  const start = performance.now();
  const response = await fetch(url, { cache: 'no-store', headers: range === undefined ? {} : { Range: range } });
  const { byteLength } = await response.arrayBuffer();
  return {
    milliseconds: performance.now() - start,
    status: response.status,
    bytes: byteLength,
    serverTiming: response.headers.get('Server-Timing') ?? '',
  };
}

/** Runs inside a page: time to the answer's head. */
export async function timedFirstByte(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url, { cache: 'no-store' });
  const milliseconds = performance.now() - start;
  await response.arrayBuffer();
  return milliseconds;
}

/** Runs inside a page: a number of requests, some at once, in their order. */
export async function timedBatch({ wanted, parallel }: Batch): Promise<BatchResult> {
  const waiting = wanted.map((one, index) => ({ ...one, index })).reverse();
  const exchanges: Exchange[] = [];
  const start = performance.now();
  const lane = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const begun = performance.now();
      const response = await fetch(next.url, {
        cache: 'no-store',
        headers: next.range === undefined ? {} : { Range: next.range },
      });
      const { byteLength } = await response.arrayBuffer();
      exchanges[next.index] = {
        milliseconds: performance.now() - begun,
        status: response.status,
        bytes: byteLength,
        serverTiming: response.headers.get('Server-Timing') ?? '',
      };
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return { milliseconds: performance.now() - start, exchanges };
}

/** Runs inside a page: the bytes of an answer, as an array that can leave the page. */
export async function bytesOf(url: string): Promise<{ readonly status: number; readonly bytes: number[] }> {
  const response = await fetch(url, { cache: 'no-store' });
  return { status: response.status, bytes: [...new Uint8Array(await response.arrayBuffer())] };
}

/** Runs inside a page: resolves when the worker that controls it has written an answer for the image to its cache. */
export async function untilKept(id: string): Promise<void> {
  const { scope } = await navigator.serviceWorker.ready;
  // The cache isn't there before the first answer is written.
  const isKept = async () => {
    const name = (await caches.keys()).find((one) => one.startsWith('potto-runtime') && one.endsWith(scope));
    const kept = name === undefined ? [] : await (await caches.open(name)).keys();
    return kept.some(({ url }) => url.includes(`/${id}/`));
  };
  while (!(await isKept())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Runs inside a page: adds entries to the cache of the worker that controls it, small ones under URLs of tiles. */
export async function filledCache(count: number): Promise<void> {
  const names = await caches.keys();
  const { scope } = await navigator.serviceWorker.ready;
  const name = names.find((one) => one.startsWith('potto-runtime') && one.endsWith(scope));
  if (name === undefined) throw new Error(`None of the caches ${names.join(', ')} is the worker's`);
  const cache = await caches.open(name);
  const left = Array.from({ length: count }, (_, index) => `${scope}iiif/3/filling/${index}/full/max/0/default.jpg`);
  const lane = async () => {
    for (let url = left.pop(); url; url = left.pop()) await cache.put(url, new Response('filling'));
  };
  await Promise.all(Array.from({ length: 32 }, lane));
}
