import { concat } from './bytes.ts';

/** A field of a TIFF directory: 16-bit or 32-bit numbers, fractions, or bytes of unknown meaning (TIFF 6.0, section 2). */
export type TifField =
  | { readonly tag: number; readonly type: 'short' | 'long' | 'rational'; readonly values: readonly number[] }
  | { readonly tag: number; readonly type: 'undefined' | 'byte'; readonly values: Uint8Array };

const TYPES = { byte: 1, short: 3, long: 4, rational: 5, undefined: 7 } as const;
const BYTES = { byte: 1, short: 2, long: 4, rational: 8, undefined: 1 } as const;
const HEAD_BYTES = 8;
const FIELD_BYTES = 12;
const FRACTION = 10_000;

/** TIFF's header and a first directory with its values, little-endian; fields sorted by tag, an even number of bytes. */
export function tifDirectory(fields: readonly TifField[]): Uint8Array {
  const directory = new Uint8Array(HEAD_BYTES + 2 + fields.length * FIELD_BYTES + 4);
  const view = new DataView(directory.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, HEAD_BYTES, true);
  view.setUint16(HEAD_BYTES, fields.length, true);
  const outside: Uint8Array[] = [];
  let end = directory.length;
  fields.forEach((field, index) => {
    const at = HEAD_BYTES + 2 + index * FIELD_BYTES;
    const bytes = valueBytes(field);
    view.setUint16(at, field.tag, true);
    view.setUint16(at + 2, TYPES[field.type], true);
    view.setUint32(at + 4, field.values.length, true);
    if (bytes.length <= 4) {
      directory.set(bytes, at + 8);
      return;
    }
    view.setUint32(at + 8, end, true);
    // Values begin at even addresses.
    outside.push(bytes, new Uint8Array(bytes.length & 1));
    end += bytes.length + (bytes.length & 1);
  });
  return concat([directory, ...outside]);
}

function valueBytes(field: TifField): Uint8Array {
  if (field.values instanceof Uint8Array) return field.values;
  const size = BYTES[field.type];
  const bytes = new Uint8Array(field.values.length * size);
  const view = new DataView(bytes.buffer);
  field.values.forEach((value, index) => {
    const at = index * size;
    if (field.type === 'short') view.setUint16(at, value, true);
    else if (field.type === 'long') view.setUint32(at, value, true);
    else {
      view.setUint32(at, Math.round(value * FRACTION), true);
      view.setUint32(at + 4, FRACTION, true);
    }
  });
  return bytes;
}
