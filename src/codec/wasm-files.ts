import type { WasmName } from './codec.ts';

/**
 * Where each WASM file comes from, as a module specifier that Node and bundlers resolve; the build copies it
 * beside the worker as `<name>.wasm`. The kernel is built here, its path is relative to the project.
 */
export const WASM_FILES = {
  kernel: './src/kernel/kernel.wasm',
  'jpeg-decode': '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  'webp-decode': '@jsquash/webp/codec/dec/webp_dec.wasm',
  'webp-encode': '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  png: '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
} as const satisfies Readonly<Record<WasmName, string>>;
