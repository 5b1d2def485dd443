/** The package has no types of its own; these are the parts that are used. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs' {
  export interface JpegEncoder {
    /** A view of the instance's memory that takes the samples; as many bytes are reserved for the output. */
    getDecodedBuffer(frame: {
      readonly width: number;
      readonly height: number;
      readonly bitsPerSample: number;
      /** 1 is grey, every other number RGB. */
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
    readonly JPEGEncoder: new () => JpegEncoder;
  }

  const factory: (options: {
    readonly wasmBinary: Uint8Array;
    readonly print: (line: string) => void;
    readonly printErr: (line: string) => void;
  }) => Promise<LibjpegTurbo>;
  export default factory;
}
