import type { ByteRange } from '../../source/source.ts';
import { damaged, type HeaderWindows } from '../header-windows.ts';
import type { TileEncoding } from '../image.ts';
import type { Directory } from './directory.ts';
import type { TileReading } from './encoding.ts';
import { type Field, fieldLength } from './ifd.ts';
import { fixedRowLength, isReadInPieces } from './samples-encoding.ts';

/** JPEGTables hold quantisation and Huffman tables: 574 bytes as a rule, 4 KiB where everything is in them. */
const MAX_TABLES_LENGTH = 65_536;

/** Bytes of the pieces that an uncompressed strip which is the whole image is cut into. */
const PIECE_LENGTH = 2 ** 20;

/** Rows of such a piece: powers of two, so that pieces can be halved as they arrive. */
const MIN_PIECE_ROWS = 16;
const MAX_PIECE_ROWS = 512;

/** A list of tile offsets or byte counts in the file. */
export interface NumberArray extends Field {
  /** All of its bytes, where they lay in a window that was read anyway: then tiles need no further header read. */
  readonly bytes: Uint8Array | undefined;
}

/** The tiles, or strips, of one directory. */
export interface TileGrid {
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Strips aren't padded: the last one may be lower. */
  readonly padded: boolean;
  readonly encoding: TileEncoding;
  /** Stored parts of a tile. */
  readonly planes: number;
  readonly tileOffsets: NumberArray;
  /** Undefined where the file leaves them out, which only uncompressed samples allow. */
  readonly tileByteCounts: NumberArray | undefined;
  /** Bytes of one row of a tile; undefined where they depend on the data. */
  readonly rowLength: number | undefined;
  /** Each stored strip is a whole plane of the image, and tiles are pieces of it, some rows each. */
  readonly cut: boolean;
}

type Supported = Extract<TileReading, { kind: 'supported' }>;

/**
 * Where the tiles of a directory are.
 * @throws {ImageServerError} 502 where that contradicts itself.
 */
export async function readGrid(windows: HeaderWindows, directory: Directory, reading: Supported): Promise<TileGrid> {
  const { width, height, tileWidth, tileHeight, tiled, tileOffsets, tileByteCounts } = directory;
  if (tileWidth === 0 || tileHeight === 0) throw damaged(`its tiles measure ${tileWidth} × ${tileHeight} pixels`);
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) * reading.planes;
  const encoding = reading.encoding(await readTables(windows, directory.jpegTables));
  const row = fixedRowLength(directory);
  if (!tileByteCounts && row === undefined) throw damaged('a level has no TileByteCounts');
  const grid = {
    width,
    height,
    tileWidth,
    tileHeight,
    padded: tiled,
    encoding,
    planes: reading.planes,
    tileOffsets: arrayOf(windows, tiled ? 'TileOffsets' : 'StripOffsets', tileOffsets, tiles),
    tileByteCounts:
      tileByteCounts && arrayOf(windows, tiled ? 'TileByteCounts' : 'StripByteCounts', tileByteCounts, tiles),
    rowLength: row,
    cut: false,
  };
  if (row === undefined || !isReadInPieces(directory) || row * height <= PIECE_LENGTH) return grid;
  const rows = 2 ** Math.floor(Math.log2(PIECE_LENGTH / row));
  return { ...grid, tileHeight: Math.min(MAX_PIECE_ROWS, Math.max(MIN_PIECE_ROWS, rows)), cut: true };
}

async function readTables(windows: HeaderWindows, field: Field | undefined): Promise<Uint8Array | undefined> {
  if (!field) return undefined;
  const length = fieldLength(field);
  // SOI and EOI alone are no tables (TIFF Technical Note 2): the tiles are whole.
  if (length <= 4) return undefined;
  if (length > MAX_TABLES_LENGTH) throw damaged(`its JPEGTables claim ${length} bytes`);
  return (await windows.read({ offset: field.offset, length })).slice();
}

function arrayOf(windows: HeaderWindows, name: string, field: Field | undefined, tiles: number): NumberArray {
  if (!field) throw damaged(`a level has no ${name}`);
  if (field.count < tiles) throw damaged(`${name} has ${field.count} entries for ${tiles} tiles`);
  return { ...field, bytes: heldCopy(windows, name, { offset: field.offset, length: fieldLength(field) }) };
}

/**
 * A copy of bytes that are at hand, because structured cloning of a part would clone the whole window.
 * @throws {ImageServerError} 502 where they end past the object.
 */
export function heldCopy(windows: HeaderWindows, name: string, range: ByteRange): Uint8Array | undefined {
  if (windows.size !== undefined && range.offset + range.length > windows.size) {
    throw damaged(`${name} ends at byte ${range.offset + range.length}, but the object has ${windows.size}`);
  }
  return windows.held(range)?.slice();
}
