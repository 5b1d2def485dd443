import type { WasmLoader } from '../codec/codec.ts';
import { type Codecs, createCodecs } from '../codec/codecs.ts';
import { createEncoders, type Encoders } from '../codec/encoders.ts';
import { createKernel, type Kernel } from '../kernel/kernel.ts';
import { DEFAULT_MEMORY_LIMIT } from '../kernel/memory.ts';
import { type ColoursOf, createColours } from './colours.ts';
import { DecodedTiles } from './decoded-tiles.ts';
import type { RenderPool } from './job.ts';
import { MemoryBudget } from './memory-budget.ts';
import { createOverlayPictures, type OverlayPictures } from './overlay-pictures.ts';
import type { RasterizeText } from './rendering.ts';

/** What turns compressed tiles into compressed answers. Nothing is compiled before it is needed. */
export interface Engine {
  readonly codecs: Codecs;
  readonly coloursOf: ColoursOf;
  readonly encoders: Encoders;
  readonly decodedTiles: DecodedTiles;
  readonly overlayPictures: OverlayPictures;
  /**
   * Runs `work` with a kernel, once the `bytes` that its rasters need at most are to be had. Every raster it makes must
   * be freed when it ends.
   */
  withKernel<T>(bytes: number, work: (kernel: Kernel) => Promise<T>): Promise<T>;
}

export interface EngineOptions {
  /** Bytes of decoded tiles that are kept; `DEFAULT_DECODED_BYTES` by default. */
  readonly decodedBytes?: number | undefined;
  /** Other threads to decode pictures on. None by default. */
  readonly pool?: RenderPool | undefined;
  /** Draws the words of overlays, where the host has fonts. */
  readonly rasterizeText?: RasterizeText | undefined;
}

/** WASM memory never shrinks: a kernel that has grown past this is let go once nobody uses it. */
const RECYCLE_BYTES = 96 * 2 ** 20;

/** Half of what a kernel may grow to: what is free isn't always in one piece. Large answers wait for each other. */
const RASTER_BYTES = DEFAULT_MEMORY_LIMIT / 2;

export function createEngine(wasm: WasmLoader, { decodedBytes, pool, rasterizeText }: EngineOptions = {}): Engine {
  const codecs = createCodecs(wasm);
  // Kernels of their own: a render holds its memory while it waits for the tiles it needs.
  const uncompressing = { codecs, withKernel: createKernels(wasm) };
  return {
    codecs,
    coloursOf: createColours(wasm),
    encoders: createEncoders(wasm, codecs),
    decodedTiles: new DecodedTiles(uncompressing, { pool, budget: decodedBytes }),
    overlayPictures: createOverlayPictures(codecs, rasterizeText),
    withKernel: createKernels(wasm),
  };
}

/** One kernel at a time for all work, and a new one when it has grown large or failed. */
function createKernels(wasm: WasmLoader): Engine['withKernel'] {
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

  return (bytes, work) => budget.run(bytes, () => withKernel(work));
}
