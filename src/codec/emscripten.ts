import type { Running } from './loader.ts';

/** What every Emscripten module shows. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
}

interface EmscriptenOptions {
  readonly noInitialRun: boolean;
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

/** The function an Emscripten glue file exports; each call makes a module with a memory of its own. */
export type EmscriptenFactory<M extends EmscriptenModule> = (options: EmscriptenOptions) => Promise<M>;

/** A running Emscripten module and what it last wrote to stderr, where libjpeg tells of damaged data. */
export interface EmscriptenInstance<M extends EmscriptenModule> extends Running {
  readonly module: M;
  /** Returns the lines written since it was last called. */
  takeLog(): readonly string[];
}

/** A C library repeats itself on damaged data; the first lines tell what is wrong. */
const MAX_LOG_LINES = 16;

/**
 * Instantiates a compiled module under its glue. The instance is made here and synchronously,
 * so that none of the glue's own ways of fetching (document, XMLHttpRequest, `require`) is taken.
 */
export async function instantiateEmscripten<M extends EmscriptenModule>(
  factory: EmscriptenFactory<M>,
  compiled: WebAssembly.Module,
): Promise<EmscriptenInstance<M>> {
  let log: string[] = [];
  const module = await factory({
    noInitialRun: true,
    instantiateWasm: (imports, receive) => {
      const instance = new WebAssembly.Instance(compiled, imports);
      receive(instance);
      return instance.exports;
    },
    print: () => {},
    printErr: (line) => {
      if (log.length < MAX_LOG_LINES) log.push(line);
    },
  });
  return {
    module,
    heapBytes: () => module.HEAPU8.byteLength,
    takeLog: () => {
      const lines = log;
      log = [];
      return lines;
    },
  };
}
