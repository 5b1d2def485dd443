import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { folderFinder } from '../host/folder.ts';
import { listen } from '../host/node.ts';
import { nodeWasmLoader } from '../host/node-wasm.ts';
import { DEFAULT_PREFIX, type ImageServerOptions } from '../options.ts';
import { createImageServer } from '../server.ts';
import { siteHandler } from './site-handler.ts';
import { UsageError } from './usage.ts';

const DEFAULT_PORT = 8182;

/** What `publish` and `init` put into a site. */
const WORKER = 'potto-sw.js';

/** Serves a site, or the images of a folder or of a URL template, until the process is ended. */
export async function serve(words: readonly string[]): Promise<void> {
  const { where, host, port } = parse(words);
  if (await isThere(join(where, WORKER))) {
    const { url } = await listen(siteHandler(where), { host, port });
    console.log(`Potto serves the site ${where} at ${url}/ (Ctrl-C ends it)`);
    return;
  }
  const server = createImageServer({
    sources: await sourcesOf(where),
    wasm: nodeWasmLoader({ directory: fileURLToPath(new URL('./', import.meta.url)) }),
    onAnswer: ({ method, url, status, milliseconds, error }) => {
      console.log(`${method} ${new URL(url).pathname} ${status} ${milliseconds.toFixed(0)} ms`);
      // Of an answer 500 the client learns nothing, so the operator must.
      if (status === 500) console.error(error);
    },
  });
  const { url } = await listen(server, { host, port });
  console.log(`Potto serves ${where} at ${url}${DEFAULT_PREFIX}{identifier}/info.json`);
}

function parse(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        host: { type: 'string', default: '127.0.0.1' },
      },
    });
    const [where, ...rest] = positionals;
    const port = /^\d+$/.test(values.port) ? Number(values.port) : Number.NaN;
    if (where === undefined || rest.length > 0) throw new UsageError('serve takes one folder or URL template.');
    if (!(port <= 65_535)) throw new UsageError(`"${values.port}" is no port.`);
    return { where, host: values.host, port };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function sourcesOf(where: string): Promise<ImageServerOptions['sources']> {
  if (/^https?:\/\//.test(where)) return where;
  const isFolder = await stat(where).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`${where} is neither a folder nor a URL template such as https://host/scans/{id}.tif`);
  return folderFinder(where);
}
