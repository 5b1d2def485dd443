import type { ByteRange } from '../../source/source.ts';
import type { HeaderWindows } from '../header-windows.ts';
import type { Colour, Level, Orientation, TiledImage } from '../image.ts';
import { type PageStart, readPyramidDirectories } from './directories.ts';
import type { Directory } from './directory.ts';
import { readingOf, type TileReading } from './encoding.ts';
import { heldCopy, readGrid, type TileGrid } from './grid.ts';
import { fieldLength, type TiffHeader } from './ifd.ts';
import type { PageTable } from './page-table.ts';
import { scaleOf, strictlySmaller } from './pyramid.ts';
import { readResolution } from './resolution.ts';
import { unsupportedTiff } from './unsupported.ts';

/** ICC profiles: 0.5 KB to 1 MB for RGB, the largest camera and printer tables stay below this. */
const MAX_PROFILE_LENGTH = 8 * 2 ** 20;

/** One resolution in the file. */
export interface TiffLevel extends Level, TileGrid {
  /** Its transparency mask, in tiles of the same size. */
  readonly mask: TileGrid | undefined;
}

/** What is known of one page of a TIFF without its pixels. Plain data: it survives structured cloning, and so a restart. */
export interface TiffStructure
  extends Pick<TiledImage, 'width' | 'height' | 'tileFormat' | 'masked' | 'keepDecoded' | 'resolution'> {
  readonly kind: 'tiff';
  /** Length of the object in bytes, where it was known. */
  readonly size: number | undefined;
  readonly littleEndian: boolean;
  readonly orientation: Orientation;
  readonly colour: Colour;
  readonly levels: readonly TiffLevel[];
  /** Where the ICC profile is, with its bytes where they were at hand. */
  readonly profile: (ByteRange & { readonly bytes: Uint8Array | undefined }) | undefined;
  /** The page itself, and those after it that are known. */
  readonly pages: PageTable;
}

type Supported = Extract<TileReading, { kind: 'supported' }>;

/**
 * Reads the structure of the page that begins at `start`, by default of the first: one request where
 * the index stands at the front, about one per level where it is spread through the file.
 * @throws {ImageServerError} 502 where the file is damaged, 501 where it is valid but not of a kind that is read.
 */
export async function readTiffStructure(windows: HeaderWindows, start?: PageStart): Promise<TiffStructure> {
  const { header, page, full, reduced, masks } = await readPyramidDirectories(windows, start);
  const reading = readingOf(full, header.littleEndian);
  if (reading.kind === 'unsupported') throw unsupportedTiff(full, reading.reasons);
  const first = await readLevel(windows, header, full, full, reading, masks);
  const levels: TiffLevel[] = [{ ...first, index: 0 }];
  for (const directory of strictlySmaller(full, reduced)) {
    const smaller = readingOf(directory, header.littleEndian);
    if (smaller.kind !== 'supported' || !isSameKind(reading, smaller)) continue;
    // Under tiles, strips are a preview: a viewer can't ask for them one by one.
    if (full.tiled && !directory.tiled) continue;
    levels.push({ ...(await readLevel(windows, header, full, directory, smaller, masks)), index: levels.length });
  }
  const profile = profileOf(windows, full);
  const { width, height, next } = page;
  const alpha = first.mask && reading.colour.alpha === 'none' ? 'unassociated' : reading.colour.alpha;
  return {
    kind: 'tiff',
    size: windows.size,
    littleEndian: header.littleEndian,
    width,
    height,
    orientation: orientationOf(full.orientation),
    colour: { ...reading.colour, alpha, profileLength: profile?.length ?? 0 },
    tileFormat: first.tileFormat,
    levels,
    masked: masks.length > 0,
    keepDecoded: !full.tiled,
    resolution: await readResolution(windows, header, full),
    profile,
    pages: { header, found: [{ offset: full.offset, width, height }], next },
  };
}

/**
 * Levels may be compressed in another way than the full resolution and differ in bits up to 8, as GDAL makes grey ones of
 * black and white. They never hold other colours or another alpha, or are deep where the full resolution isn't.
 */
function isSameKind(full: Supported, level: Supported): boolean {
  const { space, alpha } = full.colour;
  const bits = (reading: Supported) => Math.max(8, reading.colour.bitsPerSample);
  return level.colour.space === space && level.colour.alpha === alpha && bits(level) === bits(full);
}

async function readLevel(
  windows: HeaderWindows,
  header: TiffHeader,
  full: Directory,
  directory: Directory,
  reading: Supported,
  masks: readonly Directory[],
): Promise<Omit<TiffLevel, 'index'>> {
  const grid = await readGrid(windows, directory, reading);
  const { kind } = grid.encoding;
  const mask = await readMask(windows, header, grid, masks);
  const scale = scaleOf(full, directory);
  return {
    ...grid,
    scale,
    tileFormat: kind === 'jpeg' || kind === 'webp' || kind === 'jpeg2000' ? kind : 'samples',
    mask,
    masked: mask !== undefined,
  };
}

/**
 * The mask of a level. One whose tiles are of another size is left out: it would have to be decoded to be cut, and no
 * program is known to write one (GDAL, which writes masks, gives them the level's own tiles).
 */
async function readMask(
  windows: HeaderWindows,
  { littleEndian }: TiffHeader,
  level: TileGrid,
  masks: readonly Directory[],
): Promise<TileGrid | undefined> {
  const directory = masks.find(({ width, height }) => width === level.width && height === level.height);
  if (directory?.samplesPerPixel !== 1 || directory.bitsPerSample[0] !== 1) return undefined;
  const reading = readingOf(directory, littleEndian);
  if (reading.kind !== 'supported') return undefined;
  const grid = await readGrid(windows, directory, reading);
  const fits = grid.tileWidth === level.tileWidth && grid.tileHeight === level.tileHeight && !grid.cut && !level.cut;
  return fits && grid.encoding.kind === 'samples' ? grid : undefined;
}

/** A profile that can't be there counts as none: the picture is whole without it. */
function profileOf(windows: HeaderWindows, { profile }: Directory): TiffStructure['profile'] {
  if (!profile || profile.count === 0) return undefined;
  const range = { offset: profile.offset, length: fieldLength(profile) };
  const end = windows.size ?? Number.POSITIVE_INFINITY;
  if (range.length > MAX_PROFILE_LENGTH || range.offset + range.length > end) return undefined;
  return { ...range, bytes: heldCopy(windows, 'the ICC profile', range) };
}

/** Zero and other values beyond the specification's are met in the wild, and mean upright. */
function orientationOf(value: number): Orientation {
  const known: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
  return known.find((orientation) => orientation === value) ?? 1;
}
