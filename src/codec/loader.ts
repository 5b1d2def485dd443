import { ImageServerError } from '../errors.ts';
import type { WasmLoader, WasmName } from './codec.ts';
import type { KeptHeaps } from './kept-heaps.ts';

/**
 * Calls `load` on first use and keeps its result. A failed load is forgotten, so that the next use tries again:
 * a codec that couldn't be fetched while offline must work once the network is back.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    if (loading === undefined) {
      const attempt = load();
      loading = attempt;
      attempt.catch(() => {
        if (loading === attempt) loading = undefined;
      });
    }
    return loading;
  };
}

/** For what is started anew each time: compiled on first use. Rejects with ImageServerError 503 when it can't be loaded. */
export function compiledOnce(wasm: WasmLoader, name: WasmName): () => Promise<WebAssembly.Module> {
  return once(async () => {
    try {
      return await wasm(name);
    } catch (cause) {
      throw notLoaded(name, cause);
    }
  });
}

function notLoaded(name: WasmName, cause: unknown): ImageServerError {
  return new ImageServerError(
    503,
    `The codec ${name} is needed for this answer and could not be loaded: check that its wasm file is installed and reachable, then ask again`,
    { cause },
  );
}

/**
 * V8 writes an error's stack when it is first read, and until then holds the frames: of a trap, with the instance and all
 * of its memory, as long as anybody keeps the error.
 */
export function releaseFrames(cause: unknown): void {
  if (cause instanceof Error) Reflect.get(cause, 'stack');
}

/** What a running codec must tell about itself. */
export interface Running {
  /** Size of its linear memory in bytes, which never shrinks. */
  heapBytes(): number;
}

/** How a failed call is told: `status` and `message` of the error. */
export interface Failure {
  readonly status: number;
  readonly message: string;
}

/**
 * A codec's own word that it can't do what it was asked, after it has given back all that it took for it: damaged data,
 * for nearly every codec. Thrown by `work` of `WasmInstance.run`; anything else that isn't an `ImageServerError` counts
 * as a trap.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A larger heap, left by one huge picture, is given back rather than held for the life of a worker of 30 s and more. */
const MAX_KEPT_HEAP_BYTES = 128 * 1024 * 1024;

/**
 * Refusals after which an instance is replaced, with what a library that met so much damage may have leaked or
 * overwritten. At each one would be safer still, but browsers collect WASM memories late: a thousand damaged tiles left
 * 22 GB of them.
 */
const MAX_REFUSALS = 64;

/**
 * One codec's WASM: compiled and instantiated on first use. An instance that trapped is discarded, because its memory is
 * in an unknown state; the next call gets a new one from the same compiled module. One that refused in its own words is
 * used again.
 */
export class WasmInstance<T extends Running> {
  readonly #create: () => Promise<T>;
  readonly #kept: KeptHeaps | undefined;
  #current: Promise<T> | undefined;
  #refusals = 0;

  constructor(
    wasm: WasmLoader,
    name: WasmName,
    instantiate: (module: WebAssembly.Module) => Promise<T>,
    kept?: KeptHeaps,
  ) {
    this.#kept = kept;
    const compiled = once(async () => wasm(name));
    this.#create = async () => {
      try {
        return await instantiate(await compiled());
      } catch (cause) {
        throw notLoaded(name, cause);
      }
    };
  }

  /**
   * Runs `work`, which is synchronous and returns nothing that lives in the instance's memory. It throws `Refusal` or
   * `ImageServerError` only where the instance can be used again.
   * @throws {ImageServerError} 503 when the codec can't be loaded, else what `failure` says when `work` throws;
   * an `ImageServerError` of `work` passes unchanged.
   */
  async run<R>(failure: Failure, work: (instance: T) => R): Promise<R> {
    for (;;) {
      this.#current ??= this.#create();
      const creation = this.#current;
      const instance = await creation.catch((error: unknown) => {
        this.#forget(creation);
        throw error;
      });
      // Another call that waited for the same instance may have broken it in the meantime. No `await` below.
      if (this.#current !== creation) continue;
      let isWhole = true;
      try {
        return work(instance);
      } catch (cause) {
        const isRefused = cause instanceof Refusal || cause instanceof ImageServerError;
        this.#refusals += 1;
        isWhole = isRefused && this.#refusals < MAX_REFUSALS;
        releaseFrames(cause);
        if (cause instanceof ImageServerError) throw cause;
        throw new ImageServerError(failure.status, failure.message, { cause });
      } finally {
        if (!isWhole || instance.heapBytes() > MAX_KEPT_HEAP_BYTES) this.#forget(creation);
        else this.#kept?.keep(this, instance.heapBytes());
      }
    }
  }

  /** Gives the memory back: the next call begins with a new one. */
  drop(): void {
    if (this.#current) this.#forget(this.#current);
  }

  #forget(creation: Promise<T>): void {
    if (this.#current !== creation) return;
    this.#current = undefined;
    this.#refusals = 0;
    this.#kept?.forget(this);
  }
}
