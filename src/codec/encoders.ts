import { createAvifEncoder } from './avif-encode.ts';
import type { Encoder, WasmLoader } from './codec.ts';
import type { Codecs } from './codecs.ts';
import { createGifEncoder } from './gif-encode.ts';
import { createSmallJpegEncoder } from './jpeg-small.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { createTifEncoder } from './tif.ts';

/** What writes pixels that were taken out of the kernel; JPEG of `fast` effort is encoded in there. */
export interface Encoders {
  readonly smallJpeg: ReturnType<typeof createSmallJpegEncoder>;
  readonly png: Encoder;
  readonly webp: Encoder;
  readonly gif: Encoder;
  readonly tif: Encoder;
  readonly avif: Encoder;
}

/** Makes the encoders. Nothing is loaded yet: each asks `wasm` for what it needs on its first use. */
export function createEncoders(wasm: WasmLoader, { png, webp }: Codecs, kept?: KeptHeaps): Encoders {
  return {
    smallJpeg: createSmallJpegEncoder(wasm, kept),
    png,
    webp,
    gif: createGifEncoder(),
    tif: createTifEncoder(),
    avif: createAvifEncoder(wasm, kept),
  };
}
