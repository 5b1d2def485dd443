import type { WasmLoader } from '../codec/codec.ts';
import { type Codecs, createCodecs } from '../codec/codecs.ts';
import { createKernel, type Kernel } from '../kernel/kernel.ts';
import { DEFAULT_MEMORY_LIMIT } from '../kernel/memory.ts';
import { MemoryBudget } from './memory-budget.ts';

/** What turns compressed tiles into compressed answers. Nothing is compiled before it is needed. */
export interface Engine {
  readonly codecs: Codecs;
  /**
   * Runs `work` with a kernel, once the `bytes` that its rasters need at most are to be had. Every raster it makes must
   * be freed when it ends.
   */
  withKernel<T>(bytes: number, work: (kernel: Kernel) => Promise<T>): Promise<T>;
}

/** WASM memory never shrinks: a kernel that has grown past this is let go once nobody uses it. */
const RECYCLE_BYTES = 96 * 2 ** 20;

/** Half of what a kernel may grow to: what is free isn't always in one piece. Large answers wait for each other. */
const RASTER_BYTES = DEFAULT_MEMORY_LIMIT / 2;

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

  const budget = new MemoryBudget(RASTER_BYTES);

  async function withKernel<T>(work: (kernel: Kernel) => Promise<T>): Promise<T> {
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
  }

  return {
    codecs: createCodecs(wasm),
    withKernel: (bytes, work) => budget.run(bytes, () => withKernel(work)),
  };
}
