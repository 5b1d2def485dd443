import { defaultOptions } from '@jsquash/webp/meta.js';
import type { Codec, WasmLoader } from './codec.ts';
import { instantiateEmbind } from './embind.ts';
import { WEBP_DECODER, WEBP_ENCODER } from './embind-names.ts';
import { fittingProfile } from './icc.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, fromImageData, rgbaOf } from './pixels.ts';
import { webpSize } from './webp-frame.ts';
import { withWebpMetadata } from './webp-metadata.ts';

export const DEFAULT_WEBP_QUALITY = 80;
/** libwebp's method 0–6. The fastest takes a quarter of the time of its own default, 4, for 6 % more bytes. */
export const DEFAULT_WEBP_EFFORT = 0;
/** Lossless, libwebp takes this for the trade of time against bytes that `method` alone doesn't make. */
const LOSSLESS_QUALITY = 30;
/** RFC 9649: 14 bits per side. */
const MAX_DIMENSION = 16_383;

const DAMAGED = {
  status: 502,
  message: 'The stored WebP data is damaged and can not be decoded: check the file, or store it again',
};
const NOT_ENCODED = { status: 500, message: 'The answer could not be encoded as WebP: ask again, or ask for JPEG' };

/** WebP by libwebp: decodes to RGBA, encodes with alpha, lossy or lossless. */
export function createWebpCodec(wasm: WasmLoader, kept?: KeptHeaps): Codec {
  const decoder = new WasmInstance(
    wasm,
    'webp-decode',
    async (compiled) => instantiateEmbind(compiled, WEBP_DECODER),
    kept,
  );
  const encoder = new WasmInstance(
    wasm,
    'webp-encode',
    async (compiled) => instantiateEmbind(compiled, WEBP_ENCODER),
    kept,
  );
  return {
    async decode(bytes) {
      assertDecodable('WebP', webpSize(bytes));
      return decoder.run(DAMAGED, ({ call }) => fromImageData(call('decode', bytes)));
    },

    async encode(pixels, options = {}) {
      const { quality = DEFAULT_WEBP_QUALITY, effort = DEFAULT_WEBP_EFFORT, lossless = false } = options;
      const { width, height } = pixels;
      assertDimensions('WebP', pixels, MAX_DIMENSION);
      const encoded = await encoder.run(NOT_ENCODED, ({ call }) => {
        const settings = lossless
          ? { ...defaultOptions, quality: LOSSLESS_QUALITY, method: effort, lossless: 1, exact: 1 }
          : { ...defaultOptions, quality, method: effort };
        const bytes = call('encode', rgbaOf(pixels), width, height, settings);
        if (!(bytes instanceof Uint8Array)) throw new TypeError('The codec gave no bytes');
        return bytes;
      });
      // WebP has no grey: what it holds is RGB.
      const profile = fittingProfile(options.profile, 3);
      return withWebpMetadata(encoded, { ...options, profile });
    },
  };
}
