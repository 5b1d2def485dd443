/** The package has no types of its own; these are the parts that are used. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs' {
  export interface JpegEncoder {
    /**
     * A view of the instance's memory that takes the samples: grey where `componentCount` is 1, else RGB.
     * Its size is width · height · componentCount · bitsPerSample / 8, and `encode` takes that for the output's too.
     */
    getDecodedBuffer(frame: {
      readonly width: number;
      readonly height: number;
      /** A multiple of 8, at most 248; has no other use. */
      readonly bitsPerSample: number;
      /** 1 … 255. */
      readonly componentCount: number;
      readonly isSigned: false;
    }): Uint8Array;
    setQuality(quality: number): void;
    /** 0: 4:4:4, 1: 4:2:2, 2: 4:2:0. */
    setSubSampling(sampling: 0 | 1 | 2): void;
    setProgressive(progressive: boolean): void;
    encode(): void;
    getEncodedBuffer(): Uint8ClampedArray;
    delete(): void;
  }

  export interface LibjpegTurbo {
    readonly HEAPU8: Uint8Array;
    readonly JPEGEncoder: new () => JpegEncoder;
  }

  const factory: import('./emscripten.ts').EmscriptenFactory<LibjpegTurbo>;
  export default factory;
}
