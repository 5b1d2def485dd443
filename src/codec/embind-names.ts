/**
 * What a build of Emscripten calls its imports and exports: minified, so other in every file. They stand in the glue
 * that comes with the file (`wasmImports`, `_malloc` …), and must be renewed with the package's version.
 */
export interface EmbindNames {
  /** Name in the file → function of the runtime. */
  readonly imports: Readonly<Record<string, string>>;
  /** Runs the constructors of static objects, which register the functions. */
  readonly start: string;
  readonly malloc: string;
  readonly free: string;
  /** Distance of the handles of undefined, null, true and false: 1 before Emscripten 3.1.54, 2 since. */
  readonly handleStep: 1 | 2;
}

/** @jsquash/jpeg 1.6.0, codec/dec/mozjpeg_dec.js */
export const MOZJPEG_DECODER: EmbindNames = {
  imports: {
    o: '__cxa_throw',
    q: '_embind_register_bigint',
    m: '_embind_register_bool',
    l: '_embind_register_emval',
    j: '_embind_register_float',
    f: '_embind_register_function',
    b: '_embind_register_integer',
    a: '_embind_register_memory_view',
    e: '_embind_register_std_string',
    c: '_embind_register_std_wstring',
    n: '_embind_register_void',
    v: '_emscripten_memcpy_js',
    i: '_emval_call',
    d: '_emval_decref',
    k: '_emval_get_global',
    h: '_emval_get_method_caller',
    y: '_emval_incref',
    g: '_emval_run_destructors',
    r: 'abort',
    s: 'emscripten_resize_heap',
    t: 'environ_get',
    u: 'environ_sizes_get',
    z: 'exit',
    w: 'fd_close',
    p: 'fd_seek',
    x: 'fd_write',
  },
  start: 'B',
  malloc: 'D',
  free: 'E',
  handleStep: 2,
};

/** @jsquash/webp 1.5.0, codec/dec/webp_dec.js */
export const WEBP_DECODER: EmbindNames = {
  imports: {
    n: '__cxa_throw',
    o: '_embind_register_bigint',
    l: '_embind_register_bool',
    r: '_embind_register_emval',
    k: '_embind_register_float',
    c: '_embind_register_function',
    b: '_embind_register_integer',
    a: '_embind_register_memory_view',
    g: '_embind_register_std_string',
    f: '_embind_register_std_wstring',
    m: '_embind_register_void',
    d: '_emval_decref',
    e: '_emval_get_global',
    i: '_emval_incref',
    h: '_emval_new',
    j: 'abort',
    q: 'emscripten_memcpy_big',
    p: 'emscripten_resize_heap',
  },
  start: 't',
  malloc: 'u',
  free: 'v',
  handleStep: 1,
};

/** @jsquash/webp 1.5.0, codec/enc/webp_enc_simd.js */
export const WEBP_ENCODER: EmbindNames = {
  imports: {
    k: '__cxa_throw',
    m: '_embind_finalize_value_object',
    o: '_embind_register_bigint',
    t: '_embind_register_bool',
    s: '_embind_register_emval',
    q: '_embind_register_enum',
    d: '_embind_register_enum_value',
    h: '_embind_register_float',
    f: '_embind_register_function',
    c: '_embind_register_integer',
    b: '_embind_register_memory_view',
    i: '_embind_register_std_string',
    e: '_embind_register_std_wstring',
    n: '_embind_register_value_object',
    a: '_embind_register_value_object_field',
    u: '_embind_register_void',
    j: '_emval_decref',
    w: '_emval_get_global',
    l: '_emval_incref',
    v: '_emval_new',
    g: 'abort',
    r: 'emscripten_memcpy_big',
    p: 'emscripten_resize_heap',
  },
  start: 'y',
  malloc: 'z',
  free: 'A',
  handleStep: 1,
};
