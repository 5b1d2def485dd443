import { createKernel } from '../kernel/kernel.ts';
import type { Codec, WasmLoader } from './codec.ts';
import { instantiateEmbind } from './embind.ts';
import { MOZJPEG_DECODER } from './embind-names.ts';
import { fittingProfile } from './icc.ts';
import { encodeJpeg, MAX_JPEG_SIDE } from './jpeg-encode.ts';
import { assertFewScans, assertReadableJpeg, jpegFrame } from './jpeg-frame.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { Refusal, WasmInstance } from './loader.ts';
import { assertDecodable, assertDimensions, fromImageData } from './pixels.ts';

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
 * JPEG of every kind, slowly: decodes with MozJPEG, always to opaque RGBA, the Exif orientation left alone; encodes as
 * `encodeJpeg` does, from pixels that aren't in a kernel's memory yet, grey as one component. The fast way for what is
 * there, or is to be placed there, are `decodeBaseline` and `encodeJpeg` themselves.
 */
export function createJpegCodec(wasm: WasmLoader, kept?: KeptHeaps): Codec {
  const decoder = new WasmInstance(
    wasm,
    'jpeg-decode',
    async (compiled) => instantiateEmbind(compiled, MOZJPEG_DECODER),
    kept,
  );
  const encoder = new WasmInstance(
    wasm,
    'kernel',
    async (compiled) => {
      const kernel = await createKernel(compiled);
      return { kernel, heapBytes: () => kernel.memoryBytes };
    },
    kept,
  );
  return {
    async decode(bytes) {
      const frame = jpegFrame(bytes);
      assertReadableJpeg(frame);
      assertDecodable('JPEG', frame);
      assertFewScans(bytes, frame);
      return decoder.run(DAMAGED, ({ call, takeLog }) => {
        takeLog();
        const decoded = call('decode', bytes, false);
        const warning = takeLog().find((line) => DATA_LOST.test(line));
        if (warning !== undefined) throw new Refusal(warning);
        return fromImageData(decoded);
      });
    },

    async encode(pixels, options = {}) {
      assertDimensions('JPEG', pixels, MAX_JPEG_SIDE);
      const { width, height, channels } = pixels;
      return encoder.run(NOT_ENCODED, ({ kernel }) => {
        const raster = kernel.raster(width, height);
        try {
          kernel.placePixels(raster, 0, 0, pixels, { x: 0, y: 0, width, height });
          const profile = fittingProfile(options.profile, channels);
          return encodeJpeg(raster, { ...options, profile, sampling: channels <= 2 ? 'grey' : '4:2:0' });
        } finally {
          raster.free();
        }
      });
    },
  };
}
