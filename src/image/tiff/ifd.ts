import type { ByteRange } from '../../source/source.ts';
import { damaged, type HeaderWindows } from '../header-windows.ts';
import { FIELD_TYPE_LENGTH, FieldType } from './tags.ts';

/** Entries of one directory. The richest in use (DNG) have some 150; more is a misread count. */
export const MAX_ENTRIES = 1024;

/** What the first bytes tell (TIFF 6.0, section 2; BigTIFF). */
export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly length: 8 | 16;
  readonly firstIfd: number;
}

/** Where the values of one tag are. Small values lie within the entry itself, which makes no difference here. */
export interface Field {
  readonly type: number;
  readonly count: number;
  /** Position of the first value in the file. */
  readonly offset: number;
}

/** One image file directory. */
export interface Ifd {
  /** The table itself, without what it points to. */
  readonly range: ByteRange;
  /** Position of the next directory; 0 at the end of the chain. */
  readonly next: number;
  readonly fields: ReadonlyMap<number, Field>;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readUint64(bytes: DataView, at: number, littleEndian: boolean): number {
  const value = Number(bytes.getBigUint64(at, littleEndian));
  if (!Number.isSafeInteger(value)) throw damaged(`it holds the number ${value}, more bytes than any object has`);
  return value;
}

/** True where `bytes` begin as a TIFF or BigTIFF of either byte order. At least 4 bytes are needed. */
export function isTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  const little = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0;
  return little || (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43));
}

/** @throws {ImageServerError} 502 when it isn't the header of a TIFF. */
export async function readHeader(windows: HeaderWindows): Promise<TiffHeader> {
  const start = await windows.read({ offset: 0, length: 8 });
  if (!isTiff(start)) throw damaged('it does not begin as a TIFF');
  const littleEndian = start[0] === 0x49;
  const big = view(start).getUint16(2, littleEndian) === 43;
  if (!big) return { littleEndian, big, length: 8, firstIfd: view(start).getUint32(4, littleEndian) };
  const offsetLength = view(start).getUint16(4, littleEndian);
  if (offsetLength !== 8) throw damaged(`its BigTIFF header says that offsets have ${offsetLength} bytes, not 8`);
  const rest = view(await windows.read({ offset: 8, length: 8 }));
  return { littleEndian, big, length: 16, firstIfd: readUint64(rest, 0, littleEndian) };
}

/**
 * Reads the table of one directory, but not what it points to.
 * @throws {ImageServerError} 502 when the table is absurd or ends past the object.
 */
export async function readIfd(windows: HeaderWindows, header: TiffHeader, offset: number): Promise<Ifd> {
  const { littleEndian, big } = header;
  const countLength = big ? 8 : 2;
  const start = view(await windows.read({ offset, length: countLength }));
  const count = big ? readUint64(start, 0, littleEndian) : start.getUint16(0, littleEndian);
  if (count === 0 || count > MAX_ENTRIES) {
    throw damaged(`the directory at byte ${offset} claims ${count} entries (1 to ${MAX_ENTRIES} make sense)`);
  }
  const entryLength = big ? 20 : 12;
  const length = countLength + count * entryLength + (big ? 8 : 4);
  const table = view(await windows.read({ offset, length }));
  const fields = new Map<number, Field>();
  for (let index = 0; index < count; index++) {
    const at = countLength + index * entryLength;
    const tag = table.getUint16(at, littleEndian);
    const field = parseEntry(table, at, offset, header);
    if (field && !fields.has(tag)) fields.set(tag, field);
  }
  const nextAt = countLength + count * entryLength;
  const next = big ? readUint64(table, nextAt, littleEndian) : table.getUint32(nextAt, littleEndian);
  return { range: { offset, length }, next, fields };
}

function parseEntry(table: DataView, at: number, tableOffset: number, header: TiffHeader): Field | undefined {
  const { littleEndian, big } = header;
  const type = table.getUint16(at + 2, littleEndian);
  const valueLength = FIELD_TYPE_LENGTH[type];
  if (valueLength === undefined) return undefined;
  const count = big ? readUint64(table, at + 4, littleEndian) : table.getUint32(at + 4, littleEndian);
  const valueAt = at + (big ? 12 : 8);
  if (count * valueLength <= (big ? 8 : 4)) return { type, count, offset: tableOffset + valueAt };
  const offset = big ? readUint64(table, valueAt, littleEndian) : table.getUint32(valueAt, littleEndian);
  return { type, count, offset };
}

/** Bytes the values of a field take. */
export function fieldLength(field: Field): number {
  return field.count * (FIELD_TYPE_LENGTH[field.type] ?? 1);
}

/**
 * One unsigned number out of values that were read; `at` counts bytes.
 * @throws {ImageServerError} 502 when the type isn't one of unsigned integers.
 */
export function numberAt(bytes: Uint8Array, at: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case FieldType.Byte:
      return view(bytes).getUint8(at);
    case FieldType.Short:
      return view(bytes).getUint16(at, littleEndian);
    case FieldType.Long:
    case FieldType.Ifd:
      return view(bytes).getUint32(at, littleEndian);
    case FieldType.Long8:
    case FieldType.Ifd8:
      return readUint64(view(bytes), at, littleEndian);
    default:
      throw damaged(`a field that should hold whole numbers has the type ${type}`);
  }
}

/**
 * Reads the numbers of a field, each by `valueAt`: whole numbers by default.
 * @throws {ImageServerError} 502 when there are more than `maxCount`.
 */
export async function readNumbers(
  windows: HeaderWindows,
  field: Field,
  littleEndian: boolean,
  maxCount: number,
  valueAt = numberAt,
): Promise<readonly number[]> {
  if (field.count === 0) return [];
  if (field.count > maxCount) throw damaged(`a field claims ${field.count} values where ${maxCount} are possible`);
  const length = fieldLength(field);
  const bytes = await windows.read({ offset: field.offset, length });
  const step = length / field.count;
  return Array.from({ length: field.count }, (_, index) => valueAt(bytes, index * step, field.type, littleEndian));
}
