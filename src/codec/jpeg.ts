import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs';
import mozjpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { ImageServerError } from '../errors.ts';
import { concat, uint16 } from './bytes.ts';
import type { Codec, WasmLoader } from './codec.ts';
import { type EmscriptenFactory, type EmscriptenModule, instantiateEmscripten } from './emscripten.ts';
import { fittingProfile, iccSegments } from './icc.ts';
import { type ImageDataLike, withImageData } from './image-data.ts';
import { compressJpeg } from './jpeg-compress.ts';
import { assertFewScans, assertReadableJpeg, jpegFrame } from './jpeg-frame.ts';
import { WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, fromImageData } from './pixels.ts';

interface MozjpegDecoder extends EmscriptenModule {
  decode(bytes: Uint8Array, preserveOrientation: boolean): ImageDataLike | null;
}

const DECODER: EmscriptenFactory<MozjpegDecoder> = mozjpegDecoder;

export const DEFAULT_JPEG_QUALITY = 80;
/** libjpeg's JPEG_MAX_DIMENSION. */
const MAX_DIMENSION = 65_500;

/**
 * libjpeg makes up pixels for missing or wrong data and only writes a line about it (the first one per picture).
 * Surplus bytes, which rows that were cut leave behind, do no harm.
 */
const DATA_LOST = /premature end|corrupt jpeg data: (?!\d+ extraneous)/i;

const DAMAGED = {
  status: 502,
  message: 'The stored JPEG data is damaged and can not be decoded: check the file, or store it again',
};
const NOT_ENCODED = { status: 500, message: 'The answer could not be encoded as JPEG: ask again, or ask for PNG' };

/**
 * JPEG. Decodes with MozJPEG, always to opaque RGBA, the Exif orientation left alone; encodes with libjpeg-turbo,
 * 5–15 times faster than MozJPEG's encoder: baseline, 4:2:0, grey as one component, alpha dropped.
 */
export function createJpegCodec(wasm: WasmLoader): Codec {
  const decoder = new WasmInstance(wasm, 'jpeg-decode', (compiled) =>
    withImageData(() => instantiateEmscripten(DECODER, compiled)),
  );
  const encoder = new WasmInstance(wasm, 'jpeg-encode', (compiled) => instantiateEmscripten(libjpegTurbo, compiled));
  return {
    async decode(bytes) {
      const frame = jpegFrame(bytes);
      assertReadableJpeg(frame);
      assertDecodable('JPEG', frame);
      assertFewScans(bytes, frame);
      return decoder.run(DAMAGED, ({ module, takeLog }) => {
        takeLog();
        const decoded = withImageData(() => module.decode(bytes, false));
        if (decoded === null) throw new Error('no picture');
        const warning = takeLog().find((line) => DATA_LOST.test(line));
        if (warning !== undefined) throw new Error(warning);
        return fromImageData(decoded);
      });
    },

    async encode(pixels, { quality = DEFAULT_JPEG_QUALITY, profile } = {}) {
      assertDimensions('JPEG', pixels, MAX_DIMENSION);
      const encoded = await encoder.run(NOT_ENCODED, ({ module }) => compressJpeg(module, pixels, Math.round(quality)));
      const fitting = fittingProfile(profile, pixels.channels);
      return fitting === undefined ? encoded : embed(encoded, fitting);
    },
  };
}

/** Puts the profile behind SOI and the JFIF segment, which the encoder always writes. */
function embed(jpeg: Uint8Array, profile: Uint8Array): Uint8Array {
  const head = 4 + uint16(jpeg, 4);
  if (!(head <= jpeg.length)) throw new ImageServerError(NOT_ENCODED.status, NOT_ENCODED.message);
  return concat([jpeg.subarray(0, head), iccSegments(profile), jpeg.subarray(head)]);
}
