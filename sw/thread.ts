/// <reference lib="webworker" />
import { ImageServerError } from '../src/errors.ts';
import { createEngine } from '../src/render/engine.ts';
import { type RenderJob, runJob } from '../src/render/job.ts';
import type { ThreadReady, ThreadResult, ThreadTask } from '../src/threads.ts';
import { Timing } from '../src/timing.ts';
import { createWasmStore } from './wasm-store.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Makes this dedicated worker, which a page started, render for the service worker. */
export function serveAsThread(): void {
  const engine = createEngine(createWasmStore(new URL('./', self.location.href)).load);
  self.onmessage = ({ ports: [port] }) => {
    if (!port) return;
    port.onmessage = async ({ data }: MessageEvent<ThreadTask<RenderJob>>) => {
      const result = await work(data);
      port.postMessage(result, 'bytes' in result ? [result.bytes.buffer] : []);
    };
  };

  async function work({ id, job }: ThreadTask<RenderJob>): Promise<ThreadResult> {
    const timing = new Timing();
    try {
      const bytes = await runJob(job, engine, { timing });
      return { id, bytes: owned(bytes), costs: timing.costs };
    } catch (error) {
      if (!(error instanceof ImageServerError)) return { id, failed: true };
      return { id, status: error.status, message: error.message };
    }
  }

  const lock = `potto-thread-${crypto.randomUUID()}`;
  // Held until this thread ends, which the browser makes known to those who wait for the lock.
  void navigator.locks.request(lock, () => {
    self.postMessage({ lock } satisfies ThreadReady);
    return new Promise(() => undefined);
  });
}

/** Bytes whose buffer may be transferred: not a part of a larger one, such as WASM memory. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return whole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
