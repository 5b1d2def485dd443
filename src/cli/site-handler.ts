import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.jp2': 'image/jp2',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tif': 'image/tiff',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

export interface SiteHandler {
  fetch(request: Request): Promise<Response>;
}

/**
 * Answers with the files of a folder and ranges of them, as hosts of static pages do. It is for looking at a site on the
 * machine that made it: the site itself needs nothing but such a host.
 */
export function siteHandler(folder: string): SiteHandler {
  const root = resolve(folder);
  return {
    async fetch({ url, method, headers }) {
      if (method !== 'GET' && method !== 'HEAD')
        return new Response(null, { status: 405, headers: { Allow: 'GET, HEAD' } });
      const path = pathOf(root, new URL(url).pathname);
      const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
      if (path === undefined || !found?.isFile()) return new Response('There is no such file.\n', { status: 404 });
      const { size, mtimeMs } = found;
      const part = partOf(headers.get('range'), size);
      if (part && part.start >= part.end)
        return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${size}` } });
      const { start, end } = part ?? { start: 0, end: size };
      return new Response(method === 'HEAD' || size === 0 ? null : bodyOf(path, start, end), {
        status: part ? 206 : 200,
        headers: {
          'Accept-Ranges': 'bytes',
          'Cache-Control': 'no-cache',
          'Content-Length': String(end - start),
          'Content-Type': CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
          ETag: `"${Math.round(mtimeMs).toString(36)}-${size.toString(36)}"`,
          ...(part ? { 'Content-Range': `bytes ${start}-${end - 1}/${size}` } : {}),
        },
      });
    },
  };
}

function bodyOf(path: string, start: number, end: number): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(path, { start, end: end - 1 })) as ReadableStream<Uint8Array>;
}

/** Undefined for what leads out of the folder, or is hidden in it. */
function pathOf(root: string, pathname: string): string | undefined {
  try {
    const name = decodeURIComponent(pathname);
    if (/\0|[/\\]\./.test(name)) return undefined;
    const path = join(root, name.endsWith('/') ? `${name}index.html` : name);
    return path.startsWith(root + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** One range from the front (RFC 9110, section 14.1.2); others are answered with the whole, as it allows. */
function partOf(range: string | null, size: number) {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) return undefined;
  return { start: Number(first), end: last ? Math.min(size, Number(last) + 1) : size };
}
