import { createAvifDecoder, type Decoder } from './avif.ts';
import type { Codec, WasmLoader } from './codec.ts';
import { createJpegCodec } from './jpeg.ts';
import { createJpeg2000Decoder, type Jpeg2000Decoder } from './jpeg2000.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { createLercDecoder, type LercDecoder } from './lerc.ts';
import { createPngCodec, type PngCodec } from './png.ts';
import { createWebpCodec } from './webp.ts';
import { createZstdDecoder, type ZstdDecoder } from './zstd.ts';

/** The picture formats that can be read and answered, under the names IIIF gives them (Image API 3.0, section 4.5). */
export interface Codecs {
  readonly jpg: Codec;
  readonly png: PngCodec;
  readonly webp: Codec;
  /** Only read. */
  readonly avif: Decoder;
  /** Compressions of TIFF. */
  readonly zstd: ZstdDecoder;
  readonly lerc: LercDecoder;
  /** Only read. */
  readonly jpeg2000: Jpeg2000Decoder;
}

/** Makes the codecs. Nothing is loaded yet: each asks `wasm` for what it needs on its first use. */
export function createCodecs(wasm: WasmLoader, kept?: KeptHeaps): Codecs {
  const zstd = createZstdDecoder(wasm, kept);
  return {
    jpg: createJpegCodec(wasm, kept),
    png: createPngCodec(wasm, kept),
    webp: createWebpCodec(wasm, kept),
    avif: createAvifDecoder(wasm, kept),
    zstd,
    lerc: createLercDecoder(wasm, zstd, kept),
    jpeg2000: createJpeg2000Decoder(wasm, kept),
  };
}
