import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { close, listen } from './listen.ts';

/** On every answer that came from the site itself; its value is the number of the request. */
export const SITE_MARK = 'x-site-request';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export interface SiteOptions {
  /** Folder whose files are served. */
  readonly folder: string;
  /** Path that the folder is served under, with a slash at both ends. */
  readonly at?: string;
  /** Served before the folder's files, by name relative to the folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** On every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A static web server as a host of project pages is one: files, nothing else. A POST is answered by its own body. */
export interface Site {
  readonly port: number;
  readonly origin: string;
  /** Where the folder is served, with a slash at the end. */
  readonly url: string;
  /** What was asked of it, `METHOD PATH`. */
  readonly requests: readonly string[];
  /** Serves this in place of a file. */
  set(name: string, content: string | Uint8Array): void;
  close(): Promise<void>;
}

export async function startSite({ folder, at = '/', files = {}, headers = {} }: SiteOptions): Promise<Site> {
  const overlay = new Map(Object.entries(files));
  const requests: string[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    requests.push(`${request.method} ${pathname}`);
    response.setHeader(SITE_MARK, requests.length);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method === 'POST') {
      response.end(await buffer(request));
      return;
    }
    const asked = pathname.startsWith(at) ? pathname.slice(at.length) : undefined;
    const name = normalize(asked?.replace(/(^|\/)$/, '$1index.html') ?? '..');
    const content = name.startsWith('..') ? undefined : (overlay.get(name) ?? (await fileContent(join(folder, name))));
    const type = CONTENT_TYPES[extname(name)] ?? 'text/plain';
    if (content === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('not on this site');
    else response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(content);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  const origin = `http://127.0.0.1:${port}`;
  return {
    port,
    origin,
    url: origin + at,
    requests,
    set: (name, content) => overlay.set(name, content),
    close: () => close(server),
  };
}

function fileContent(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
