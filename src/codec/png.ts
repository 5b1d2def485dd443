import { ImageServerError } from '../errors.ts';
import type { Codec, Pixels, WasmLoader } from './codec.ts';
import { fittingProfile } from './icc.ts';
import { WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, rgbaOf } from './pixels.ts';
import { pngSize, withPngProfile } from './png-chunks.ts';
import { encodeGreyPng } from './png-grey.ts';
import { instantiatePng } from './png-wasm.ts';

const DAMAGED = {
  status: 502,
  message: 'The stored PNG data is damaged and can not be decoded: check the file, or store it again',
};
const NOT_ENCODED = { status: 500, message: 'The answer could not be encoded as PNG: ask again, or ask for JPEG' };

/** PNG allows more (section 11.2.1); no canvas or decoder shows it. */
const MAX_DIMENSION = 65_535;

/** PNG: decodes to RGBA, 8 bit; encodes grey as grey (one bit where that is all it needs), everything else as RGBA. */
export function createPngCodec(wasm: WasmLoader): Codec {
  const instance = new WasmInstance(wasm, 'png', instantiatePng);
  return {
    async decode(bytes) {
      const size = pngSize(bytes);
      if (size === undefined) throw new ImageServerError(DAMAGED.status, DAMAGED.message);
      assertDecodable('PNG', size);
      return instance.run(DAMAGED, ({ decode }) => decode(bytes));
    },

    async encode(pixels, { profile } = {}) {
      assertDimensions('PNG', pixels, MAX_DIMENSION);
      const { width, height } = pixels;
      const encoded = isGrey(pixels)
        ? await encodeGreyPng(pixels)
        : await instance.run(NOT_ENCODED, ({ encode }) => encode(rgbaOf(pixels), width, height));
      // Grey with alpha is written as RGBA, where a grey profile would be wrong.
      const fitting = fittingProfile(profile, isGrey(pixels) ? 1 : 4);
      return fitting === undefined ? encoded : withPngProfile(encoded, fitting);
    },
  };
}

function isGrey(pixels: Pixels): pixels is Pixels & { readonly channels: 1 } {
  return pixels.channels === 1;
}
