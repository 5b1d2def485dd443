import type { WasmLoader } from '../codec/codec.ts';
import { type Codecs, createCodecs } from '../codec/codecs.ts';
import { createEncoders, type Encoders } from '../codec/encoders.ts';
import { KeptHeaps } from '../codec/kept-heaps.ts';
import { releaseFrames } from '../codec/loader.ts';
import { createKernel, type Kernel } from '../kernel/kernel.ts';
import { DEFAULT_MEMORY_LIMIT } from '../kernel/memory.ts';
import { Admission } from './admission.ts';
import { type ColoursOf, createColours } from './colours.ts';
import { createConversions } from './conversions.ts';
import { DEFAULT_DECODED_BYTES, DecodedTiles } from './decoded-tiles.ts';
import type { RenderPool } from './job.ts';
import { MemoryBudget } from './memory-budget.ts';
import { memoryCap } from './memory-cap.ts';
import { givenUpTogether } from './memory-given-up.ts';
import { createOverlayPictures, type OverlayPictures } from './overlay-pictures.ts';
import type { RasterizeText } from './rendering.ts';

/** What turns compressed tiles into compressed answers. Nothing is compiled before it is needed. */
export interface Engine {
  readonly codecs: Codecs;
  readonly coloursOf: ColoursOf;
  readonly encoders: Encoders;
  readonly decodedTiles: DecodedTiles;
  readonly overlayPictures: OverlayPictures;
  /** Every answer that is rendered here asks it first. */
  readonly admission: Admission;
  /**
   * Runs `work` with a kernel, once the `bytes` that its rasters need at most are to be had. Every raster it makes must
   * be freed when it ends.
   */
  withKernel<T>(bytes: number, work: (kernel: Kernel) => Promise<T>): Promise<T>;
}

export interface EngineOptions {
  /** Bytes that all work together may take; `memoryCap()` by default. */
  readonly memory?: number | undefined;
  /** Bytes of decoded tiles that are kept; `DEFAULT_DECODED_BYTES` by default. */
  readonly decodedBytes?: number | undefined;
  /** Other threads to decode pictures on. None by default. */
  readonly pool?: RenderPool | undefined;
  /** Draws the words of overlays, where the host has fonts. */
  readonly rasterizeText?: RasterizeText | undefined;
}

/** WASM memory never shrinks: a kernel that has grown past this is let go once nobody uses it. */
const RECYCLE_BYTES = 96 * 2 ** 20;

/** Of all memory, where there is little. */
const KEPT_SHARE = 1 / 4;

export function createEngine(wasm: WasmLoader, options: EngineOptions = {}): Engine {
  const { memory = memoryCap(), pool, rasterizeText } = options;
  const { decodedBytes = Math.min(DEFAULT_DECODED_BYTES, memory * KEPT_SHARE) } = options;
  const heaps = new KeptHeaps(memory * KEPT_SHARE);
  const codecs = createCodecs(wasm, heaps);
  // Kernels of their own: a render holds its memory while it waits for the tiles it needs.
  const uncompressing = { codecs, withKernel: createKernels(wasm, memory) };
  const decodedTiles = new DecodedTiles(uncompressing, { pool, budget: decodedBytes });
  return {
    codecs,
    coloursOf: createColours(createConversions(wasm, heaps)),
    encoders: createEncoders(wasm, codecs, heaps),
    decodedTiles,
    overlayPictures: createOverlayPictures(codecs, rasterizeText),
    admission: new Admission({ limit: memory, kept: givenUpTogether([heaps, decodedTiles]) }),
    withKernel: createKernels(wasm, memory),
  };
}

/** One kernel at a time for all work, and a new one when it has grown large or failed. */
function createKernels(wasm: WasmLoader, memory: number): Engine['withKernel'] {
  const memoryLimit = Math.min(DEFAULT_MEMORY_LIMIT, memory);
  const recycleBytes = Math.min(RECYCLE_BYTES, memory * KEPT_SHARE);
  let current: Promise<Kernel> | undefined;

  const start = () => {
    const starting = wasm('kernel').then((module) => createKernel(module, { memoryLimit }));
    current = starting;
    starting.catch(() => retire(starting));
    return starting;
  };
  const retire = (kernel: Promise<Kernel>) => {
    if (current === kernel) current = undefined;
  };

  // Half of what it may grow to: what is free isn't always in one piece. Large answers wait for each other.
  const budget = new MemoryBudget(memoryLimit / 2);

  async function withKernel<T>(work: (kernel: Kernel) => Promise<T>): Promise<T> {
    const mine = current ?? start();
    const kernel = await mine;
    try {
      return await work(kernel);
    } catch (cause) {
      releaseFrames(cause);
      // A trap leaves the memory in an unknown state: the next request gets a fresh kernel.
      if (cause instanceof WebAssembly.RuntimeError) retire(mine);
      throw cause;
    } finally {
      if (kernel.liveRasters === 0 && kernel.memoryBytes > recycleBytes) retire(mine);
    }
  }

  return (bytes, work) => budget.run(bytes, () => withKernel(work));
}
