import type { ByteRange, ReadOptions } from '../../source/source.ts';
import { damaged, HeaderWindows, WINDOW_LENGTH } from '../header-windows.ts';
import type { EncodedTile, Level, TiledImage, TileReadOptions } from '../image.ts';
import { ReadAhead } from '../read-ahead.ts';
import type { ReadBytes } from '../readers.ts';
import type { NumberArray, TileGrid } from './grid.ts';
import { fieldLength, numberAt } from './ifd.ts';
import type { TiffStructure } from './structure.ts';
import { type TilePart, tileHeightOf, tilePartsOf } from './tile-parts.ts';
import { MAX_DECODED_TILE } from './unsupported.ts';

/** Bytes of one stored tile: the largest that is read when it isn't compressed. */
export const MAX_TILE_BYTES = MAX_DECODED_TILE;

/** Piece of an offset array that is read at once: a piece of each of the two arrays makes one window. */
const SEGMENT_LENGTH = WINDOW_LENGTH / 2;

/** The image of a structure that was read before, now or in an earlier life of the worker. Reads nothing by itself. */
export function tiffImage(structure: TiffStructure, read: ReadBytes): TiledImage {
  const { width, height, orientation, levels, colour, tileFormat, masked, keepDecoded, resolution } = structure;
  const { profile, size } = structure;
  const windows = new HeaderWindows(read, { objectSize: () => size }, 1);
  const readAhead = new ReadAhead(levels);
  return {
    width,
    height,
    orientation,
    levels,
    colour,
    tileFormat,
    masked,
    keepDecoded,
    resolution,
    async readTile(level: Level, column: number, row: number, { mask, ...options }: TileReadOptions = {}) {
      const stored = levels[level.index];
      if (!stored) throw new RangeError(`level ${level.index} of ${levels.length}`);
      const locate = (other: number) => {
        const [part] = tilePartsOf(stored, other, row);
        return part && tileRangeAtHand(windows, structure, stored, part);
      };
      const readWith = async (ahead: readonly ByteRange[]) => {
        const [tile, masking] = await Promise.all([
          readGridTile(windows, structure, stored, column, row, read, { ...options, ahead }),
          mask && stored.mask ? readGridTile(windows, structure, stored.mask, column, row, read, options) : undefined,
        ]);
        return tile && masking ? { ...tile, mask: masking } : tile;
      };
      // Planes of neighbours don't lie side by side.
      if (options.priority === 'low' || stored.planes > 1) return readWith([]);
      return readAhead.during({ level: level.index, column, row }, locate, readWith, options.timing);
    },
    async readTileRanges(level: Level, column: number, row: number, options: ReadOptions = {}) {
      const stored = levels[level.index];
      if (!stored) throw new RangeError(`level ${level.index} of ${levels.length}`);
      const grids = stored.mask ? [stored, stored.mask] : [stored];
      const ranges = grids.flatMap((grid) =>
        tilePartsOf(grid, column, row).map((part) => readTileRange(windows, structure, grid, part, options)),
      );
      return (await Promise.all(ranges)).filter((range) => range !== undefined);
    },
    async readProfile(options: ReadOptions = {}) {
      if (!profile) return undefined;
      return profile.bytes ?? (await windows.read(profile, options));
    },
  };
}

async function readGridTile(
  windows: HeaderWindows,
  structure: TiffStructure,
  grid: TileGrid,
  column: number,
  row: number,
  read: ReadBytes,
  options: ReadOptions,
): Promise<EncodedTile | undefined> {
  const parts = tilePartsOf(grid, column, row);
  const ranges = await Promise.all(parts.map((part) => readTileRange(windows, structure, grid, part, options)));
  const planes = await readPlanes(read, ranges, options);
  return planes && { planes, encoding: grid.encoding, width: grid.tileWidth, height: tileHeightOf(grid, row) };
}

/** Undefined for a tile that the file leaves out. */
async function readTileRange(
  windows: HeaderWindows,
  { littleEndian, size }: TiffStructure,
  { tileOffsets, tileByteCounts }: TileGrid,
  part: TilePart,
  options: ReadOptions,
): Promise<ByteRange | undefined> {
  const { index } = part;
  const arrays = part.length === undefined && tileByteCounts ? [tileOffsets, tileByteCounts] : [tileOffsets];
  const segments = arrays.map((array) => segmentOf(array, index));
  await readSegments(windows, segments, options);
  const [start = 0, count] = await Promise.all(
    arrays.map((array) => readEntry(windows, array, index, littleEndian, options)),
  );
  const length = part.length ?? count ?? 0;
  const offset = start + part.skip;
  if (start === 0 || length === 0) return undefined;
  if (length > MAX_TILE_BYTES) throw damaged(`tile ${index} claims ${length} bytes, more than ${MAX_TILE_BYTES}`);
  if (size !== undefined && offset + length > size) {
    throw damaged(`tile ${index} ends at byte ${offset + length}, but the object has ${size}`);
  }
  return { offset, length };
}

/** Where a tile is, if that is known without a read, and there is such a tile in the object. */
function tileRangeAtHand(
  windows: HeaderWindows,
  { littleEndian, size = Number.POSITIVE_INFINITY }: TiffStructure,
  { tileOffsets, tileByteCounts }: TileGrid,
  { index, skip, length: known }: TilePart,
): ByteRange | undefined {
  const start = entryAtHand(windows, tileOffsets, index, littleEndian) ?? 0;
  const count = tileByteCounts && entryAtHand(windows, tileByteCounts, index, littleEndian);
  const [offset, length] = [start + skip, known ?? count ?? 0];
  const sound = start > 0 && length > 0 && length <= MAX_TILE_BYTES && offset + length <= size;
  return sound ? { offset, length } : undefined;
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
  const atHand = entryAtHand(windows, array, index, littleEndian);
  if (atHand !== undefined) return atHand;
  return numberAt(await windows.read(entryOf(array, index), options), 0, array.type, littleEndian);
}

function entryAtHand(
  windows: HeaderWindows,
  array: NumberArray,
  index: number,
  littleEndian: boolean,
): number | undefined {
  const { offset, length } = entryOf(array, index);
  if (array.bytes) return numberAt(array.bytes, offset - array.offset, array.type, littleEndian);
  const held = windows.held({ offset, length });
  return held && numberAt(held, 0, array.type, littleEndian);
}

function entryOf(array: NumberArray, index: number): ByteRange {
  const length = fieldLength(array) / array.count;
  return { offset: array.offset + index * length, length };
}

async function readPlanes(
  read: ReadBytes,
  ranges: readonly (ByteRange | undefined)[],
  options: ReadOptions,
): Promise<readonly Uint8Array[] | undefined> {
  const present = ranges.filter((range) => range !== undefined);
  if (present.length === 0) return undefined;
  if (present.length < ranges.length) throw damaged('a tile has some of its planes, but not all');
  return Promise.all(
    present.map(async (range) => {
      const bytes = await read(range, options);
      if (bytes.length === range.length) return bytes;
      throw damaged(
        `a tile at byte ${range.offset} has ${range.length} bytes, but the object ends after ${bytes.length}`,
      );
    }),
  );
}
