import { defaultOptions } from '@jsquash/webp/meta.js';
import type { Codec, WasmLoader } from './codec.ts';
import { instantiateEmbind } from './embind.ts';
import { WEBP_DECODER, WEBP_ENCODER } from './embind-names.ts';
import { WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, fromImageData, rgbaOf } from './pixels.ts';
import { webpSize } from './webp-frame.ts';

export const DEFAULT_WEBP_QUALITY = 80;
/** libwebp's fastest: a quarter of the time of the default 4, for 6 % more bytes. */
const METHOD = 0;
/** RFC 9649: 14 bits per side. */
const MAX_DIMENSION = 16_383;

const DAMAGED = {
  status: 502,
  message: 'The stored WebP data is damaged and can not be decoded: check the file, or store it again',
};
const NOT_ENCODED = { status: 500, message: 'The answer could not be encoded as WebP: ask again, or ask for JPEG' };

/** WebP by libwebp: decodes to RGBA, encodes lossy with alpha. No profile is embedded. */
export function createWebpCodec(wasm: WasmLoader): Codec {
  const decoder = new WasmInstance(wasm, 'webp-decode', async (compiled) => instantiateEmbind(compiled, WEBP_DECODER));
  const encoder = new WasmInstance(wasm, 'webp-encode', async (compiled) => instantiateEmbind(compiled, WEBP_ENCODER));
  return {
    async decode(bytes) {
      assertDecodable('WebP', webpSize(bytes));
      return decoder.run(DAMAGED, ({ call }) => fromImageData(call('decode', bytes)));
    },

    async encode(pixels, { quality = DEFAULT_WEBP_QUALITY } = {}) {
      const { width, height } = pixels;
      assertDimensions('WebP', pixels, MAX_DIMENSION);
      return encoder.run(NOT_ENCODED, ({ call }) => {
        const options = { ...defaultOptions, quality, method: METHOD };
        const encoded = call('encode', rgbaOf(pixels), width, height, options);
        if (!(encoded instanceof Uint8Array)) throw new TypeError('The codec gave no bytes');
        return encoded;
      });
    },
  };
}
