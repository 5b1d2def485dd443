import { Refusal, type Running } from './loader.ts';

/** What the LERC codec's wasm (lerc 4.2.0, by emscripten) exports under shortened names. */
interface LercExports extends WebAssembly.Exports {
  readonly d: WebAssembly.Memory;
  /** Runs constructors. */
  readonly e: () => void;
  /** lerc_getBlobInfo(data, length, info, range, entries of info, entries of range): error code. */
  readonly f: (data: number, length: number, info: number, range: number, infos: number, ranges: number) => number;
  /** lerc_decode_4D(data, length, masks, mask, depth, columns, rows, bands, type, output, usesNoData, noData): error code. */
  readonly h: (...values: number[]) => number;
  readonly i: (length: number) => number;
  readonly j: (pointer: number) => void;
}

/** What a LERC blob says of itself. */
export interface LercInfo {
  /** 0 signed and 1 unsigned 8 bits, 2 and 3 16, 4 and 5 32, 6 float, 7 double. */
  readonly type: number;
  /** Values of a pixel that lie side by side. */
  readonly depth: number;
  readonly width: number;
  readonly height: number;
  /** Pictures one after the other. */
  readonly bands: number;
  /** Pixels that have values. */
  readonly valid: number;
  readonly masks: number;
}

/** One instance of the LERC codec. */
export interface LercInstance extends Running {
  /** Reads the header alone. @throws {Refusal} when there is none. */
  info(blob: Uint8Array): LercInfo;
  /**
   * Values, native byte order, `valueBytes` each, and one byte per pixel and mask: 0 where there is no value.
   * @throws {Refusal} when they are damaged.
   */
  decode(
    blob: Uint8Array,
    info: LercInfo,
    valueBytes: number,
  ): { readonly values: Uint8Array; readonly mask: Uint8Array };
}

const INFO_ENTRIES = 12;
const PAGE = 65_536;

/** Instantiates the codec. The package's own glue takes no compiled module, and has an `import()`. */
export async function instantiateLerc(compiled: WebAssembly.Module): Promise<LercInstance> {
  const fail = () => {
    throw new Error('LERC data that can not be decoded');
  };
  // __cxa_throw, abort and emscripten_resize_heap.
  const instance = new WebAssembly.Instance(compiled, { a: { a: fail, b: fail, c: grow } });
  const wasm = instance.exports as LercExports;
  wasm.e();

  function grow(wanted: number): number {
    const missing = (wanted >>> 0) - wasm.d.buffer.byteLength;
    try {
      if (missing > 0) wasm.d.grow(Math.ceil(missing / PAGE));
      return 1;
    } catch {
      return 0;
    }
  }

  function allocate(length: number): number {
    const pointer = wasm.i(length) >>> 0;
    if (pointer === 0) throw new Error(`no memory for ${length} bytes`);
    return pointer;
  }

  function give(bytes: Uint8Array): number {
    const pointer = allocate(bytes.length);
    new Uint8Array(wasm.d.buffer, pointer, bytes.length).set(bytes);
    return pointer;
  }

  return {
    heapBytes: () => wasm.d.buffer.byteLength,
    info(blob) {
      const data = give(blob);
      const infos = allocate(4 * INFO_ENTRIES);
      const code = wasm.f(data, blob.length, infos, 0, INFO_ENTRIES, 0);
      const [, type = 0, depth = 0, width = 0, height = 0, bands = 0, valid = 0, , masks = 0] = new Uint32Array(
        wasm.d.buffer,
        infos,
        INFO_ENTRIES,
      );
      wasm.j(data);
      wasm.j(infos);
      if (code !== 0) throw new Refusal(`LERC error ${code}`);
      return { type, depth, width, height, bands, valid, masks };
    },
    decode(blob, { type, depth, width, height, bands, masks }, valueBytes) {
      const data = give(blob);
      const length = width * height * depth * bands * valueBytes;
      const output = allocate(length);
      const maskLength = width * height * masks;
      const mask = allocate(maskLength + 1);
      // A value that stands for none, by band: whether there is one, and which.
      const noData = allocate(9 * bands);
      const values = [mask, depth, width, height, bands, type, output, noData + 8 * bands, noData];
      const code = wasm.h(data, blob.length, masks, ...values);
      const found = {
        values: new Uint8Array(wasm.d.buffer, output, length).slice(),
        mask: new Uint8Array(wasm.d.buffer, mask, maskLength).slice(),
      };
      for (const pointer of [data, output, mask, noData]) wasm.j(pointer);
      if (code !== 0) throw new Refusal(`LERC error ${code}`);
      return found;
    },
  };
}
