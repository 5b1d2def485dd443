import type { PageMessage } from '../protocol.ts';

/**
 * Tells the worker that this page doesn't need these requests any more, which it can't learn otherwise: an `<img>` that
 * is dropped or a `fetch` that is aborted never shows there. What is still waiting or being read for them is given up;
 * their answers, which nobody sees, are 499. Other pages that ask for the same URLs get theirs, and so does another
 * request of this page, unless it is cancelled as well. Without a worker, or for requests that are answered or were
 * never made, nothing happens.
 *
 * Browsers have two `<img>` of one page share a request: cancel a URL when none of them is needed.
 *
 * @param urls URLs as they were asked for, relative ones relative to the page.
 */
export function cancel(urls: string | readonly string[]): void {
  const list = typeof urls === 'string' ? [urls] : urls;
  const absolute = list.map((url) => new URL(url, document.baseURI).href);
  if (absolute.length === 0 || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.controller?.postMessage({ potto: 'cancel', urls: absolute } satisfies PageMessage);
}
