import type { Codec, WasmLoader } from './codec.ts';
import { createJpegCodec } from './jpeg.ts';
import { createPngCodec } from './png.ts';
import { createWebpCodec } from './webp.ts';

/** The picture formats that can be read and answered, under the names IIIF gives them (Image API 3.0, section 4.5). */
export interface Codecs {
  readonly jpg: Codec;
  readonly png: Codec;
  readonly webp: Codec;
}

/** Makes the codecs. Nothing is loaded yet: each asks `wasm` for what it needs on its first use. */
export function createCodecs(wasm: WasmLoader): Codecs {
  return { jpg: createJpegCodec(wasm), png: createPngCodec(wasm), webp: createWebpCodec(wasm) };
}
