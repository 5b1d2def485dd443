/** Fields of Exif that are read (CIPA DC-008, sections 4.6.4 and 4.6.5), by tag. */
const FIELDS: Readonly<Record<number, keyof ExifText>> = {
  270: 'description',
  271: 'make',
  272: 'model',
  315: 'artist',
  33432: 'copyright',
  36867: 'taken',
};

export interface ExifText {
  readonly description?: string;
  readonly make?: string;
  readonly model?: string;
  readonly artist?: string;
  readonly copyright?: string;
  /** When the picture was taken, as `YYYY-MM-DD`. */
  readonly taken?: string;
}

const EXIF_DIRECTORY = 0x8769;
const ASCII = 2;
/** Cameras write some 60 fields in both directories together. */
const MAX_FIELDS = 256;
/** Characters; more is no statement but a document. */
const MAX_TEXT = 4000;

/**
 * The words in Exif data, which begin as a TIFF, with or without `Exif\0\0` before it. Metadata that is damaged says
 * nothing.
 */
export function readExifText(bytes: Uint8Array): ExifText {
  const exif = bytes[0] === 0x45 && bytes[4] === 0 ? bytes.subarray(6) : bytes;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const text: { -readonly [Name in keyof ExifText]: ExifText[Name] } = {};
  if (view.byteLength < 14) return text;
  const littleEndian = view.getUint16(0) === 0x4949;
  const pending = [view.getUint32(4, littleEndian)];
  for (let index = 0; index < Math.min(2, pending.length); index++) {
    const directory = pending[index] ?? 0;
    if (directory === 0 || directory + 2 > view.byteLength) continue;
    const count = Math.min(MAX_FIELDS, view.getUint16(directory, littleEndian));
    for (let at = directory + 2; at < directory + 2 + count * 12 && at + 12 <= view.byteLength; at += 12) {
      const tag = view.getUint16(at, littleEndian);
      if (tag === EXIF_DIRECTORY) pending.push(view.getUint32(at + 8, littleEndian));
      const name = FIELDS[tag];
      if (name === undefined || view.getUint16(at + 2, littleEndian) !== ASCII) continue;
      const length = view.getUint32(at + 4, littleEndian);
      const start = length <= 4 ? at + 8 : view.getUint32(at + 8, littleEndian);
      if (start + length > exif.length) continue;
      const value = wordsOf(exif.subarray(start, start + Math.min(length, MAX_TEXT)));
      if (value !== '') text[name] = name === 'taken' ? value.slice(0, 10).replaceAll(':', '-') : value;
    }
  }
  return text;
}

/** UTF-8 where it is, else Latin-1, as old programs wrote; up to the first zero. */
export function wordsOf(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  const words = zero < 0 ? bytes : bytes.subarray(0, zero);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(words).trim();
  } catch {
    return new TextDecoder('windows-1252').decode(words).trim();
  }
}
