import type { ByteRange, ReadOptions } from '../../source/source.ts';
import { damaged, HeaderWindows, WINDOW_LENGTH } from '../header-windows.ts';
import type { EncodedTile, Level, TiledImage } from '../image.ts';
import type { ReadBytes } from '../readers.ts';
import { fieldLength, numberAt } from './ifd.ts';
import type { NumberArray, TiffLevel, TiffStructure } from './structure.ts';

/** Bytes of one stored tile: the largest tile that is read (4096 × 4096 of RGBA) when it isn't compressed. */
export const MAX_TILE_BYTES = 64 * 2 ** 20;

/** Piece of an offset array that is read at once: a piece of each of the two arrays makes one window. */
const SEGMENT_LENGTH = WINDOW_LENGTH / 2;

/** The image of a structure that was read before, now or in an earlier life of the worker. Reads nothing by itself. */
export function tiffImage(structure: TiffStructure, read: ReadBytes): TiledImage {
  const { width, height, orientation, levels, colour, tileFormat, masked, profile, size } = structure;
  const windows = new HeaderWindows(read, { objectSize: () => size }, 1);
  return {
    width,
    height,
    orientation,
    levels,
    colour,
    tileFormat,
    masked,
    keepDecoded: false,
    async readTile(level: Level, column: number, row: number, options: ReadOptions = {}) {
      const stored = levels[level.index];
      if (!stored) throw new RangeError(`level ${level.index} of ${levels.length}`);
      const ranges = await Promise.all(
        planeIndices(stored, column, row).map((index) => readTileRange(windows, structure, stored, index, options)),
      );
      return readPlanes(read, stored, ranges, options);
    },
    async readProfile(options: ReadOptions = {}) {
      if (!profile) return undefined;
      return profile.bytes ?? (await windows.read(profile, options));
    },
  };
}

/** Places of a tile's parts in the arrays: one plane's tiles follow another's (TIFF 6.0, page 68). */
function planeIndices(level: TiffLevel, column: number, row: number): readonly number[] {
  const columns = Math.ceil(level.width / level.tileWidth);
  const rows = Math.ceil(level.height / level.tileHeight);
  if (!(column >= 0 && column < columns && row >= 0 && row < rows)) {
    throw new RangeError(`tile ${column},${row} of ${columns} × ${rows}`);
  }
  return Array.from({ length: level.planes }, (_, plane) => (plane * rows + row) * columns + column);
}

/** Undefined for a tile that the file leaves out. */
async function readTileRange(
  windows: HeaderWindows,
  { littleEndian, size }: TiffStructure,
  { tileOffsets, tileByteCounts }: TiffLevel,
  index: number,
  options: ReadOptions,
): Promise<ByteRange | undefined> {
  await readSegments(windows, [segmentOf(tileOffsets, index), segmentOf(tileByteCounts, index)], options);
  const offset = await readEntry(windows, tileOffsets, index, littleEndian, options);
  const length = await readEntry(windows, tileByteCounts, index, littleEndian, options);
  if (offset === 0 || length === 0) return undefined;
  if (length > MAX_TILE_BYTES) throw damaged(`tile ${index} claims ${length} bytes, more than ${MAX_TILE_BYTES}`);
  if (size !== undefined && offset + length > size) {
    throw damaged(`tile ${index} ends at byte ${offset + length}, but the object has ${size}`);
  }
  return { offset, length };
}

/** The piece of an array to be read for an entry; undefined where the array is at hand. */
function segmentOf(array: NumberArray, index: number): ByteRange | undefined {
  if (array.bytes) return undefined;
  const total = fieldLength(array);
  const at = index * (total / array.count);
  const start = at - (at % SEGMENT_LENGTH);
  return { offset: array.offset + start, length: Math.min(SEGMENT_LENGTH, total - start) };
}

/** Writers put the two arrays side by side, so that both pieces often lie within one window: then it is one read. */
async function readSegments(
  windows: HeaderWindows,
  segments: readonly (ByteRange | undefined)[],
  options: ReadOptions,
): Promise<void> {
  const missing = segments.filter((segment) => segment !== undefined).filter((segment) => !windows.held(segment));
  if (missing.length === 0) return;
  const start = Math.min(...missing.map(({ offset }) => offset));
  const end = Math.max(...missing.map(({ offset, length }) => offset + length));
  const reads = end - start <= WINDOW_LENGTH ? [{ offset: start, length: end - start }] : missing;
  await Promise.all(reads.map((range) => windows.read(range, options)));
}

async function readEntry(
  windows: HeaderWindows,
  array: NumberArray,
  index: number,
  littleEndian: boolean,
  options: ReadOptions,
): Promise<number> {
  const length = fieldLength(array) / array.count;
  if (array.bytes) return numberAt(array.bytes, index * length, array.type, littleEndian);
  const bytes = await windows.read({ offset: array.offset + index * length, length }, options);
  return numberAt(bytes, 0, array.type, littleEndian);
}

async function readPlanes(
  read: ReadBytes,
  level: TiffLevel,
  ranges: readonly (ByteRange | undefined)[],
  options: ReadOptions,
): Promise<EncodedTile | undefined> {
  const present = ranges.filter((range) => range !== undefined);
  if (present.length === 0) return undefined;
  if (present.length < ranges.length) throw damaged('a tile has some of its planes, but not all');
  const planes = await Promise.all(
    present.map(async (range) => {
      const bytes = await read(range, options);
      if (bytes.length === range.length) return bytes;
      throw damaged(
        `a tile at byte ${range.offset} has ${range.length} bytes, but the object ends after ${bytes.length}`,
      );
    }),
  );
  return { planes, encoding: level.encoding, width: level.tileWidth, height: level.tileHeight };
}
