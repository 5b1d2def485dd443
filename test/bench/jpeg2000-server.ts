import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { createImageServer, type ImageServer } from '../../src/server.ts';
import { BlobSource } from '../../src/source/blob.ts';
import type { ByteRange, Source } from '../../src/source/source.ts';

/** A server of one file, in this process, and what is read of it. */
export interface CountedServer {
  readonly server: ImageServer;
  /** The ranges read since the last call. */
  take(): readonly ByteRange[];
}

export function countedServer(bytes: Buffer): CountedServer {
  const ranges: ByteRange[] = [];
  const url = 'memory:file';
  const blob = new BlobSource(new Blob([new Uint8Array(bytes)]), { url, version: 'v1' });
  const source: Source = {
    url,
    size: blob.size,
    version: 'v1',
    lastRead: undefined,
    read(range, options) {
      ranges.push(range);
      return blob.read(range, options);
    },
  };
  const server = createImageServer({
    sources: { find: async () => ({ url, open: () => source }) },
    wasm: nodeWasmLoader(),
  });
  return { server, take: () => ranges.splice(0) };
}

/** Asks for a path below the image. @throws {Error} unless it is answered by 200. */
export async function ask(server: ImageServer, path: string): Promise<void> {
  const response = await server.fetch(new Request(`https://potto.example/iiif/3/file/${path}`));
  const body = await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${new TextDecoder().decode(body)}`);
}

/** Path of a square of `side` pixels after `reduce` halvings, at its size. */
export function squarePath(x: number, y: number, side: number, reduce: number): string {
  const scale = 2 ** reduce;
  return `${x * scale},${y * scale},${side * scale},${side * scale}/${side},${side}/0/default.jpg`;
}
