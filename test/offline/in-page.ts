// Functions that run in a page: they stand alone.

/** Asks for all of these, `parallel` at a time. @throws {Error} unless each is answered by 200. */
export async function askAll({ urls, parallel }: { readonly urls: readonly string[]; readonly parallel: number }) {
  const next = urls[Symbol.iterator]();
  const lane = async () => {
    for (const url of next) {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}

/** Milliseconds of each answer, one after the other. @throws {Error} unless each comes from the cache. */
export async function timeHits(urls: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const url of urls) {
    const start = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    times.push(performance.now() - start);
    const timing = response.headers.get('server-timing') ?? '';
    if (!timing.includes('hit')) throw new Error(`${url} was no hit: ${timing}`);
  }
  return times;
}
