/** What an answer was to: counters are kept for each. `other` could not be read, or leads nowhere. */
export const ROUTES = ['image', 'info', 'manifest', 'base', 'status', 'health', 'other'] as const;
/** What an address asks for, as it is counted. */
export type Route = (typeof ROUTES)[number];

/** What the server tells of itself. */
export type Service = 'status' | 'health';

/**
 * Which service a URL asks for: exactly `_status` or `_health` right under the prefix, with any query. Everything else
 * is an identifier, these words included: `_status/info.json` is the image named "_status".
 */
export function serviceOf(url: string, prefix: string): Service | undefined {
  // Nearly all URLs are of images, and are read only once.
  if (!url.includes('/_')) return undefined;
  switch (new URL(url).pathname) {
    case `${prefix}_status`:
      return 'status';
    case `${prefix}_health`:
      return 'health';
    default:
      return undefined;
  }
}
