import type { ImageServerOptions } from '../../src/options.ts';
import { createImageServer, type ImageServer } from '../../src/server.ts';
import { BlobSource } from '../../src/source/blob.ts';
import { loadWasm } from '../codec/load.ts';

/** A server of one file, under every identifier. */
export function serverOf(file: Uint8Array<ArrayBuffer>, options: Partial<ImageServerOptions> = {}): ImageServer {
  const url = 'memory:file';
  const blob = new Blob([file]);
  return createImageServer({
    sources: { find: async () => ({ url, open: () => new BlobSource(blob, { url, version: 'v1' }) }) },
    wasm: loadWasm,
    ...options,
  });
}

/** @throws {Error} with the answer's words, when its status isn't 200. */
export async function ask(server: ImageServer, path: string): Promise<Response> {
  const response = await server.fetch(new Request(`https://potto.example/iiif/3/${path}`));
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}
