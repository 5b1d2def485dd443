import { open, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { close, listen } from '../e2e/listen.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html;charset=utf-8',
  '.jp2': 'image/jp2',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.tif': 'image/tiff',
  '.wasm': 'application/wasm',
};

export interface StaticHost {
  /** Where the folder is served, with a slash at the end. */
  readonly url: string;
  /** What was asked of it: `PATH` or `PATH bytes=a-b`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * Serves a folder under a path as hosts of static pages do: files and ranges of them, nothing else. `headers` go with every
 * file; `ranges: false` is one of those that send the whole file always.
 */
export async function startStaticHost(
  folder: string,
  at: string,
  headers: Readonly<Record<string, string>> = {},
  { ranges = true } = {},
): Promise<StaticHost> {
  const requests: string[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pathname = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    requests.push([pathname, request.headers.range].filter(Boolean).join(' '));
    const name = pathname.startsWith(at) ? pathname.slice(at.length).replace(/(^|\/)$/, '$1index.html') : '..';
    const path = join(folder, name);
    const found = normalize(name).startsWith('..') ? undefined : await stat(path).catch(() => undefined);
    if (!found?.isFile()) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>');
      return;
    }
    const { size } = found;
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec((ranges && request.headers.range) || '') ?? [];
    const start = Number(first ?? 0);
    const end = last ? Math.min(size, Number(last) + 1) : size;
    if (start >= size && size > 0) {
      response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
      return;
    }
    response.writeHead(first === undefined ? 200 : 206, {
      ...headers,
      'accept-ranges': ranges ? 'bytes' : 'none',
      'content-type': CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
      'content-length': end - start,
      etag: `"${Math.round(found.mtimeMs).toString(36)}-${size.toString(36)}"`,
      ...(first === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    });
    const file = await open(path);
    if (size === 0) response.end();
    else await pipeline(file.createReadStream({ start, end: end - 1 }), response);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}${at}`, requests, close: () => close(server) };
}
