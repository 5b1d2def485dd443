/// <reference lib="webworker" />
import { createEngine, type Engine } from '../src/render/engine.ts';
import { memoryCap } from '../src/render/memory-cap.ts';
import type { ThreadReady } from '../src/threads.ts';
import { canvasText } from './canvas-text.ts';
import { serveJobs } from './thread-jobs.ts';
import { createWasmStore } from './wasm-store.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Makes this dedicated worker, which a page started, render for the service worker. */
export function serveAsThread(): void {
  const { load } = createWasmStore(new URL('./', self.location.href));
  let engine: { readonly memory: number; readonly made: Engine } | undefined;
  const engineOf = (memory = memoryCap()) => {
    if (engine?.memory !== memory) engine = { memory, made: createEngine(load, { memory, rasterizeText: canvasText }) };
    return engine.made;
  };
  let stop = () => {};
  self.onmessage = ({ ports: [port] }) => {
    if (!port) return;
    // A service worker that was stopped forgot its port, and what it asked for on it.
    stop();
    stop = serveJobs(port, engineOf);
  };

  const lock = `potto-thread-${crypto.randomUUID()}`;
  // Held until this thread ends, which the browser makes known to those who wait for the lock.
  void navigator.locks.request(lock, () => {
    self.postMessage({ lock } satisfies ThreadReady);
    return new Promise(() => undefined);
  });
}
