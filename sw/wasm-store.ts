import { attempt } from '../src/cache/attempt.ts';
import type { WasmLoader } from '../src/codec/codec.ts';
import { PRECACHED_WASM, RARE_DECODERS } from '../src/codec/wasm-files.ts';

/** The wasm files of one build, kept so that the worker renders offline too. */
export interface WasmStore {
  readonly load: WasmLoader;
  /**
   * Fetches the files that nearly every image needs into the cache; rejects when one can't be had, which fails the
   * worker's installation. The others come there when they are first loaded; those that an earlier build had, at once, so
   * that an update doesn't take them from images that are pinned.
   */
  precache(): Promise<void>;
  /** Fetches all files that decode into the cache; rejects when one can't be had. */
  keepDecoders(): Promise<void>;
  /** Deletes the files of other builds. */
  dropOld(): Promise<void>;
}

export function createWasmStore(base: URL): WasmStore {
  // Not workbox's own name, which holds the scope of a service worker: threads share this cache.
  const family = `potto-wasm-${base.pathname}-`;
  const name = `${family}${__BUILD__}`;
  const address = (wasmName: string) => addressOf(base, wasmName);
  const others = async () => (await caches.keys()).filter((key) => key.startsWith(family) && key !== name);
  return {
    async load(wasmName) {
      const url = address(wasmName);
      const cache = await caches.open(name);
      const kept = await cache.match(url);
      const response = kept ?? (await fetched(url));
      // A store that is full costs another fetch, not the answer.
      if (!kept) await attempt(() => cache.put(url, response.clone()));
      return compiled(response);
    },
    async precache() {
      const cache = await caches.open(name);
      const earlier = await Promise.all((await others()).map(async (key) => (await caches.open(key)).keys()));
      const had = new Set(earlier.flat().map(({ url }) => new URL(url).pathname));
      const kept = RARE_DECODERS.filter((wasmName) => had.has(new URL(address(wasmName)).pathname));
      await cache.addAll([...PRECACHED_WASM, ...kept].map(address));
    },
    async keepDecoders() {
      const cache = await caches.open(name);
      for (const url of RARE_DECODERS.map(address)) if (!(await cache.match(url))) await cache.add(url);
    },
    async dropOld() {
      await Promise.all((await others()).map((key) => caches.delete(key)));
    },
  };
}

/** Fetches and compiles a wasm file, and keeps nothing: for where there is no Cache Storage. */
export async function fetchWasm(base: URL, wasmName: string): Promise<WebAssembly.Module> {
  return compiled(await fetched(addressOf(base, wasmName)));
}

function addressOf(base: URL, wasmName: string): string {
  return `${new URL(`${wasmName}.wasm`, base).href}?${__BUILD__}`;
}

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: is it beside the worker?`);
  return response;
}

async function compiled(response: Response): Promise<WebAssembly.Module> {
  // Some hosts don't know the type of .wasm, and streaming compilation insists on it.
  const typed = response.headers.get('Content-Type')?.startsWith('application/wasm');
  return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
