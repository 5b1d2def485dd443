import { Refusal, type Running } from './loader.ts';

/** Little CMS 2.16 as `lcms-wasm` 1.0.5 builds it: the functions of its API that are used here. */
interface LcmsExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly __wasm_call_ctors: () => void;
  readonly emscripten_stack_init: () => void;
  readonly malloc: (bytes: number) => number;
  readonly free: (address: number) => void;
  readonly cmsOpenProfileFromMem: (address: number, length: number) => number;
  readonly cmsCreate_sRGBProfile: () => number;
  readonly cmsCreateTransform: (
    input: number,
    inputFormat: number,
    output: number,
    outputFormat: number,
    intent: number,
    flags: number,
  ) => number;
  readonly cmsCloseProfile: (profile: number) => void;
  readonly cmsDeleteTransform: (transform: number) => void;
  readonly cmsDoTransform: (transform: number, input: number, output: number, pixels: number) => void;
}

/** `lcms2.h`, by number of channels: RGB and CMYK of 16 bits; colour space << 16, channels << 3, bytes a sample. */
const FORMATS = { 3: (4 << 16) | (3 << 3) | 2, 4: (6 << 16) | (4 << 3) | 2 } as const;

/**
 * Colours stay what they are, relative to the paper's white, as a scan is meant to show them. Without black point
 * compensation: neither libvips by default nor Chromium compensates, so that a profile that is carried and one that is
 * converted look alike.
 */
const RELATIVE_COLORIMETRIC = 1;

/** `cmsFLAGS_NOCACHE`, `cmsFLAGS_NOOPTIMIZE`: a table of its own, for a few thousand colours, costs time and accuracy. */
const FLAGS = 0x0040 | 0x0100;

/** Errors of WASI: no such file. */
const EBADF = 8;

/** 16 MB are its stack; the rest holds the largest of profiles several times over. */
const MEMORY_LIMIT = 192 * 2 ** 20;

const PAGE_BYTES = 65_536;

/** One instance of Little CMS. */
export interface Lcms extends Running {
  /**
   * Colours through a profile to sRGB, 16 bits a sample.
   * @throws {Refusal} when the profile is damaged or isn't one for so many channels.
   */
  convert(profile: Uint8Array, colours: Uint16Array, channels: keyof typeof FORMATS): Uint16Array;
}

/**
 * Instantiates the library. The package's own glue isn't used: it has an `import()`, which a service worker must not even
 * contain, and weighs 41 KB, where a library that opens no files needs next to nothing.
 */
export async function instantiateLcms(compiled: WebAssembly.Module): Promise<Lcms> {
  const exports = await start(compiled);

  const allocate = (bytes: number): number => {
    const address = exports.malloc(bytes);
    if (address === 0) throw new WebAssembly.RuntimeError(`Little CMS has no memory for ${bytes} bytes`);
    return address;
  };

  return {
    heapBytes: () => exports.memory.buffer.byteLength,
    convert(profile, colours, channels) {
      const stored = allocate(profile.length);
      new Uint8Array(exports.memory.buffer, stored, profile.length).set(profile);
      const input = exports.cmsOpenProfileFromMem(stored, profile.length);
      const output = exports.cmsCreate_sRGBProfile();
      const transform =
        input === 0
          ? 0
          : exports.cmsCreateTransform(input, FORMATS[channels], output, FORMATS[3], RELATIVE_COLORIMETRIC, FLAGS);
      const converted = transform === 0 ? undefined : through(transform, colours, channels);
      if (transform !== 0) exports.cmsDeleteTransform(transform);
      for (const each of [input, output]) if (each !== 0) exports.cmsCloseProfile(each);
      exports.free(stored);
      if (!converted) throw new Refusal('Little CMS makes nothing of the profile');
      return converted;
    },
  };

  function through(transform: number, colours: Uint16Array, channels: number): Uint16Array {
    const count = colours.length / channels;
    const from = allocate(colours.byteLength);
    const to = allocate(count * 3 * 2);
    new Uint16Array(exports.memory.buffer, from, colours.length).set(colours);
    exports.cmsDoTransform(transform, from, to, count);
    const converted = new Uint16Array(exports.memory.buffer, to, count * 3).slice();
    exports.free(from);
    exports.free(to);
    return converted;
  }
}

async function start(compiled: WebAssembly.Module): Promise<LcmsExports> {
  const runtime: Readonly<Record<string, (...values: number[]) => unknown>> = {
    emscripten_resize_heap: (bytes = 0) => grow(bytes >>> 0),
    emscripten_memcpy_js: (to = 0, from = 0, length = 0) =>
      new Uint8Array(exports.memory.buffer).copyWithin(to, from, from + length),
    // The date of the sRGB profile that it makes for itself.
    emscripten_date_now: () => 0,
    _gmtime_js: () => undefined,
    _tzset_js: () => undefined,
    fd_write: () => EBADF,
    fd_read: () => EBADF,
    fd_seek: () => EBADF,
    fd_close: () => EBADF,
  };
  const imports: Record<string, Record<string, (...values: number[]) => unknown>> = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    const refuse = () => {
      throw new WebAssembly.RuntimeError(`Little CMS called ${name}`);
    };
    imports[module] = { ...imports[module], [name]: runtime[name] ?? refuse };
  }
  const instance = await WebAssembly.instantiate(compiled, imports);
  const exports = instance.exports as LcmsExports;
  exports.emscripten_stack_init();
  exports.__wasm_call_ctors();
  return exports;

  function grow(bytes: number): number {
    if (bytes > MEMORY_LIMIT) return 0;
    exports.memory.grow(Math.ceil((bytes - exports.memory.buffer.byteLength) / PAGE_BYTES));
    return 1;
  }
}
