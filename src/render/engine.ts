import type { WasmLoader } from '../codec/codec.ts';
import { type Codecs, createCodecs } from '../codec/codecs.ts';
import { createKernel, type Kernel } from '../kernel/kernel.ts';

/** What turns compressed tiles into compressed answers. Nothing is compiled before it is needed. */
export interface Engine {
  readonly codecs: Codecs;
  /** Runs `work` with a kernel; every raster it makes must be freed when it ends. */
  withKernel<T>(work: (kernel: Kernel) => Promise<T>): Promise<T>;
}

/** WASM memory never shrinks: a kernel that has grown past this is let go once nobody uses it. */
const RECYCLE_BYTES = 96 * 2 ** 20;

export function createEngine(wasm: WasmLoader): Engine {
  let current: Promise<Kernel> | undefined;

  const start = () => {
    const starting = wasm('kernel').then((module) => createKernel(module));
    current = starting;
    starting.catch(() => retire(starting));
    return starting;
  };
  const retire = (kernel: Promise<Kernel>) => {
    if (current === kernel) current = undefined;
  };

  return {
    codecs: createCodecs(wasm),
    async withKernel(work) {
      const mine = current ?? start();
      const kernel = await mine;
      try {
        return await work(kernel);
      } catch (cause) {
        // A trap leaves the memory in an unknown state: the next request gets a fresh kernel.
        if (cause instanceof WebAssembly.RuntimeError) retire(mine);
        throw cause;
      } finally {
        if (kernel.liveRasters === 0 && kernel.memoryBytes > RECYCLE_BYTES) retire(mine);
      }
    },
  };
}
