import type { Pixels, WasmLoader } from './codec.ts';
import { instantiateEmbind } from './embind.ts';
import { AVIF_DECODER } from './embind-names.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { WasmInstance } from './loader.ts';
import { fromImageData } from './pixels.ts';

const DAMAGED = {
  status: 502,
  message: 'The stored AVIF data is damaged and can not be decoded: check the file, or store it again',
};

/** Reads a picture format. Its WASM, if it has any, is loaded on first use. */
export interface Decoder {
  /** @throws {ImageServerError} 502 when the bytes are damaged. */
  decode(bytes: Uint8Array): Promise<Pixels>;
}

/**
 * AVIF by libavif and dav1d, 1.2 MB that are loaded on first use: decodes to RGBA of 8 bits, rounded where there are
 * more, in the colours that the file has. Turning and mirroring are left to the caller.
 */
export function createAvifDecoder(wasm: WasmLoader, kept?: KeptHeaps): Decoder {
  const decoder = new WasmInstance(
    wasm,
    'avif-decode',
    async (compiled) => instantiateEmbind(compiled, AVIF_DECODER),
    kept,
  );
  return {
    decode: (bytes) => decoder.run(DAMAGED, ({ call }) => fromImageData(call('decode', bytes, BITS))),
  };
}

const BITS = 8;
