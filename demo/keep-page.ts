/** Named in public/offline.js as well, which answers from it. */
const KEPT_IN = 'potto-demo-page';

/**
 * Keeps what this page itself is made of, so that it opens without a network too; the images are the worker's matter.
 * The page does it, because on a first visit it was loaded before there was a worker.
 */
export async function keepPage(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[href]')].map(({ href }) => href);
  const scripts = [...document.scripts].map(({ src }) => src).filter((src) => src !== '');
  const page = new URL(location.href);
  page.hash = '';
  const files = new Set([page.href, ...links, ...scripts]);
  const cache = await caches.open(KEPT_IN);
  await cache.addAll(files);
  const old = (await cache.keys()).filter(({ url }) => !files.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}
