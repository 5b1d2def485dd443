import type { WasmName } from './codec.ts';

/**
 * Where each WASM file comes from, as a module specifier that Node and bundlers resolve, of the file or of a script that
 * has it in it; the build puts it beside the worker as `<name>.wasm`. The kernel is built here, its path is relative to the project.
 */
export const WASM_FILES = {
  kernel: './src/kernel/kernel.wasm',
  'jpeg-decode': '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  'webp-decode': '@jsquash/webp/codec/dec/webp_dec.wasm',
  'webp-encode': '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  png: '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  'jpeg-encode': '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  'avif-decode': '@jsquash/avif/codec/dec/avif_dec.wasm',
  'avif-encode': '@jsquash/avif/codec/enc/avif_enc.wasm',
  zstd: 'zstddec',
  lerc: 'lerc/lerc-wasm.wasm',
  openjpeg: './src/codec/openjpeg/openjpeg.wasm',
  lcms: 'lcms-wasm/dist/lcms.wasm',
  cmyk: './src/codec/cmyk.wasm',
} as const satisfies Readonly<Record<WasmName, string>>;

/**
 * Those that nearly every image needs, small enough to be fetched before the first one. The others are megabytes, or
 * for rare files and formats: they are fetched when they are first needed, and kept from then on.
 */
export const PRECACHED_WASM: readonly WasmName[] = ['kernel', 'jpeg-decode', 'webp-decode', 'webp-encode', 'png'];

/**
 * All others that decode, 1.9 MB together: kept as soon as anything is pinned, which as a rule takes far more. Which of
 * them an image needs is told by its structure and its profile, and those may be read for the first time offline.
 */
export const RARE_DECODERS: readonly WasmName[] = ['openjpeg', 'lcms', 'cmyk', 'zstd', 'lerc', 'avif-decode'];
