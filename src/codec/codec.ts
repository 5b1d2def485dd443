/** Interleaved 8-bit samples of a picture, rows without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; alpha is not premultiplied. */
  readonly channels: 1 | 2 | 3 | 4;
  /** `width * height * channels` bytes. */
  readonly data: Uint8Array;
}

export interface EncodeOptions {
  /** 1–100 for lossy formats. */
  readonly quality?: number;
  /** ICC profile to embed, where the format can hold one. */
  readonly profile?: Uint8Array | undefined;
}

/** A picture format: compressed bytes ↔ pixels. Its WASM is loaded on first use. */
export interface Codec {
  /** @throws {ImageServerError} 502 when the bytes are damaged. */
  decode(bytes: Uint8Array): Promise<Pixels>;
  encode(pixels: Pixels, options?: EncodeOptions): Promise<Uint8Array>;
}

/** The WASM files the core can ask for, by name, without extension. */
export type WasmName = 'kernel' | 'jpeg-decode' | 'webp-decode' | 'webp-encode' | 'png';

/**
 * How a host gives compiled WASM to the core, which never fetches any by itself:
 * a service worker compiles while streaming, Node reads a file, an edge runtime imports statically.
 */
export type WasmLoader = (name: WasmName) => Promise<WebAssembly.Module>;
