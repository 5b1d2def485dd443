import { siteUrl } from './site-url.ts';

const REMEMBERED_AS = 'potto-demo-bucket';

/**
 * Base URL of the bucket with the demo's images, with a slash at the end. The start script writes it to `bucket.json`
 * in the root of the site; it is remembered, so that the page works from the cache when nothing serves that file any more.
 * @throws {Error} when the address is neither served nor remembered.
 */
export async function bucketUrl(): Promise<string> {
  const served = await servedBucket();
  if (served !== undefined) {
    remember(served);
    return served;
  }
  const remembered = recall();
  if (remembered !== undefined) return remembered;
  throw new Error(
    'The address of the bucket is not known: bucket.json is not served on this site, and this browser has not seen it before. Start the demo with "npm start".',
  );
}

/** Undefined when the file isn't there; a server's own page in its place (status 200, HTML) counts as not there. */
async function servedBucket(): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('bucket.json', siteUrl), { cache: 'no-store' });
    const content: unknown = response.ok ? await response.json() : undefined;
    if (typeof content !== 'object' || content === null || !('url' in content)) return undefined;
    return typeof content.url === 'string' && URL.canParse(content.url) ? content.url : undefined;
  } catch {
    return undefined;
  }
}

function remember(url: string): void {
  try {
    localStorage.setItem(REMEMBERED_AS, url);
  } catch {
    // Private windows may refuse storage: then the page asks again next time.
  }
}

function recall(): string | undefined {
  try {
    return localStorage.getItem(REMEMBERED_AS) ?? undefined;
  } catch {
    return undefined;
  }
}
