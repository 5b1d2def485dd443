import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { WasmLoader, WasmName } from '../codec/codec.ts';
import { once } from '../codec/loader.ts';
import { WASM_FILES } from '../codec/wasm-files.ts';
import { wasmContent } from './wasm-content.ts';

export interface NodeWasmOptions {
  /** Folder that holds `<name>.wasm` for every name, as a build writes it. Without it: the project and its packages. */
  readonly directory?: string;
}

/** Reads WASM files from disk and compiles each once, on first use; a failed load is tried again on the next. */
export function nodeWasmLoader({ directory }: NodeWasmOptions = {}): WasmLoader {
  const modules = new Map<WasmName, () => Promise<WebAssembly.Module>>();
  return (name) => {
    let module = modules.get(name);
    if (module === undefined) {
      module = once(async () => {
        const path = directory === undefined ? installedPath(name) : join(directory, `${name}.wasm`);
        return WebAssembly.compile(wasmContent(new Uint8Array(await readFile(path))));
      });
      modules.set(name, module);
    }
    return module();
  };
}

const projectRoot = new URL('../../', import.meta.url);

function installedPath(name: WasmName): string {
  return createRequire(new URL('package.json', projectRoot)).resolve(WASM_FILES[name]);
}
