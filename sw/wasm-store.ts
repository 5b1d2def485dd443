import { attempt } from '../src/cache/attempt.ts';
import type { WasmLoader } from '../src/codec/codec.ts';
import { PRECACHED_WASM } from '../src/codec/wasm-files.ts';

/** The wasm files of one build, kept so that the worker renders offline too. */
export interface WasmStore {
  readonly load: WasmLoader;
  /**
   * Fetches the files that nearly every image needs into the cache; rejects when one can't be had, which fails the
   * worker's installation. The others come there when they are first loaded.
   */
  precache(): Promise<void>;
  /** Deletes the files of other builds. */
  dropOld(): Promise<void>;
}

export function createWasmStore(base: URL): WasmStore {
  // Not workbox's own name, which holds the scope of a service worker: threads share this cache.
  const family = `potto-wasm-${base.pathname}-`;
  const name = `${family}${__BUILD__}`;
  const address = (wasmName: string) => `${new URL(`${wasmName}.wasm`, base).href}?${__BUILD__}`;
  return {
    async load(wasmName) {
      const url = address(wasmName);
      const cache = await caches.open(name);
      const kept = await cache.match(url);
      const response = kept ?? (await fetch(url));
      if (!response.ok) throw new Error(`${url} answered ${response.status}: is it beside the worker?`);
      // A store that is full costs another fetch, not the answer.
      if (!kept) await attempt(() => cache.put(url, response.clone()));
      // Some hosts don't know the type of .wasm, and streaming compilation insists on it.
      const typed = response.headers.get('Content-Type')?.startsWith('application/wasm');
      return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
    },
    async precache() {
      const cache = await caches.open(name);
      await cache.addAll(PRECACHED_WASM.map(address));
    },
    async dropOld() {
      const old = (await caches.keys()).filter((key) => key.startsWith(family) && key !== name);
      await Promise.all(old.map((key) => caches.delete(key)));
    },
  };
}
