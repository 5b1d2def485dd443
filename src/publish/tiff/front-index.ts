import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Field, numbersOf, readDirectories, type TiffFile, type TiffForm } from './directory.ts';

const STRIP_OFFSETS = 273;
const STRIP_BYTE_COUNTS = 279;
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;
const ICC_PROFILE = 34675;
const LONG = 4;
const LONG8 = 16;

/** Fields whose values are offsets of more directories, which would have to move along: SubIFDs, Exif, GPS … */
const LEADING_ELSEWHERE: ReadonlySet<number> = new Set([330, 400, 513, 34665, 34853, 40965]);
const IFD_TYPES: ReadonlySet<number> = new Set([13, 18]);

/** Bytes copied at once. */
const CHUNK = 4 << 20;

/** Data that move, as a whole. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** The tiles or strips of a directory. */
interface Data {
  readonly offsetsTag: number;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Writes a TIFF anew as a reader over a network likes it best: all directories with their tile tables at the front, so
 * that one request opens it, then the tiles, those of the smallest level first, which are looked at first. Tiles stay what
 * they are, bit by bit. It is the order of a Cloud Optimized GeoTIFF.
 * @throws {Error} when the file isn't a TIFF that can be moved: damaged, or with directories beside its main chain.
 */
export async function writeWithFrontIndex(source: string, target: string): Promise<void> {
  const { size } = await stat(source);
  const input = await open(source);
  try {
    const tiff = await readDirectories(input, size);
    const data = tiff.directories.map((fields) => dataOf(fields, tiff.littleEndian, size));
    const index = indexLength(tiff);
    const { placed, moves, end } = place(data, index);
    if (!tiff.big && end > 0xffff_ffff) throw new Error('The TIFF would need offsets beyond 4 GiB.');
    const output = await open(target, 'w');
    try {
      await output.write(indexBytes(tiff, data, placed, index));
      for (const move of moves) await copy(input, output, move);
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
}

function dataOf(fields: readonly Field[], littleEndian: boolean, size: number): Data {
  const astray = fields.find(({ tag, type }) => LEADING_ELSEWHERE.has(tag) || IFD_TYPES.has(type));
  if (astray) throw new Error(`The TIFF has directories beside its main chain (tag ${astray.tag}).`);
  const tiled = fields.some(({ tag }) => tag === TILE_OFFSETS);
  const [offsetsTag, lengthsTag] = tiled ? [TILE_OFFSETS, TILE_BYTE_COUNTS] : [STRIP_OFFSETS, STRIP_BYTE_COUNTS];
  const numbers = (wanted: number) => {
    const field = fields.find(({ tag }) => tag === wanted);
    if (!field) throw new Error(`A directory of the TIFF lacks tag ${wanted}.`);
    return numbersOf(field, littleEndian);
  };
  const offsets = numbers(offsetsTag);
  const lengths = numbers(lengthsTag);
  const sound = offsets.length === lengths.length && offsets.every((offset, at) => offset + (lengths[at] ?? 0) <= size);
  if (!sound) throw new Error('The TIFF is truncated: its tiles reach past its end.');
  return { offsetsTag, offsets, lengths };
}

/** Where the data of each directory go, the last directory's first. */
function place(data: readonly Data[], start: number) {
  const moves: Move[] = [];
  const placed: number[][] = data.map(() => []);
  let end = start;
  for (const [index, { offsets, lengths }] of [...data.entries()].reverse()) {
    placed[index] = offsets.map((from, at) => {
      const length = lengths[at] ?? 0;
      // A tile that the file leaves out.
      if (length === 0) return 0;
      const to = end;
      const last = moves.at(-1);
      if (last && last.from + last.length === from) moves.splice(-1, 1, { ...last, length: last.length + length });
      else moves.push({ from, to, length });
      end += length;
      return to;
    });
  }
  return { placed, moves, end };
}

/** A level is the full resolution's picture: it needs no profile of its own, and readers take the first one's. */
const fieldsToWrite = (fields: readonly Field[], index: number) =>
  fields.filter(({ tag }) => index === 0 || tag !== ICC_PROFILE);

const sizes = ({ big }: TiffForm) =>
  big ? { header: 16, count: 8, entry: 20, offset: 8 } : { header: 8, count: 2, entry: 12, offset: 4 };

/** As it is written: offsets in their widest form. */
function lengthOf({ tag, count, bytes }: Field, { big }: TiffForm): number {
  return tag === TILE_OFFSETS || tag === STRIP_OFFSETS ? count * (big ? 8 : 4) : bytes.length;
}

/** Values begin on word boundaries (TIFF 6.0, section 2). */
const even = (length: number) => length + (length % 2);

function indexLength(tiff: TiffFile): number {
  const { header, count, entry, offset } = sizes(tiff);
  let length = header;
  for (const [index, directory] of tiff.directories.entries()) {
    const fields = fieldsToWrite(directory, index);
    length += count + fields.length * entry + offset;
    for (const field of fields) {
      const bytes = lengthOf(field, tiff);
      if (bytes > offset) length += even(bytes);
    }
  }
  return length;
}

function indexBytes(
  tiff: TiffFile,
  data: readonly Data[],
  placed: readonly (readonly number[])[],
  length: number,
): Uint8Array {
  const { littleEndian, big, directories } = tiff;
  const { header, count, entry, offset } = sizes(tiff);
  const output = new Uint8Array(length);
  const view = new DataView(output.buffer);
  const putOffset = (at: number, value: number) =>
    big ? view.setBigUint64(at, BigInt(value), littleEndian) : view.setUint32(at, value, littleEndian);
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, big ? 43 : 42, littleEndian);
  if (big) view.setUint16(4, 8, littleEndian);
  putOffset(header - offset, header);

  let at = header;
  // The profile, which may be long, comes after everything that finds tiles.
  const late: { readonly slot: number; readonly bytes: Uint8Array }[] = [];
  let values =
    header +
    directories.reduce((sum, fields, index) => sum + count + fieldsToWrite(fields, index).length * entry + offset, 0);
  for (const [index, directory] of directories.entries()) {
    const fields = fieldsToWrite(directory, index);
    if (big) view.setBigUint64(at, BigInt(fields.length), littleEndian);
    else view.setUint16(at, fields.length, littleEndian);
    at += count;
    for (const field of fields) {
      const moved = field.tag === data[index]?.offsetsTag;
      const bytes = moved ? offsetBytes(placed[index] ?? [], tiff) : field.bytes;
      view.setUint16(at, field.tag, littleEndian);
      view.setUint16(at + 2, moved ? (big ? LONG8 : LONG) : field.type, littleEndian);
      putOffset(at + 4, field.count);
      const slot = at + entry - offset;
      if (bytes.length <= offset) output.set(bytes, slot);
      else if (field.tag === ICC_PROFILE) late.push({ slot, bytes });
      else {
        putOffset(slot, values);
        output.set(bytes, values);
        values += even(bytes.length);
      }
      at += entry;
    }
    putOffset(at, index + 1 < directories.length ? at + offset : 0);
    at += offset;
  }
  for (const { slot, bytes } of late) {
    putOffset(slot, values);
    output.set(bytes, values);
    values += even(bytes.length);
  }
  return output;
}

function offsetBytes(offsets: readonly number[], { big, littleEndian }: TiffForm): Uint8Array {
  const view = new DataView(new ArrayBuffer(offsets.length * (big ? 8 : 4)));
  for (const [index, offset] of offsets.entries()) {
    if (big) view.setBigUint64(index * 8, BigInt(offset), littleEndian);
    else view.setUint32(index * 4, offset, littleEndian);
  }
  return new Uint8Array(view.buffer);
}

async function copy(input: FileHandle, output: FileHandle, { from, to, length }: Move): Promise<void> {
  const buffer = new Uint8Array(Math.min(CHUNK, length));
  for (let done = 0; done < length; ) {
    const { bytesRead } = await input.read(buffer, 0, Math.min(buffer.length, length - done), from + done);
    if (bytesRead === 0) throw new Error('The TIFF ended while it was being read.');
    await output.write(buffer, 0, bytesRead, to + done);
    done += bytesRead;
  }
}
