import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoggedRequest } from '../../demo/store/request-log.ts';
import { isWorkerFile } from '../../src/host/built-files.ts';

const pages = fileURLToPath(new URL('./pages/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
};

/**
 * The site that the browser visits, held in memory: `/constant/` with a worker that answers a constant, `/plain/` with
 * none, whose files are put there by `PUT`; any other folder with the built worker, installed for itself there; and
 * `/log`, the store's requests.
 */
export async function startSite(
  root: string,
  log: () => readonly Readonly<LoggedRequest>[],
): Promise<{ readonly url: string }> {
  const files = new Map<string, Uint8Array>();
  /** Found in every folder. */
  const everywhere = await readInstallation(root);
  const add = async (path: string, file: string) => files.set(path, await readFile(file));
  for (const folder of ['plain', 'constant']) await add(`/${folder}/`, join(pages, 'blank.html'));
  await add('/constant/sw.js', join(pages, 'constant-worker.js'));
  const assets = join(root, 'node_modules/geotiff-tilesource/dist/assets');
  // Where its workers are looked for.
  for (const name of await readdir(assets)) await add(`/assets/${name}`, join(assets, name));

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method === 'PUT') files.set(path, await bodyOf(request));
    const found = files.get(path) ?? everywhere.get(path.replace(/^\/[^/]+\//, ''));
    const body = path === '/log' ? Buffer.from(JSON.stringify(log())) : found;
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

/** The worker as a user installs it, the bench's pages, and the viewers they use. */
async function readInstallation(root: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const add = async (path: string, file: string) => files.set(path, await readFile(join(root, file)));
  const built = (await readdir(join(root, 'dist'))).filter(isWorkerFile);
  for (const name of built) await add(name, `dist/${name}`);
  await add('potto.js', 'dist/index.js');
  for (const name of ['bench.html', 'zoom.html', 'sw.js']) await add(name, `test/bench/pages/${name}`);
  await add('openseadragon.js', 'node_modules/openseadragon/build/openseadragon/openseadragon.min.js');
  await add('geotiff.js', 'node_modules/geotiff/dist-browser/geotiff.js');
  const tileSource = 'node_modules/geotiff-tilesource/dist';
  const modules = (await readdir(join(root, tileSource))).filter((name) => /\.m?js$/.test(name));
  for (const name of modules) await add(`geotiff-tilesource/${name}`, `${tileSource}/${name}`);
  return files;
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
