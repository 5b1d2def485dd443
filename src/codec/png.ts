import { ImageServerError } from '../errors.ts';
import type { Codec, Pixels, WasmLoader } from './codec.ts';
import { fittingProfile } from './icc.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, rgbaOf } from './pixels.ts';
import { pngSize, withPngMetadata } from './png-chunks.ts';
import { encodeGreyPng } from './png-grey.ts';
import { instantiatePng } from './png-wasm.ts';

const DAMAGED = {
  status: 502,
  message: 'The stored PNG data is damaged and can not be decoded: check the file, or store it again',
};
const NOT_ENCODED = { status: 500, message: 'The answer could not be encoded as PNG: ask again, or ask for JPEG' };

/** In IHDR (section 11.2.1). */
const BIT_DEPTH_OFFSET = 24;

/** PNG allows more (section 11.2.1); no canvas or decoder shows it. */
const MAX_DIMENSION = 65_535;

/** RGBA of 16 bits, little-endian. */
export interface DeepPixels {
  readonly width: number;
  readonly height: number;
  /** `width * height * 8` bytes. */
  readonly samples: Uint8Array;
}

export interface PngCodec extends Codec {
  /**
   * The samples of a PNG of 16 bits as they are; undefined where it has fewer. `decode` drops the lower 8, which is up to
   * a level away from rounding.
   * @throws {ImageServerError} 502 when the bytes are damaged.
   */
  decode16(bytes: Uint8Array): Promise<DeepPixels | undefined>;
}

/** PNG: decodes to RGBA, 8 bit; encodes grey as grey (one bit where that is all it needs), everything else as RGBA. */
export function createPngCodec(wasm: WasmLoader, kept?: KeptHeaps): PngCodec {
  const instance = new WasmInstance(wasm, 'png', instantiatePng, kept);
  return {
    async decode(bytes) {
      decodableSize(bytes);
      return instance.run(DAMAGED, ({ decode }) => decode(bytes));
    },

    async decode16(bytes) {
      const { width, height } = decodableSize(bytes);
      if (bytes[BIT_DEPTH_OFFSET] !== 16) return undefined;
      const samples = await instance.run(DAMAGED, ({ decode16 }) => decode16(bytes));
      return { width, height, samples };
    },

    async encode(pixels, { profile, resolution, xmp } = {}) {
      assertDimensions('PNG', pixels, MAX_DIMENSION);
      const { width, height } = pixels;
      const encoded = isGrey(pixels)
        ? await encodeGreyPng(pixels)
        : await instance.run(NOT_ENCODED, ({ encode }) => encode(rgbaOf(pixels), width, height));
      // Grey with alpha is written as RGBA, where a grey profile would be wrong.
      const fitting = fittingProfile(profile, isGrey(pixels) ? 1 : 4);
      return withPngMetadata(encoded, { profile: fitting, resolution, xmp });
    },
  };
}

function decodableSize(bytes: Uint8Array) {
  const size = pngSize(bytes);
  if (size === undefined) throw new ImageServerError(DAMAGED.status, DAMAGED.message);
  assertDecodable('PNG', size);
  return size;
}

function isGrey(pixels: Pixels): pixels is Pixels & { readonly channels: 1 } {
  return pixels.channels === 1;
}
