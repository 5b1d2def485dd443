import type { EmbindHandles } from './embind-handles.ts';
import type { EmbindMemory } from './embind-memory.ts';

/** How values of a C++ type cross the border. */
export interface WireType {
  /** JavaScript → the number that is passed; adds what must be undone after the call. */
  to(value: unknown, undo: (() => void)[]): number;
  from(wire: number): unknown;
  /** The value that stands at an address. */
  read(address: number): unknown;
}

export const VOID: WireType = { to: () => 0, from: () => undefined, read: () => undefined };

export function numberType(memory: EmbindMemory, kind: 'integer' | 'float', size: number, signed: boolean): WireType {
  return {
    to: (value) => Number(value),
    from: (wire) => (kind === 'integer' && !signed ? wire >>> 0 : wire),
    read(address) {
      const { view } = memory;
      if (kind === 'float') return size === 4 ? view.getFloat32(address, true) : view.getFloat64(address, true);
      if (size === 1) return signed ? view.getInt8(address) : view.getUint8(address);
      if (size === 2) return signed ? view.getInt16(address, true) : view.getUint16(address, true);
      return signed ? view.getInt32(address, true) : view.getUint32(address, true);
    },
  };
}

export function boolType(memory: EmbindMemory): WireType {
  return {
    to: (value) => (value ? 1 : 0),
    from: (wire) => wire !== 0,
    read: (address) => memory.bytes[address] !== 0,
  };
}

/** `std::string`, as bytes, and only towards C++. */
export function bytesType(
  memory: EmbindMemory,
  malloc: (bytes: number) => number,
  free: (address: number) => void,
): WireType {
  return {
    to(value, undo) {
      if (!(value instanceof Uint8Array)) throw new TypeError('Bytes are expected');
      const address = malloc(4 + value.length + 1);
      undo.push(() => free(address));
      memory.setUint32(address, value.length);
      memory.bytes.set(value, address + 4);
      return address;
    },
    from: unexpected,
    read: unexpected,
  };
}

/** `emscripten::val`: any JavaScript value. */
export function valType(memory: EmbindMemory, handles: EmbindHandles): WireType {
  const take = (handle: number) => {
    const value = handles.value(handle);
    handles.release(handle);
    return value;
  };
  return { to: (value) => handles.handle(value), from: take, read: (address) => take(memory.uint32(address)) };
}

/** `typed_memory_view`: length and address of bytes, shown where they are. Of the element types only bytes occur. */
export function bytesViewType(memory: EmbindMemory): WireType {
  const read = (address: number) => {
    const start = memory.uint32(address + 4);
    return memory.bytes.subarray(start, start + memory.uint32(address));
  };
  return { to: unexpected, from: read, read };
}

/** A type that is declared and, in the functions that are called, not used. */
export const UNUSED: WireType = { to: unexpected, from: unexpected, read: unexpected };

function unexpected(): never {
  throw new TypeError('A codec passes a value of a type that it is not known to use');
}
