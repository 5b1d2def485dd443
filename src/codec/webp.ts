import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.js';
// Not `encode.js`: it chooses this file or the scalar one by `import()`, which a service worker doesn't have.
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.js';
import { defaultOptions } from '@jsquash/webp/meta.js';
import type { Codec, WasmLoader } from './codec.ts';
import { type EmscriptenFactory, type EmscriptenModule, instantiateEmscripten } from './emscripten.ts';
import { type ImageDataLike, withImageData } from './image-data.ts';
import { WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, fromImageData, rgbaOf } from './pixels.ts';
import { webpSize } from './webp-frame.ts';

interface WebpDecoder extends EmscriptenModule {
  decode(bytes: Uint8Array): ImageDataLike | null;
}

interface WebpEncoder extends EmscriptenModule {
  encode(rgba: Uint8Array, width: number, height: number, options: typeof defaultOptions): Uint8Array | null;
}

const DECODER: EmscriptenFactory<WebpDecoder> = webpDecoder;
const ENCODER: EmscriptenFactory<WebpEncoder> = webpEncoder;

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
  const decoder = new WasmInstance(wasm, 'webp-decode', (compiled) =>
    withImageData(() => instantiateEmscripten(DECODER, compiled)),
  );
  const encoder = new WasmInstance(wasm, 'webp-encode', (compiled) => instantiateEmscripten(ENCODER, compiled));
  return {
    async decode(bytes) {
      assertDecodable('WebP', webpSize(bytes));
      return decoder.run(DAMAGED, ({ module }) => {
        const decoded = withImageData(() => module.decode(bytes));
        if (decoded === null) throw new Error('no picture');
        return fromImageData(decoded);
      });
    },

    async encode(pixels, { quality = DEFAULT_WEBP_QUALITY } = {}) {
      const { width, height } = pixels;
      assertDimensions('WebP', pixels, MAX_DIMENSION);
      return encoder.run(NOT_ENCODED, ({ module }) => {
        const encoded = module.encode(rgbaOf(pixels), width, height, { ...defaultOptions, quality, method: METHOD });
        if (encoded === null) throw new Error('no bytes');
        return encoded;
      });
    },
  };
}
