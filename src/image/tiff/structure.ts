import type { ByteRange } from '../../source/source.ts';
import { damaged, type HeaderWindows } from '../header-windows.ts';
import type { Colour, Level, Orientation, TiledImage, TileEncoding } from '../image.ts';
import { readPyramidDirectories } from './directories.ts';
import type { Directory } from './directory.ts';
import { readingOf, type TileReading } from './encoding.ts';
import { type Field, fieldLength } from './ifd.ts';
import { scaleOf, strictlySmaller } from './pyramid.ts';
import { unsupportedTiff } from './unsupported.ts';

/** JPEGTables hold quantisation and Huffman tables: 574 bytes as a rule, 4 KiB where everything is in them. */
const MAX_TABLES_LENGTH = 65_536;

/** ICC profiles: 0.5 KB to 1 MB for RGB, the largest camera and printer tables stay below this. */
const MAX_PROFILE_LENGTH = 8 * 2 ** 20;

/** A list of tile offsets or byte counts in the file. */
export interface NumberArray extends Field {
  /** All of its bytes, where they lay in a window that was read anyway: then tiles need no further header read. */
  readonly bytes: Uint8Array | undefined;
}

/** One resolution in the file. */
export interface TiffLevel extends Level {
  readonly encoding: TileEncoding;
  /** Stored parts of a tile. */
  readonly planes: number;
  readonly tileOffsets: NumberArray;
  readonly tileByteCounts: NumberArray;
}

/** What is known of a TIFF without its pixels. Plain data: it survives structured cloning, and so a restart. */
export interface TiffStructure extends Pick<TiledImage, 'width' | 'height' | 'tileFormat' | 'masked'> {
  readonly kind: 'tiff';
  /** Length of the object in bytes, where it was known. */
  readonly size: number | undefined;
  readonly littleEndian: boolean;
  readonly orientation: Orientation;
  readonly colour: Colour;
  readonly levels: readonly TiffLevel[];
  /** Where the ICC profile is, with its bytes where they were at hand. */
  readonly profile: (ByteRange & { readonly bytes: Uint8Array | undefined }) | undefined;
}

type Supported = Extract<TileReading, { kind: 'supported' }>;

/**
 * Reads the structure of the first image of a TIFF or BigTIFF: one request where the index stands at the front, about
 * one per level where it is spread through the file.
 * @throws {ImageServerError} 502 where the file is damaged, 501 where it is valid but not of a kind that is read.
 */
export async function readTiffStructure(windows: HeaderWindows): Promise<TiffStructure> {
  const { header, full, reduced, masked } = await readPyramidDirectories(windows);
  const reading = readingOf(full, header.littleEndian);
  if (reading.kind === 'unsupported') throw unsupportedTiff(full, reading.reasons);
  const first = await readLevel(windows, full, full, reading);
  const levels: TiffLevel[] = [{ ...first, index: 0 }];
  for (const directory of strictlySmaller(full, reduced)) {
    const smaller = readingOf(directory, header.littleEndian);
    if (smaller.kind !== 'supported' || !isSameKind(reading, smaller)) continue;
    const level = await readLevel(windows, full, directory, smaller);
    if (first.encoding.kind !== 'samples' && level.encoding.kind !== first.encoding.kind) continue;
    levels.push({ ...level, index: levels.length });
  }
  const profile = profileOf(windows, full);
  const orientation = orientationOf(full.orientation);
  const swapped = orientation >= 5;
  return {
    kind: 'tiff',
    size: windows.size,
    littleEndian: header.littleEndian,
    width: swapped ? full.height : full.width,
    height: swapped ? full.width : full.height,
    orientation,
    colour: { ...reading.colour, profileLength: profile?.length ?? 0 },
    tileFormat: first.encoding.kind,
    levels,
    masked,
    profile,
  };
}

/** Levels may be JPEG under a lossless full resolution, but never hold other colours, depths or alpha. */
function isSameKind(full: Supported, level: Supported): boolean {
  const { space, bitsPerSample, alpha } = full.colour;
  return level.colour.space === space && level.colour.bitsPerSample === bitsPerSample && level.colour.alpha === alpha;
}

async function readLevel(windows: HeaderWindows, full: Directory, directory: Directory, reading: Supported) {
  const { width, height, tileWidth = 0, tileHeight = 0 } = directory;
  if (tileWidth === 0 || tileHeight === 0) throw damaged(`its tiles measure ${tileWidth} × ${tileHeight} pixels`);
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) * reading.planes;
  const encoding = reading.encoding(await readTables(windows, directory.jpegTables));
  return {
    width,
    height,
    tileWidth,
    tileHeight,
    scale: scaleOf(full, directory),
    planes: reading.planes,
    encoding,
    tileFormat: encoding.kind,
    tileOffsets: arrayOf(windows, 'TileOffsets', directory.tileOffsets, tiles),
    tileByteCounts: arrayOf(windows, 'TileByteCounts', directory.tileByteCounts, tiles),
  };
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
  return { ...field, bytes: heldCopy(windows, name, field) };
}

function profileOf(windows: HeaderWindows, { profile }: Directory): TiffStructure['profile'] {
  if (!profile || profile.count === 0) return undefined;
  const length = fieldLength(profile);
  if (length > MAX_PROFILE_LENGTH) throw damaged(`its ICC profile claims ${length} bytes`);
  return { offset: profile.offset, length, bytes: heldCopy(windows, 'the ICC profile', profile) };
}

/** A copy, because structured cloning of a part would clone the whole window. */
function heldCopy(windows: HeaderWindows, name: string, field: Field): Uint8Array | undefined {
  const range = { offset: field.offset, length: fieldLength(field) };
  if (windows.size !== undefined && range.offset + range.length > windows.size) {
    throw damaged(`${name} ends at byte ${range.offset + range.length}, but the object has ${windows.size}`);
  }
  return windows.held(range)?.slice();
}

/** Zero and other values beyond the specification's are met in the wild, and mean upright. */
function orientationOf(value: number): Orientation {
  const known: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
  return known.find((orientation) => orientation === value) ?? 1;
}
