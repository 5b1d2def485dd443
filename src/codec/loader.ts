import { ImageServerError } from '../errors.ts';
import type { WasmLoader, WasmName } from './codec.ts';

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

/** A larger heap, left by one huge picture, is given back rather than held for the life of a worker of 30 s and more. */
const MAX_KEPT_HEAP_BYTES = 128 * 1024 * 1024;

/**
 * One codec's WASM: compiled and instantiated on first use. An instance whose call failed is discarded, because
 * a trap leaves its memory in an unknown state; the next call gets a new one from the same compiled module.
 */
export class WasmInstance<T extends Running> {
  readonly #create: () => Promise<T>;
  #current: Promise<T> | undefined;

  constructor(wasm: WasmLoader, name: WasmName, instantiate: (module: WebAssembly.Module) => Promise<T>) {
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
   * Runs `work`, which is synchronous and returns nothing that lives in the instance's memory.
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
      let keep = false;
      try {
        const result = work(instance);
        keep = instance.heapBytes() <= MAX_KEPT_HEAP_BYTES;
        return result;
      } catch (cause) {
        if (cause instanceof ImageServerError) throw cause;
        throw new ImageServerError(failure.status, failure.message, { cause });
      } finally {
        if (!keep) this.#forget(creation);
      }
    }
  }

  #forget(creation: Promise<T>): void {
    if (this.#current === creation) this.#current = undefined;
  }
}
