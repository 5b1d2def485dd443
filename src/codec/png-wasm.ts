import type { Pixels } from './codec.ts';
import type { Running } from './loader.ts';

/** The PNG codec's exports (@jsquash/png's wasm, Rust under wasm-bindgen). */
interface PngExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly encode: (result: number, data: number, length: number, width: number, height: number, depth: number) => void;
  readonly decode: (data: number, length: number) => number;
  readonly decode_rgba16: (data: number, length: number) => number;
  readonly imagedatargba16_data: (picture: number) => number;
  readonly __wbg_imagedatargba16_free: (picture: number) => void;
  readonly __wbindgen_malloc: (length: number, alignment: number) => number;
  readonly __wbindgen_free: (pointer: number, length: number, alignment: number) => void;
  readonly __wbindgen_add_to_stack_pointer: (bytes: number) => number;
}

/** One instance of the PNG codec. */
export interface PngInstance extends Running {
  /** `rgba` → PNG file. */
  encode(rgba: Uint8Array, width: number, height: number): Uint8Array;
  /** PNG file → RGBA; traps on damaged data. */
  decode(png: Uint8Array): Pixels;
  /** PNG file → RGBA of 16 bits, little-endian; traps on damaged data. */
  decode16(png: Uint8Array): Uint8Array;
}

/**
 * Instantiates the codec. The package's own glue keeps its one instance for good, also after a trap, and needs a
 * global ImageData; this one makes as many as are wanted, and takes the decoded pixels where the WASM hands them over.
 */
export async function instantiatePng(compiled: WebAssembly.Module): Promise<PngInstance> {
  let decoded: Pixels | undefined;
  let decoded16: Uint8Array | undefined;
  const takePixels = (pointer: number, length: number, width: number, height: number) => {
    decoded = { width, height, channels: 4, data: view(pointer, length).slice() };
    exports.__wbindgen_free(pointer, length, 1);
    return 0;
  };
  const take16 = (_memory: number, pointer: number, samples: number) => {
    decoded16 = view(pointer, 2 * samples).slice();
    return 0;
  };
  const fail = (pointer: number, length: number) => {
    throw new Error(new TextDecoder().decode(view(pointer, length)));
  };
  // wasm-bindgen ends a name with a hash of its signature, so that it differs from build to build.
  const wbg: Record<string, (...values: number[]) => number> = {};
  for (const { name } of WebAssembly.Module.imports(compiled)) {
    if (name.startsWith('__wbg_newwithownedu8clampedarray')) wbg[name] = takePixels;
    else if (name.startsWith('__wbg_newwithbyteoffsetandlength')) wbg[name] = take16;
    else if (name === '__wbindgen_throw') wbg[name] = fail;
    else wbg[name] = () => 0;
  }
  const instance = new WebAssembly.Instance(compiled, { wbg });
  const exports = instance.exports as PngExports;

  function view(pointer: number, length: number): Uint8Array {
    return new Uint8Array(exports.memory.buffer, pointer >>> 0, length);
  }

  /** The WASM frees what it is given. */
  function give(bytes: Uint8Array): number {
    const pointer = exports.__wbindgen_malloc(bytes.length, 1);
    view(pointer, bytes.length).set(bytes);
    return pointer;
  }

  return {
    heapBytes: () => exports.memory.buffer.byteLength,
    encode(rgba, width, height) {
      const result = exports.__wbindgen_add_to_stack_pointer(-16);
      exports.encode(result, give(rgba), rgba.length, width, height, 8);
      const [pointer = 0, length = 0] = new Uint32Array(exports.memory.buffer, result, 2);
      const png = view(pointer, length).slice();
      exports.__wbindgen_free(pointer, length, 1);
      exports.__wbindgen_add_to_stack_pointer(16);
      return png;
    },
    decode(png) {
      decoded = undefined;
      exports.decode(give(png), png.length);
      const pixels: Pixels | undefined = decoded;
      if (pixels === undefined) throw new Error('no picture');
      decoded = undefined;
      return pixels;
    },
    decode16(png) {
      decoded16 = undefined;
      const picture = exports.decode_rgba16(give(png), png.length);
      exports.imagedatargba16_data(picture);
      exports.__wbg_imagedatargba16_free(picture);
      const samples: Uint8Array | undefined = decoded16;
      if (samples === undefined) throw new Error('no picture');
      decoded16 = undefined;
      return samples;
    },
  };
}
