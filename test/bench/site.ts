import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoggedRequest } from '../../demo/store/request-log.ts';

const pages = fileURLToPath(new URL('./pages/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
};

/** Folders of the site that have a worker of their own: the source near by, and the same behind a network. */
const INSTALLATIONS = ['near', 'far'];

/**
 * The site that the browser visits, held in memory: `/near/` and `/far/` with the built worker, `/constant/` with one
 * that answers a constant, `/plain/` with none, whose files are put there by `PUT`; and `/log`, the store's requests.
 */
export async function startSite(
  root: string,
  log: () => readonly Readonly<LoggedRequest>[],
): Promise<{ readonly url: string }> {
  const files = new Map<string, Uint8Array>();
  const add = async (path: string, file: string) => files.set(path, await readFile(file));
  const demo = join(root, 'dist/demo');
  const built = (await readdir(demo)).filter((name) => /\.(js|wasm)$/.test(name));
  for (const folder of INSTALLATIONS) {
    for (const name of built) await add(`/${folder}/${name}`, join(demo, name));
    await add(`/${folder}/potto.js`, join(root, 'dist/index.js'));
    for (const name of ['bench.html', 'zoom.html']) await add(`/${folder}/${name}`, join(pages, name));
    const viewer = join(root, 'node_modules/openseadragon/build/openseadragon/openseadragon.min.js');
    await add(`/${folder}/openseadragon.js`, viewer);
  }
  for (const folder of ['plain', 'constant']) await add(`/${folder}/`, join(pages, 'blank.html'));
  await add('/constant/sw.js', join(pages, 'constant-worker.js'));

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method === 'PUT') files.set(path, await bodyOf(request));
    const body = path === '/log' ? Buffer.from(JSON.stringify(log())) : files.get(path);
    const type = TYPES[path.endsWith('/') ? '.html' : extname(path)] ?? 'application/octet-stream';
    response.writeHead(body ? 200 : 404, {
      'Content-Type': type,
      'Content-Length': body?.length ?? 0,
      'Cache-Control': 'no-store',
    });
    response.end(body);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The site has no port');
  return { url: `http://127.0.0.1:${address.port}/` };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
