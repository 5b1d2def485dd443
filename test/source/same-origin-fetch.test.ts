import { describe, expect, it } from 'vitest';
import { fetchWithinOrigin } from '../../src/source/same-origin-fetch.ts';

const url = 'https://bucket.example/image.tif';

/** Behaves as a browser does, which hides a redirect until it has followed it. */
function browserFetch(arrivesAt: string) {
  const modes: (RequestRedirect | undefined)[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    modes.push(init?.redirect);
    const hidden = init?.redirect === 'manual';
    const properties = hidden ? { type: { value: 'opaqueredirect' } } : { url: { value: arrivesAt } };
    return Object.defineProperties(new Response(hidden ? null : 'bytes'), properties);
  };
  return { fetch, modes };
}

describe('a redirect that a browser hides', () => {
  it('is followed and taken when it stayed within the origin', async () => {
    const { fetch, modes } = browserFetch('https://bucket.example/moved.tif');
    expect(await (await fetchWithinOrigin(fetch, url, {})).text()).toBe('bytes');
    expect(modes).toEqual(['manual', 'follow']);
  });

  it('is refused when it left the origin', async () => {
    const { fetch } = browserFetch('https://other.example/image.tif');
    await expect(fetchWithinOrigin(fetch, url, {})).rejects.toMatchObject({ status: 502 });
  });
});
