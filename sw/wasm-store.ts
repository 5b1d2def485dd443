import type { WasmLoader } from '../src/codec/codec.ts';
import { WASM_FILES } from '../src/codec/wasm-files.ts';

/** The wasm files of one build, kept so that the worker renders offline too. */
export interface WasmStore {
  readonly load: WasmLoader;
  /** Fetches every file into the cache; rejects when one can't be had, which fails the worker's installation. */
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
      const response = (await cache.match(url)) ?? (await fetch(url));
      if (!response.ok) throw new Error(`${url} answered ${response.status}: is it beside the worker?`);
      // Some hosts don't know the type of .wasm, and streaming compilation insists on it.
      const typed = response.headers.get('Content-Type')?.startsWith('application/wasm');
      return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
    },
    async precache() {
      const cache = await caches.open(name);
      await cache.addAll(Object.keys(WASM_FILES).map(address));
    },
    async dropOld() {
      const old = (await caches.keys()).filter((key) => key.startsWith(family) && key !== name);
      await Promise.all(old.map((key) => caches.delete(key)));
    },
  };
}
