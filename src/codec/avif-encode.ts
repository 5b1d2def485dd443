import { defaultOptions } from '@jsquash/avif/meta.js';
import type { Encoder, WasmLoader } from './codec.ts';
import { instantiateEmbind } from './embind.ts';
import { AVIF_ENCODER } from './embind-names.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { WasmInstance } from './loader.ts';
import { assertDimensions, rgbaOf } from './pixels.ts';

/** As near the picture as WebP's 80, measured on a photograph and a map. */
export const DEFAULT_AVIF_QUALITY = 60;
/** 0–10, libavif's speed turned round. A tile of 512² takes 50 ms with 0 and 1, 180 with 2 (5 % fewer bytes), 530 with 4. */
export const DEFAULT_AVIF_EFFORT = 0;
export const MOST_AVIF_EFFORT = 10;
/** Where libaom's sequence header ends. */
const MAX_DIMENSION = 65_535;

const SUBSAMPLE = { '4:2:0': 1, '4:4:4': 3 } as const;

const NOT_ENCODED = { status: 500, message: 'The answer could not be encoded as AVIF: ask again, or ask for WebP' };

/** Writes AVIF by libavif and libaom, 3.5 MB that are loaded on first use. Holds neither profile nor metadata. */
export function createAvifEncoder(wasm: WasmLoader, kept?: KeptHeaps): Encoder {
  const encoder = new WasmInstance(
    wasm,
    'avif-encode',
    async (compiled) => instantiateEmbind(compiled, AVIF_ENCODER),
    kept,
  );
  return {
    async encode(pixels, { quality = DEFAULT_AVIF_QUALITY, effort = DEFAULT_AVIF_EFFORT, lossless = false } = {}) {
      assertDimensions('AVIF', pixels, MAX_DIMENSION);
      const { width, height } = pixels;
      return encoder.run(NOT_ENCODED, ({ call }) => {
        const encoded = call('encode', rgbaOf(pixels), width, height, {
          ...defaultOptions,
          quality: lossless ? 100 : quality,
          speed: MOST_AVIF_EFFORT - effort,
          subsample: SUBSAMPLE[lossless ? '4:4:4' : '4:2:0'],
          lossless,
        });
        if (!(encoded instanceof Uint8Array)) throw new TypeError('The codec gave no bytes');
        return encoded;
      });
    },
  };
}
