import { type InPageServer, serveInPage } from '../../src/page/index.ts';
import { siteUrl } from '../site-url.ts';

/** Where the site's worker answers for nothing. */
const PREFIX = 'elsewhere/';
/** All images that are read so begin with this. */
export const elsewhere = new URL(PREFIX, siteUrl).href;

let running: InPageServer | undefined;

/**
 * Reads a file at an address that the reader has given, and gives the address of its description. The site's worker reads
 * only what its owner has configured, so a server of this page alone does it, which knows this one folder and ends with the
 * page. Undefined where the file's server gives no ranges, or lets no page of another site read them.
 */
export async function openByRange(address: string): Promise<string | undefined> {
  const url = new URL(address);
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  const identifier = decoded(name);
  if (identifier === undefined || /[{}]/.test(address)) return undefined;
  endByRange();
  const sources = `${url.origin}${url.pathname.slice(0, -name.length)}{id}${url.search}`;
  const serve = { sources, prefix: PREFIX };
  const server = await serveInPage({ script: new URL('sw.js', siteUrl), serve }).catch(() => undefined);
  if (!server) return undefined;
  running = server;
  const infoUrl = `${server.prefix}3/${encodeURIComponent(identifier)}/info.json`;
  const isRead = await server.fetch(infoUrl).then(({ ok }) => ok);
  if (isRead && running === server) return infoUrl;
  server.close();
  return undefined;
}

/** As the global `fetch`, for what is read so. */
export const fetchByRange: InPageServer['fetch'] = (url, init) =>
  running ? running.fetch(url, init) : Promise.reject(new Error('Another file was opened.'));

/** Ends the server of the file that was open. */
function endByRange(): void {
  running?.close();
  running = undefined;
}

/** Undefined for what is no name, or not spelled as the image server would spell it. */
function decoded(name: string): string | undefined {
  try {
    const identifier = decodeURIComponent(name);
    return name !== '' && !identifier.includes('/') ? identifier : undefined;
  } catch {
    // A lone % is no code.
    return undefined;
  }
}
