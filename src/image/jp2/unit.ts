import type { ImageServerError } from '../../errors.ts';
import type { ByteRange, ReadOptions } from '../../source/source.ts';
import type { Jpeg2000Part } from '../image.ts';
import { type Area, type Codestream, intersection, reducedArea, tileArea } from './codestream.ts';
import type { HeldBytes } from './held-bytes.ts';
import { joinedRanges } from './joined-ranges.ts';
import { neededPieces, type PacketPiece } from './needed-packets.ts';
import { packetAt, packetNumber } from './packet-order.ts';
import { neededPrecincts } from './region.ts';
import { shownPart } from './shown-part.ts';
import { type PacketBytes, thinCodestream } from './thin-codestream.ts';
import type { TileIndex } from './tile-index.ts';
import type { TileParts } from './tile-parts.ts';
import { MEND, unsupported } from './unsupported.ts';

/** Tiles that are put together for one unit: more, each with a read of its own, take minutes. */
const MAX_TILES = 1024;

/**
 * Pixels of a tile, at the resolution that is asked for, from which on any number of them is put together; fewer where the
 * whole image has no more than `FEW_TILES`. Each takes 0.2 ms, also where it has one pixel, and a header of 50 bytes can
 * claim 65,535 of them for one answer.
 */
const LEAST_TILE_PIXELS = 256;
const FEW_TILES = 4096;

/** Bytes read for one unit: of the noisiest picture, without loss, a megapixel has some six. */
const MAX_UNIT_BYTES = 64 * 2 ** 20;

/** Bytes of a codestream for the decoder, which gets zeros where nothing was read. */
const MAX_THIN_BYTES = 160 * 2 ** 20;

/**
 * Bits of each sample that are enough for a draft. Of 20 megapixels (`opj_compress -r 40,20,10`, and twelve layers from 200
 * to 10) the first layer brings as many, which makes `full/!200,200` in 0.77 and 0.39 of the time, at 57 and 55 dB beside
 * all layers.
 */
const DRAFT_BITS = 3;

/** A whole tile-part that is read at once, before it is known what is in it. */
const MAX_WHOLE_PART = 4 * 2 ** 20;

/** Share of a tile-part that a resolution less leaves: 0.3 without loss, 0.45 with it. */
const REDUCED_SHARE = 0.45;
/** Bytes of a tile-part's header beside that. */
const PART_HEADER = 1024;

/** What units are read from. */
export interface UnitReader {
  readonly codestream: Codestream;
  readonly parts: TileParts;
  readonly held: HeldBytes;
  /** Less detail is enough. */
  readonly isDraft?: boolean;
  indexOf(tile: number): TileIndex;
}

/** The codestreams that a unit is decoded from, and what each fills of it. */
export interface Unit {
  readonly planes: readonly Uint8Array[];
  readonly parts: readonly Jpeg2000Part[];
  readonly tiles: readonly { readonly tile: number; readonly index: TileIndex }[];
}

/**
 * Reads what an area of the reference grid needs, after `reduce` halvings.
 * @throws {ImageServerError} 502 where the file is damaged, 501 where too much would have to be read.
 */
export async function readUnit(reader: UnitReader, area: Area, reduce: number, options: ReadOptions): Promise<Unit> {
  const { codestream, held } = reader;
  const needed = await neededOf(reader, area, reduce, options);
  // Of a file that was cut, most tiles aren't there: what they leave black needn't be decoded.
  const there = needed.tiles.map(({ index }) => !index.isMissing);
  const tiles = needed.tiles.filter((_, place) => there[place]);
  const pieces = needed.pieces.filter((_, place) => there[place]);
  const bytes = await held.readAll(
    pieces.flat().map(({ range }) => range),
    options,
  );
  let next = 0;
  const planes = tiles.map(({ index, within }, plane) => {
    const own = pieces[plane] ?? [];
    const read = bytes.slice(next, next + own.length);
    next += own.length;
    return thin(codestream, index, { within, reduce }, own, read);
  });
  const parts = tiles.map(({ within }) => ({ x: within.x0 - area.x0, y: within.y0 - area.y0, area: within }));
  return { planes, parts, tiles };
}

/** The ranges that `readUnit` reads where nothing is held, those of the index left out: this is read. */
export async function unitRanges(
  reader: UnitReader,
  area: Area,
  reduce: number,
  options: ReadOptions,
): Promise<readonly ByteRange[]> {
  const { pieces } = await neededOf(reader, area, reduce, options);
  return joinedRanges(pieces.flat().map(({ range }) => range));
}

/** The tiles that an area touches, and what it needs of each. */
async function neededOf(reader: UnitReader, area: Area, reduce: number, options: ReadOptions) {
  const { codestream, held, isDraft } = reader;
  const tiles = tilesWithin(codestream, area, reduce).map((each) => ({ ...each, index: reader.indexOf(each.tile) }));
  await readHeads(reader, tiles, area, reduce, options);
  await Promise.all(tiles.map(({ index }) => index.knowThrough(codestream.levels - reduce, options)));
  const pieces = await Promise.all(
    tiles.map(async ({ index, within }) => {
      const pieces = await neededPieces(codestream, index, within, reduce, held, options);
      return isDraft ? draftPieces(pieces, index, within) : pieces;
    }),
  );
  const total = pieces.flat().reduce((sum, { range }) => sum + range.length, 0);
  if (total > MAX_UNIT_BYTES) throw tooMuch(total);
  return { tiles, pieces };
}

/** The pieces of the first layers, as many as bring enough bits. */
function draftPieces(pieces: readonly PacketPiece[], { packets }: TileIndex, { x0, y0, x1, y1 }: Area) {
  const bytes = new Array<number>(packets.layers).fill(0);
  const layerOf = ({ packet }: PacketPiece) => packetAt(packets, packet).layer;
  for (const piece of pieces) bytes[layerOf(piece)] = (bytes[layerOf(piece)] ?? 0) + piece.range.length;
  let missing = ((x1 - x0) * (y1 - y0) * packets.ranks.length * DRAFT_BITS) / 8;
  const enough = bytes.findIndex((length) => {
    missing -= length;
    return missing <= 0;
  });
  return enough < 0 ? pieces : pieces.filter((piece) => layerOf(piece) <= enough);
}

interface TileWithin {
  readonly tile: number;
  /** What of the area is in the tile. */
  readonly within: Area;
}

function tilesWithin(codestream: Codestream, area: Area, reduce: number): readonly TileWithin[] {
  const { tileX0, tileY0, tileWidth, tileHeight, columns, rows } = codestream;
  const scale = 2 ** reduce;
  if (columns * rows > FEW_TILES && (tileWidth * tileHeight) / scale ** 2 < LEAST_TILE_PIXELS)
    throw tooSmall(codestream);
  // A tile that begins up to one halved pixel before the area may have its first pixel in it.
  const first = (start: number, origin: number, side: number) =>
    Math.max(0, Math.floor(((start - 1) * scale - origin) / side));
  const last = (end: number, origin: number, side: number, count: number) =>
    Math.min(count - 1, Math.floor((end * scale - origin) / side));
  const tiles: TileWithin[] = [];
  for (let row = first(area.y0, tileY0, tileHeight); row <= last(area.y1, tileY0, tileHeight, rows); row++) {
    for (
      let column = first(area.x0, tileX0, tileWidth);
      column <= last(area.x1, tileX0, tileWidth, columns);
      column++
    ) {
      const tile = row * columns + column;
      const within = intersection(area, reducedArea(tileArea(codestream, tile), reduce));
      if (within) tiles.push({ tile, within });
      if (tiles.length > MAX_TILES) throw tooSmall(codestream);
    }
  }
  return tiles;
}

/**
 * Of many tiles, reads the beginnings of their first parts at once, with as much of their packets as will be needed:
 * else each would take a read for its header, and a second one for its packets.
 */
async function readHeads(
  { codestream, parts, held }: UnitReader,
  tiles: readonly { readonly tile: number; readonly index: TileIndex }[],
  area: Area,
  reduce: number,
  options: ReadOptions,
): Promise<void> {
  if (codestream.columns * codestream.rows === 1) return;
  const isByResolution = codestream.order !== 'PCRL' && codestream.order !== 'CPRL' && codestream.layers === 1;
  const ranges = tiles.flatMap(({ tile, index }): ByteRange[] => {
    const part = parts.atHand(tile, 0);
    if (!part || index.isKnownThrough(0)) return [];
    const whole = reducedArea(tileArea(codestream, tile), reduce);
    const isAll =
      reduce === 0 && area.x0 <= whole.x0 && area.y0 <= whole.y0 && area.x1 >= whole.x1 && area.y1 >= whole.y1;
    const share = isAll ? 1 : isByResolution ? REDUCED_SHARE ** Math.max(1, reduce) : 0;
    const length = Math.min(part.length, Math.ceil(PART_HEADER + part.length * share), MAX_WHOLE_PART);
    return [{ offset: part.offset, length }];
  });
  await held.readAll(ranges, options);
}

function thin(
  codestream: Codestream,
  tile: TileIndex,
  { within, reduce }: { readonly within: Area; readonly reduce: number },
  pieces: readonly PacketPiece[],
  bytes: readonly Uint8Array[],
): Uint8Array {
  const { geometry, packets, segments } = tile;
  const ranks = neededPrecincts(codestream, geometry, packets, within, reduce);
  const shown = shownPart(codestream, tile, { region: within, reduce, ranks });
  const given = new Map<number, { length: number; pieces: { at: number; bytes: Uint8Array }[] }>();
  let length = shown.resolutions.flat().reduce((sum, { columns, rows }) => sum + columns * rows, 0) * packets.layers;
  for (const [index, { packet, at, range }] of pieces.entries()) {
    const read = bytes[index];
    // The file ends within it: the decoder is told that there is nothing.
    if (!read || read.length < range.length) continue;
    const known = given.get(packet) ?? { length: tile.range(packet)?.length ?? 0, pieces: [] };
    if (known.pieces.length === 0) length += known.length;
    known.pieces.push({ at, bytes: read });
    given.set(packet, known);
  }
  if (length > MAX_THIN_BYTES) throw tooMuch(length);
  const packet = (component: number, resolution: number, place: number, layer: number): PacketBytes | undefined => {
    const rank = packets.ranks[component]?.[resolution]?.[place];
    return rank === undefined ? undefined : given.get(packetNumber(packets, rank, layer));
  };
  return thinCodestream({ codestream, geometry, shown, tileSegments: segments, reduce, packet });
}

function tooSmall({ tileWidth, tileHeight }: Codestream): ImageServerError {
  return unsupported(`its tiles are too small (${tileWidth} × ${tileHeight}) for a view of this resolution`);
}

function tooMuch(bytes: number): ImageServerError {
  return unsupported(
    `${Math.ceil(bytes / 2 ** 20)} MB would have to be read for a part of it, because it has no precincts or too large ones`,
    MEND.write,
  );
}
