/** One resolution: its JPEG tiles of one size, row by row. The same array may stand in several places: it is stored once. */
export interface WrittenLevel {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Uint8Array[];
}

export interface WrittenPyramid {
  readonly tileSize: number;
  /** Shared by the tiles: 4:2:0, YCbCr. */
  readonly jpegTables: Uint8Array;
  /** Full resolution first. */
  readonly levels: readonly WrittenLevel[];
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
const BYTES_OF: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [UNDEFINED]: 1 };

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly values: ArrayLike<number>;
}

/**
 * A pyramidal TIFF with its index at the front and the tiles behind it in order: each level row by row, the smallest
 * level first.
 */
export function writePyramid(pyramid: WrittenPyramid): Uint8Array {
  const sizes = pyramid.levels.map((level) => directorySize(entriesOf(pyramid, level, new Map())));
  const tilesAt = sizes.reduce((sum, size) => sum + size, 8);
  const places = new Map<Uint8Array, number>();
  let end = tilesAt;
  for (const tile of pyramid.levels.toReversed().flatMap(({ tiles }) => tiles)) {
    if (places.has(tile)) continue;
    places.set(tile, end);
    end += tile.length;
  }
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x002a_4949, true);
  view.setUint32(4, 8, true);
  let at = 8;
  for (const [i, level] of pyramid.levels.entries()) {
    const next = at + (sizes[i] ?? 0);
    writeDirectory(view, at, entriesOf(pyramid, level, places), i + 1 < pyramid.levels.length ? next : 0);
    at = next;
  }
  for (const [tile, place] of places) file.set(tile, place);
  return file;
}

/** In the order of their tags (TIFF 6.0, section 2). */
function entriesOf(
  { tileSize, jpegTables, levels }: WrittenPyramid,
  level: WrittenLevel,
  places: ReadonlyMap<Uint8Array, number>,
): readonly Entry[] {
  const { width, height, tiles } = level;
  const short = (tag: number, ...values: number[]): Entry => ({ tag, type: SHORT, values });
  const long = (tag: number, values: number[]): Entry => ({ tag, type: LONG, values });
  return [
    long(254, [level === levels[0] ? 0 : 1]),
    long(256, [width]),
    long(257, [height]),
    short(258, 8, 8, 8),
    short(259, 7),
    short(262, 6),
    short(277, 3),
    short(284, 1),
    short(322, tileSize),
    short(323, tileSize),
    long(
      324,
      tiles.map((tile) => places.get(tile) ?? 0),
    ),
    long(
      325,
      tiles.map(({ length }) => length),
    ),
    { tag: 347, type: UNDEFINED, values: jpegTables },
    short(530, 2, 2),
  ];
}

function valueBytes({ type, values }: Entry): number {
  return values.length * (BYTES_OF[type] ?? 1);
}

/** With the values that don't fit into it, each at an even offset. */
function directorySize(entries: readonly Entry[]): number {
  const outside = entries.map(valueBytes).filter((bytes) => bytes > 4);
  return outside.reduce((sum, bytes) => sum + bytes + (bytes % 2), 2 + 12 * entries.length + 4);
}

function writeDirectory(view: DataView, at: number, entries: readonly Entry[], next: number): void {
  view.setUint16(at, entries.length, true);
  let outside = at + 2 + 12 * entries.length + 4;
  for (const [i, entry] of entries.entries()) {
    const field = at + 2 + 12 * i;
    const bytes = valueBytes(entry);
    view.setUint16(field, entry.tag, true);
    view.setUint16(field + 2, entry.type, true);
    view.setUint32(field + 4, entry.values.length, true);
    if (bytes > 4) view.setUint32(field + 8, outside, true);
    writeValues(view, bytes > 4 ? outside : field + 8, entry);
    if (bytes > 4) outside += bytes + (bytes % 2);
  }
  view.setUint32(at + 2 + 12 * entries.length, next, true);
}

function writeValues(view: DataView, at: number, { type, values }: Entry): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (type === LONG) view.setUint32(at + 4 * i, value, true);
    else if (type === SHORT) view.setUint16(at + 2 * i, value, true);
    else view.setUint8(at + i, value);
  }
}
