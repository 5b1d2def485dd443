import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { createImageServer } from '../../src/server.ts';
import { PICTURES, tiff } from './pictures.ts';

/** Where the server under test believes to be. */
export const ORIGIN = 'https://potto.example';

/** The tables are written for these. */
export const LIMITS = { maxWidth: 2000, maxHeight: 2000, maxArea: 3_000_000 };

export interface Subject {
  /** `path` begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close?(): Promise<void>;
}

/** The server that the tables are held against: the core, in this process, over the pictures in memory. */
export async function subject(): Promise<Subject> {
  const server = createImageServer({
    prefix: '/iiif/',
    limits: LIMITS,
    sources: 'https://images.example/{id}.tif',
    wasm: nodeWasmLoader(),
    fetch: await pictureStore(),
  });
  return { fetch: (path, init) => server.fetch(new Request(new URL(path, ORIGIN), init)) };
}

/** A store that answers ranges, with the pictures as TIFF files. */
export async function pictureStore(): Promise<typeof fetch> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [identifier, picture] of PICTURES) files.set(identifier, new Uint8Array(await tiff(picture)));

  return async (input, init) => {
    const request = new Request(input, init);
    const identifier = decodeURIComponent(new URL(request.url).pathname).replace(/^\/(.*)\.tif$/, '$1');
    const file = files.get(identifier);
    if (file === undefined) return new Response('no such key', { status: 404 });
    const headers = { ETag: `"${identifier.length}-${file.length}"`, 'Accept-Ranges': 'bytes' };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('Range') ?? '') ?? [];
    if (first === undefined || last === undefined) return new Response(file, { headers });
    const start = Number(first);
    const end = Math.min(Number(last) + 1, file.length);
    if (start >= file.length)
      return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${file.length}` } });
    const range = { 'Content-Range': `bytes ${start}-${end - 1}/${file.length}` };
    return new Response(file.slice(start, end), { status: 206, headers: { ...headers, ...range } });
  };
}
