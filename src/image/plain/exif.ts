import type { Orientation, Resolution } from '../image.ts';

/** What matters here of Exif (CIPA DC-008, section 4.6.4). */
export interface Exif {
  readonly orientation: Orientation;
  readonly resolution: Resolution | undefined;
}

/** Entries of the first directory; cameras write some 20. */
const MAX_ENTRIES = 256;

const ORIENTATION = 0x112;
const X_RESOLUTION = 0x11a;
const Y_RESOLUTION = 0x11b;
const RESOLUTION_UNIT = 0x128;
const CENTIMETRES = 3;

const NOTHING: Exif = { orientation: 1, resolution: undefined };

/**
 * Reads Exif data, which begin as a TIFF; with or without `Exif\0\0` before it. Metadata that is damaged says nothing:
 * the picture is shown all the same.
 */
export function readExif(bytes: Uint8Array): Exif {
  const marked = bytes[0] === 0x45 && bytes[4] === 0;
  const exif = marked ? bytes.subarray(6) : bytes;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (view.byteLength < 14) return NOTHING;
  const littleEndian = view.getUint16(0) === 0x4949;
  if (!littleEndian && view.getUint16(0) !== 0x4d4d) return NOTHING;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return NOTHING;
  const count = Math.min(MAX_ENTRIES, view.getUint16(directory, littleEndian));
  const values = new Map<number, number>();
  for (let at = directory + 2; at < directory + 2 + 12 * count && at + 12 <= view.byteLength; at += 12) {
    const value = readValue(view, at, littleEndian);
    if (value !== undefined) values.set(view.getUint16(at, littleEndian), value);
  }
  const unit = values.get(RESOLUTION_UNIT) === CENTIMETRES ? 2.54 : 1;
  return {
    orientation: orientationOf(values.get(ORIENTATION)),
    resolution: resolutionOf(values.get(X_RESOLUTION), values.get(Y_RESOLUTION), unit),
  };
}

/** One SHORT or RATIONAL. */
function readValue(view: DataView, at: number, littleEndian: boolean): number | undefined {
  const type = view.getUint16(at + 2, littleEndian);
  if (type === 3) return view.getUint16(at + 8, littleEndian);
  const offset = view.getUint32(at + 8, littleEndian);
  if (type !== 5 || offset + 8 > view.byteLength) return undefined;
  return view.getUint32(offset, littleEndian) / view.getUint32(offset + 4, littleEndian);
}

export function orientationOf(value: number | undefined): Orientation {
  const known: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
  return known.find((orientation) => orientation === value) ?? 1;
}

/**
 * Pixels per inch from pixels per unit, `perInch` units to the inch; undefined where it makes no sense. Programs write 1
 * and 72 without a thought, but only 1 is certainly wrong.
 */
export function resolutionOf(x: number | undefined, y: number | undefined, perInch: number): Resolution | undefined {
  if (x === undefined || y === undefined) return undefined;
  const resolution = { x: x * perInch, y: y * perInch };
  return [resolution.x, resolution.y].every((value) => value > 1 && value < 65_536) ? resolution : undefined;
}
