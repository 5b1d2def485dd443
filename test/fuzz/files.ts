import type { ImageServerOptions } from '../../src/options.ts';
import { createImageServer } from '../../src/server.ts';
import { BlobSource } from '../../src/source/blob.ts';
import { loadWasm } from '../codec/load.ts';

/** One server for all files, as a worker has one for all it meets. */
export function createServerOfFiles(options: Partial<ImageServerOptions> = {}) {
  const blobs = new Map<string, { readonly blob: Blob; readonly url: string }>();
  let files = 0;
  const server = createImageServer({
    sources: {
      async find(identifier) {
        const file = blobs.get(identifier);
        return file && { url: file.url, open: () => new BlobSource(file.blob, { url: file.url, version: file.url }) };
      },
    },
    wasm: loadWasm,
    ...options,
  });
  return {
    serve(identifier: string, bytes: Uint8Array<ArrayBuffer>) {
      files += 1;
      blobs.set(identifier, { blob: new Blob([bytes]), url: `memory:${identifier}-${files}` });
    },
    async ask(path: string, signal?: AbortSignal) {
      const request = new Request(`https://potto.example/iiif/3/${path}`);
      const response = await server.fetch(request, signal ? { signal } : {});
      const bytes = new Uint8Array(await response.arrayBuffer());
      const text = new TextDecoder().decode(bytes);
      return { status: response.status, headers: response.headers, bytes, text };
    },
  };
}
