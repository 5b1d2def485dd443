import { ImageServerError } from '../errors.ts';
import type { Running } from './loader.ts';

/** What openjpeg/decode.c exports; addresses and sizes of 32 bits. */
interface OpenJpegExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly allocate: (length: number) => number;
  readonly release: (pointer: number) => void;
  /** decode(codestream, length, request): one of `RESULTS`. */
  readonly decode: (codestream: number, length: number, request: number) => number;
  /** Address of the first error's text, which ends with a zero. */
  readonly message: () => number;
}

/** What is decoded of a codestream. */
export interface Jpeg2000Request {
  /** On the reference grid. */
  readonly area: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
  readonly reduce: number;
  /** 0: all. */
  readonly layers: number;
  /** At most five, each with what the largest value of its component becomes. */
  readonly channels: readonly { readonly component: number; readonly maximum: number }[];
  /** 16 bits a sample, little-endian, instead of 8. */
  readonly wide: boolean;
  /** The first three channels are Y, Cb, Cr, of the same maximum, and become RGB. */
  readonly ycbcr: boolean;
}

/** Samples of the channels side by side, rows without padding. The bytes are the decoder's, and soon gone. */
export interface Jpeg2000Picture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** One instance of OpenJPEG. */
export interface OpenJpeg extends Running {
  /**
   * Decodes, and hands the picture to `use`.
   * @throws {ImageServerError} 502 when the codestream is damaged, 501 when it is cut too finely, 503 when there is no memory.
   */
  decode(codestream: Uint8Array, request: Jpeg2000Request, use: (picture: Jpeg2000Picture) => void): void;
}

/** Of `request_t` in openjpeg/decode.c. */
const MOST_CHANNELS = 5;
const ASKED = 9 + 2 * MOST_CHANNELS;
const FOUND = 3;

const [DONE, NO_MEMORY, TOO_COMPLEX] = [0, 2, 3];
const LONGEST_MESSAGE = 256;

/** Instantiates the decoder, which is given no file, no clock and no thread. */
export async function instantiateOpenJpeg(compiled: WebAssembly.Module): Promise<OpenJpeg> {
  const none = () => 0;
  const wasi = {
    environ_get: none,
    environ_sizes_get(count: number, size: number) {
      new DataView(wasm.memory.buffer).setUint32(count, 0, true);
      new DataView(wasm.memory.buffer).setUint32(size, 0, true);
      return 0;
    },
    fd_close: none,
    fd_fdstat_get: none,
    fd_seek: none,
    fd_write: none,
    proc_exit(code: number) {
      throw new Error(`OpenJPEG ended with ${code}`);
    },
  };
  const wasm = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi }).exports as OpenJpegExports;
  wasm._initialize();

  function message(): string {
    const text = new Uint8Array(wasm.memory.buffer, wasm.message(), LONGEST_MESSAGE);
    return new TextDecoder().decode(text.subarray(0, text.indexOf(0))).trim();
  }

  return {
    heapBytes: () => wasm.memory.buffer.byteLength,
    decode(codestream, request, use) {
      const place = wasm.allocate(4 * (ASKED + FOUND)) >>> 0;
      const data = wasm.allocate(codestream.length) >>> 0;
      if (place === 0 || data === 0) {
        for (const pointer of [place, data]) wasm.release(pointer);
        throw withoutMemory();
      }
      new Uint8Array(wasm.memory.buffer, data, codestream.length).set(codestream);
      new Int32Array(wasm.memory.buffer, place, ASKED).set(numbersOf(request));
      const result = wasm.decode(data, codestream.length, place);
      if (result === DONE) {
        const found = new Uint32Array(wasm.memory.buffer, place + 4 * ASKED, FOUND);
        const [width = 0, height = 0, pixels = 0] = found;
        const length = width * height * request.channels.length * (request.wide ? 2 : 1);
        try {
          use({ width, height, bytes: new Uint8Array(wasm.memory.buffer, pixels, length) });
        } finally {
          for (const pointer of [pixels, place, data]) wasm.release(pointer);
        }
        return;
      }
      wasm.release(place);
      wasm.release(data);
      throw failed(result, message());
    },
  };
}

function numbersOf({ area, reduce, layers, channels, wide, ycbcr }: Jpeg2000Request): readonly number[] {
  const filled = (values: readonly number[]) => Array.from({ length: MOST_CHANNELS }, (_, index) => values[index] ?? 0);
  return [
    ...[area.x0, area.y0, area.x1, area.y1, reduce, layers, channels.length],
    ...filled(channels.map(({ component }) => component)),
    ...filled(channels.map(({ maximum }) => maximum)),
    wide ? 1 : 0,
    ycbcr ? 1 : 0,
  ];
}

function failed(result: number, message: string): ImageServerError {
  const cause = new Error(message);
  if (result === NO_MEMORY) return withoutMemory(cause);
  if (result === TOO_COMPLEX) {
    return new ImageServerError(
      501,
      `The JPEG 2000 data can not be decoded here, for ${message}: store the image in precincts of 256 and code-blocks of 64 pixels`,
      { cause },
    );
  }
  return new ImageServerError(502, `The JPEG 2000 data is damaged (OpenJPEG: ${message}): check the file`, { cause });
}

function withoutMemory(cause?: Error): ImageServerError {
  return new ImageServerError(
    503,
    'There is no memory to decode this part of a JPEG 2000 image: ask for a smaller region, or store the image in tiles of 1024 pixels',
    { cause },
  );
}
