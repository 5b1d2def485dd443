import type { Resolution } from '../image/image.ts';

/** Interleaved 8-bit samples of a picture, rows without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; alpha is not premultiplied. */
  readonly channels: 1 | 2 | 3 | 4;
  /** `width * height * channels` bytes. */
  readonly data: Uint8Array;
}

/** How a picture is written. Each format takes what it knows, and leaves out what it can't hold. */
export interface EncodeOptions {
  /** 1–100 for lossy formats. */
  readonly quality?: number | undefined;
  /** Exactly the pixels, in formats that can be lossy. */
  readonly lossless?: boolean | undefined;
  /** How long to try for fewer bytes, from 0; each format has a scale of its own. */
  readonly effort?: number | undefined;
  /** Whether the samples of formats that can do without are compressed. */
  readonly compression?: 'none' | 'deflate' | undefined;
  /** ICC profile to embed. */
  readonly profile?: Uint8Array | undefined;
  /** XMP packet to embed. */
  readonly xmp?: Uint8Array | undefined;
  readonly resolution?: Resolution | undefined;
}

/** Writes a picture format. Its WASM, if it has any, is loaded on first use. */
export interface Encoder {
  encode(pixels: Pixels, options?: EncodeOptions): Promise<Uint8Array>;
}

/** A picture format: compressed bytes ↔ pixels. Its WASM is loaded on first use. */
export interface Codec extends Encoder {
  /** @throws {ImageServerError} 502 when the bytes are damaged. */
  decode(bytes: Uint8Array): Promise<Pixels>;
}

/** The WASM files the core can ask for, by name, without extension. */
export type WasmName =
  | 'kernel'
  | 'jpeg-decode'
  | 'webp-decode'
  | 'webp-encode'
  | 'png'
  | 'jpeg-encode'
  | 'avif-encode'
  | 'avif-decode'
  | 'zstd'
  | 'lerc'
  | 'openjpeg'
  | 'lcms'
  | 'cmyk';

/**
 * How a host gives compiled WASM to the core, which never fetches any by itself:
 * a service worker compiles while streaming, Node reads a file, an edge runtime imports statically.
 */
export type WasmLoader = (name: WasmName) => Promise<WebAssembly.Module>;
