import { nodeWasmLoader } from '../../src/host/node-wasm.ts';

/** Compiled WASM for tests, from the installed packages; shared, so that each file is compiled once per test file. */
export const loadWasm = nodeWasmLoader();
