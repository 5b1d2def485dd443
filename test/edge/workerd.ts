import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Miniflare, Response as WorkerResponse } from 'miniflare';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

export interface EdgeWorker {
  /** A request of a client, which ends when `signal` is aborted. The answer's body is whole. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** The address of the runtime on this machine. */
  readonly address: URL;
  /** Requests that it made to sources since this was last called. */
  takeReads(): number;
  close(): Promise<void>;
}

/**
 * Cloudflare's runtime with the built package, and a worker that is as a user writes it. What the worker fetches is
 * answered by `store`.
 */
export async function startWorker(script: string, store: typeof fetch): Promise<EdgeWorker> {
  let reads = 0;
  const runtime = new Miniflare({
    compatibilityDate: '2025-07-01',
    modulesRoot: dist,
    modules: [
      { type: 'ESModule', path: join(dist, 'worker.mjs'), contents: script },
      ...shipped('edge.js').map((path) => ({ type: 'ESModule' as const, path: join(dist, path) })),
      ...wasmFiles().map((path) => ({ type: 'CompiledWasm' as const, path: join(dist, path) })),
    ],
    async outboundService(request) {
      reads += 1;
      const answer = await store(request.url, { headers: [...request.headers] });
      return new WorkerResponse(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
    },
  });
  const address = await runtime.ready;
  return {
    address,
    async fetch(url, { method = 'GET', headers, redirect = 'follow' } = {}) {
      const answer = await runtime.dispatchFetch(url, { method, headers: [...new Headers(headers)], redirect });
      const hasBody = ![204, 303, 304].includes(answer.status);
      const body = await answer.arrayBuffer();
      return new Response(hasBody ? body : null, { status: answer.status, headers: [...answer.headers] });
    },
    takeReads() {
      const taken = reads;
      reads = 0;
      return taken;
    },
    close: () => runtime.dispose(),
  };
}

export const wasmFiles = (): readonly string[] => readdirSync(dist).filter((name) => name.endsWith('.wasm'));

/** A built file and the scripts that it imports. */
export function shipped(entry: string): readonly string[] {
  const found = new Set([entry]);
  for (const path of found) {
    const imports = readFileSync(join(dist, path), 'utf8').matchAll(/from "\.\/([\w.-]+\.js)"/g);
    for (const [, name = ''] of imports) found.add(name);
  }
  return [...found];
}

/** Of a built file. */
export const builtFile = (name: string): Uint8Array => readFileSync(join(dist, name));
