import { EmbindHandles } from './embind-handles.ts';
import { EmbindMemory } from './embind-memory.ts';
import type { EmbindNames } from './embind-names.ts';
import {
  boolType,
  bytesType,
  bytesViewType,
  numberType,
  UNUSED,
  VOID,
  valType,
  type WireType,
} from './embind-types.ts';
import { PlainImageData } from './image-data.ts';
import type { Running } from './loader.ts';

/** A running C++ codec that was bound by Emscripten's embind, and what it last wrote to stderr. */
export interface EmbindInstance extends Running {
  /** Calls a function it offers. A trap leaves the instance unusable. */
  call(name: string, ...values: readonly unknown[]): unknown;
  /** Returns the lines written since it was last called. */
  takeLog(): readonly string[];
}

type Native = (...values: number[]) => number;

interface Field {
  readonly name: string;
  readonly type: number;
  readonly setter: Native;
  readonly context: number;
}

/** A C library repeats itself on damaged data; the first lines tell what is wrong. */
const MAX_LOG_LINES = 16;

/** What the codecs ask for by `val::global`. */
const GLOBALS: Readonly<Record<string, unknown>> = { Uint8Array, Uint8ClampedArray, ImageData: PlainImageData };

/** Arguments of `val` calls stand so many bytes apart. */
const ARGUMENT_BYTES = 8;
const CONSTRUCT = 1;

/** Errors of WASI. */
const EBADF = 8;
const ESPIPE = 70;

/**
 * Starts a compiled codec. This takes the place of the glue that Emscripten writes for each of its files, 35 KB every
 * time, and knows only what the codecs here use.
 */
export function instantiateEmbind(compiled: WebAssembly.Module, names: EmbindNames): EmbindInstance {
  const handles = new EmbindHandles(names.handleStep);
  const types = new Map<number, WireType>();
  const functions = new Map<string, (values: readonly unknown[]) => unknown>();
  const objects = new Map<number, { readonly construct: Native; readonly destroy: Native; readonly fields: Field[] }>();
  const callers: ((target: unknown, addresses: number) => number)[] = [];
  let log: string[] = [];
  let line = '';

  const typeOf = (id: number): WireType => types.get(id) ?? UNUSED;
  const typesAt = (address: number, count: number) =>
    Array.from({ length: count }, (_, i) => memory.uint32(address + 4 * i));
  const native = (index: number): Native => table.get(index) as Native;
  const construct = (target: unknown, ids: readonly number[], address: number): number => {
    if (typeof target !== 'function') throw new TypeError('A codec constructs what is no class');
    const values = ids.map((id, i) => typeOf(id).read(address + ARGUMENT_BYTES * i));
    return handles.handle(Reflect.construct(target, values));
  };

  const runtime: Readonly<Record<string, (...values: number[]) => unknown>> = {
    _embind_register_void: (id = 0) => types.set(id, VOID),
    _embind_register_bool: (id = 0) => types.set(id, boolType(memory)),
    _embind_register_integer: (id = 0, _name, size = 4, least = 0) =>
      types.set(id, numberType(memory, 'integer', size, least !== 0)),
    _embind_register_float: (id = 0, _name, size = 8) => types.set(id, numberType(memory, 'float', size, true)),
    _embind_register_enum: (id = 0, _name, size = 4, signed = 0) =>
      types.set(id, numberType(memory, 'integer', size, signed !== 0)),
    _embind_register_std_string: (id = 0) => types.set(id, bytesType(memory, malloc, free)),
    _embind_register_emval: (id = 0) => types.set(id, valType(memory, handles)),
    _embind_register_memory_view: (id = 0) => types.set(id, bytesViewType(memory)),
    _embind_register_value_object: (id = 0, _name, _signature, maker = 0, _destroyerSignature, destroyer = 0) =>
      objects.set(id, { construct: native(maker), destroy: native(destroyer), fields: [] }),
    _embind_register_value_object_field(id = 0, name = 0, ...rest) {
      const [, , , , type = 0, , setter = 0, context = 0] = rest;
      objects.get(id)?.fields.push({ name: memory.text(name), type, setter: native(setter), context });
    },
    _embind_finalize_value_object(id = 0) {
      const object = objects.get(id);
      if (object === undefined) return;
      types.set(id, {
        ...UNUSED,
        to(value, undo) {
          const address = object.construct();
          undo.push(() => object.destroy(address));
          for (const { name, type, setter, context } of object.fields) {
            setter(context, address, typeOf(type).to(Reflect.get(Object(value), name), undo));
          }
          return address;
        },
      });
    },
    _embind_register_function(name = 0, count = 0, ids = 0, _signature, invoker = 0, target = 0) {
      const [result = 0, ...parameters] = typesAt(ids, count);
      const invoke = native(invoker);
      functions.set(memory.text(name).replace(/\(.*/, ''), (values) => {
        const undo: (() => void)[] = [];
        try {
          const wires = parameters.map((id, i) => typeOf(id).to(values[i], undo));
          return typeOf(result).from(invoke(target, ...wires));
        } finally {
          for (const step of undo.reverse()) step();
        }
      });
    },

    _emval_get_global: (name = 0) => handles.handle(GLOBALS[memory.text(name)]),
    _emval_incref: (handle = 0) => handles.retain(handle),
    _emval_decref: (handle = 0) => handles.release(handle),
    _emval_new: (handle = 0, count = 0, ids = 0, address = 0) =>
      construct(handles.value(handle), typesAt(ids, count), address),
    _emval_get_method_caller(count = 0, ids = 0, kind = 0) {
      if (kind !== CONSTRUCT) throw new TypeError('A codec calls a method');
      const [, ...parameters] = typesAt(ids, count);
      return callers.push((target, address) => construct(target, parameters, address)) - 1;
    },
    _emval_call: (caller = 0, handle = 0, _destructors, address = 0) =>
      callers[caller]?.(handles.value(handle), address),

    emscripten_resize_heap: (bytes = 0) => memory.grow(bytes >>> 0),
    emscripten_memcpy_big: (to = 0, from = 0, length = 0) => memory.bytes.copyWithin(to, from, from + length),
    _emscripten_memcpy_js: (to = 0, from = 0, length = 0) => memory.bytes.copyWithin(to, from, from + length),
    environ_sizes_get(count = 0, size = 0) {
      memory.setUint32(count, 0);
      memory.setUint32(size, 0);
      return 0;
    },
    environ_get: () => 0,
    fd_close: () => EBADF,
    fd_seek: () => ESPIPE,
    fd_write(_file, vectors = 0, count = 0, written = 0) {
      let total = 0;
      for (let i = 0; i < count; i++) {
        const [start, length] = [memory.uint32(vectors + 8 * i), memory.uint32(vectors + 8 * i + 4)];
        for (const byte of memory.bytes.subarray(start, start + length)) {
          if (byte !== NEWLINE) line += String.fromCharCode(byte);
          else {
            if (log.length < MAX_LOG_LINES) log.push(line);
            line = '';
          }
        }
        total += length;
      }
      memory.setUint32(written, total);
      return 0;
    },
    abort() {
      throw new WebAssembly.RuntimeError('The codec gave up');
    },
    exit(code) {
      throw new WebAssembly.RuntimeError(`The codec ended with ${code}`);
    },
    __cxa_throw() {
      throw new WebAssembly.RuntimeError('The codec threw an exception');
    },
    _emscripten_throw_longjmp() {
      throw LONGJMP;
    },
  };

  /** Calls through the table; a `longjmp` out of it is noted, for the caller to look at. */
  const invoke = (index = 0, ...values: number[]): number => {
    const { setThrew, stackSave, stackRestore } = found(names.jumps);
    const stack = exported(stackSave)();
    try {
      return native(index)(...values);
    } catch (thrown) {
      exported(stackRestore)(stack);
      if (thrown !== LONGJMP) throw thrown;
      exported(setThrew)(1, 0);
      return 0;
    }
  };

  const imports = Object.entries(names.imports).map(([short, name]) => [
    short,
    runtime[name] ?? (name.startsWith('invoke_') ? invoke : () => {}),
  ]);
  const { exports } = new WebAssembly.Instance(compiled, { a: Object.fromEntries(imports) });
  const all = Object.values(exports);
  const table = found(all.find((value) => value instanceof WebAssembly.Table));
  const memory = new EmbindMemory(found(all.find((value) => value instanceof WebAssembly.Memory)));
  const exported = (name: string): Native => {
    const value = exports[name];
    if (typeof value !== 'function') throw new TypeError(`The codec has no function ${name}`);
    return value as Native;
  };
  const malloc = exported(names.malloc);
  const free = exported(names.free);
  exported(names.start)();

  return {
    call(name, ...values) {
      const call = functions.get(name);
      if (call === undefined) throw new TypeError(`The codec offers no ${name}`);
      return call(values);
    },
    takeLog() {
      const lines = log;
      log = [];
      return lines;
    },
    heapBytes: () => memory.bytes.byteLength,
  };
}

const NEWLINE = 10;

/** What a `longjmp` throws. */
const LONGJMP = Symbol('longjmp');

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('The codec lacks an export that it needs');
  return value;
}
