import avifDecode from 'potto/avif-decode.wasm';
import avifEncode from 'potto/avif-encode.wasm';
import cmyk from 'potto/cmyk.wasm';
import jpegDecode from 'potto/jpeg-decode.wasm';
import jpegEncode from 'potto/jpeg-encode.wasm';
import kernel from 'potto/kernel.wasm';
import lcms from 'potto/lcms.wasm';
import lerc from 'potto/lerc.wasm';
import openjpeg from 'potto/openjpeg.wasm';
import png from 'potto/png.wasm';
import webpDecode from 'potto/webp-decode.wasm';
import webpEncode from 'potto/webp-encode.wasm';
import zstd from 'potto/zstd.wasm';
import type { WasmLoader, WasmName } from '../codec/codec.ts';

/** All of them: together with the core they are smaller, gzipped, than what the smallest plan of Cloudflare takes (3 MB). */
const MODULES: Readonly<Record<WasmName, WebAssembly.Module>> = {
  'avif-decode': avifDecode,
  'avif-encode': avifEncode,
  cmyk,
  'jpeg-decode': jpegDecode,
  'jpeg-encode': jpegEncode,
  kernel,
  lcms,
  lerc,
  openjpeg,
  png,
  'webp-decode': webpDecode,
  'webp-encode': webpEncode,
  zstd,
};

export const importedWasm: WasmLoader = async (name) => MODULES[name];
