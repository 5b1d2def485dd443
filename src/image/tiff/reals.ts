import type { HeaderWindows } from '../header-windows.ts';
import { type Field, numberAt, readNumbers } from './ifd.ts';
import { FieldType } from './tags.ts';

/**
 * Reads numbers of any type: fractions, signed and floating-point ones as well. A fraction of 0 / 0 is NaN.
 * @throws {ImageServerError} 502 when there are more than `maxCount`, or the field holds no numbers.
 */
export function readReals(
  windows: HeaderWindows,
  field: Field,
  littleEndian: boolean,
  maxCount: number,
): Promise<readonly number[]> {
  return readNumbers(windows, field, littleEndian, maxCount, realAt);
}

function realAt(bytes: Uint8Array, at: number, type: number, littleEndian: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case FieldType.Rational:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case FieldType.SRational:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case FieldType.SByte:
      return view.getInt8(at);
    case FieldType.SShort:
      return view.getInt16(at, littleEndian);
    case FieldType.SLong:
      return view.getInt32(at, littleEndian);
    case FieldType.Float:
      return view.getFloat32(at, littleEndian);
    case FieldType.Double:
      return view.getFloat64(at, littleEndian);
    default:
      return numberAt(bytes, at, type, littleEndian);
  }
}
