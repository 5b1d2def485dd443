import type { FileHandle } from 'node:fs/promises';

/** A field as it stands in the file: its values' bytes in the file's order. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** What every offset in the file is written in. */
export interface TiffForm {
  readonly littleEndian: boolean;
  /** BigTIFF: offsets of 8 bytes. */
  readonly big: boolean;
}

/** The directories of the main chain, full resolution first. */
export interface TiffFile extends TiffForm {
  readonly directories: readonly (readonly Field[])[];
}

/** Bytes of one value, by type (TIFF 6.0, section 2; BigTIFF has 16 to 18). */
const TYPE_BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** A pyramid halves at every level: 32 are more than any file can have, so a longer chain is a cycle. */
const MAX_DIRECTORIES = 32;
/** Programs write some 30 fields. */
const MAX_FIELDS = 512;
/** Bytes of one field's values: the offsets of 4 million tiles, or a colour profile. */
const MAX_FIELD_BYTES = 32 << 20;

/** @throws {Error} when the file is no TIFF, damaged, or holds more than a pyramid does. */
export async function readDirectories(file: FileHandle, size: number): Promise<TiffFile> {
  const header = await readAt(file, 0, 16, size);
  const littleEndian = header.getUint16(0) === 0x4949;
  if (!littleEndian && header.getUint16(0) !== 0x4d4d) throw new Error('The file is no TIFF.');
  const magic = header.getUint16(2, littleEndian);
  if (magic !== 42 && magic !== 43) throw new Error('The file is no TIFF.');
  const form: TiffForm = { littleEndian, big: magic === 43 };
  const directories: (readonly Field[])[] = [];
  let offset = form.big ? wide(header, 8, littleEndian) : header.getUint32(4, littleEndian);
  while (offset !== 0) {
    if (directories.length === MAX_DIRECTORIES)
      throw new Error(`The TIFF has more than ${MAX_DIRECTORIES} directories.`);
    const { fields, next } = await readDirectory(file, form, offset, size);
    directories.push(fields);
    offset = next;
  }
  return { ...form, directories };
}

async function readDirectory(file: FileHandle, form: TiffForm, offset: number, size: number) {
  const { littleEndian, big } = form;
  const [countBytes, entryBytes, offsetBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const head = await readAt(file, offset, countBytes, size);
  const count = big ? wide(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count > MAX_FIELDS) throw new Error(`A directory of the TIFF claims ${count} fields.`);
  const table = await readAt(file, offset + countBytes, count * entryBytes + offsetBytes, size);
  const fields: Field[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * entryBytes;
    const type = table.getUint16(at + 2, littleEndian);
    const values = big ? wide(table, at + 4, littleEndian) : table.getUint32(at + 4, littleEndian);
    const length = (TYPE_BYTES[type] ?? 0) * values;
    if (length > MAX_FIELD_BYTES) throw new Error(`A field of the TIFF claims ${length} bytes.`);
    const inline = at + entryBytes - offsetBytes;
    const pointer = big ? wide(table, inline, littleEndian) : table.getUint32(inline, littleEndian);
    const view = length <= offsetBytes ? part(table, inline, length) : await readAt(file, pointer, length, size);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    fields.push({ tag: table.getUint16(at, littleEndian), type, count: values, bytes });
  }
  const end = count * entryBytes;
  return { fields, next: big ? wide(table, end, littleEndian) : table.getUint32(end, littleEndian) };
}

/** The values of a field of whole numbers: SHORT, LONG or LONG8. */
export function numbersOf({ type, count, bytes }: Field, littleEndian: boolean): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => {
    if (type === 3) return view.getUint16(index * 2, littleEndian);
    if (type === 4) return view.getUint32(index * 4, littleEndian);
    if (type === 16) return wide(view, index * 8, littleEndian);
    throw new Error(`A field of the TIFF has type ${type} where a whole number is expected.`);
  });
}

async function readAt(file: FileHandle, offset: number, length: number, size: number): Promise<DataView> {
  if (offset + length > size) throw new Error('The TIFF is truncated: its directories point past its end.');
  const bytes = new Uint8Array(length);
  await file.read(bytes, 0, length, offset);
  return new DataView(bytes.buffer);
}

const part = (view: DataView, offset: number, length: number) =>
  new DataView(view.buffer, view.byteOffset + offset, length);

/** Eight bytes; no file is longer than what a number holds exactly. */
function wide(view: DataView, offset: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(offset, littleEndian));
}
