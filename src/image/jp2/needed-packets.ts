import type { ByteRange, ReadOptions } from '../../source/source.ts';
import { damaged } from '../header-windows.ts';
import type { Area, Codestream } from './codestream.ts';
import type { HeldBytes } from './held-bytes.ts';
import { type BlockBytes, PacketHeaders } from './packet-headers.ts';
import { packetNumber } from './packet-order.ts';
import { bandWindow, neededPrecincts } from './region.ts';
import type { TileIndex } from './tile-index.ts';

/**
 * Bytes of a packet from which on single code-blocks of it are read: those of precincts of 256² are shorter, those of
 * whole resolutions far longer. A region then needs many ranges, which isn't worth while for less.
 */
const SPARSE_PACKET = 256 * 1024;
/** Bytes of all needed packets from which on it is done. */
const SPARSE_TOTAL = 2 * 2 ** 20;

/** Bytes of a packet header for each code-block, and for itself. */
const BLOCK_HEADER = 4;
const PACKET_HEADER = 64;

/** A piece of a packet that is to be read. */
export interface PacketPiece {
  readonly packet: number;
  /** Place in the packet. */
  readonly at: number;
  readonly range: ByteRange;
}

/**
 * The pieces of packets that a region of a tile needs. Its packets must be known; where these are long, their headers are
 * read to find the code-blocks.
 * @throws {ImageServerError} 502 where a packet is damaged.
 */
export async function neededPieces(
  codestream: Codestream,
  tile: TileIndex,
  region: Area,
  reduce: number,
  held: HeldBytes,
  options: ReadOptions,
): Promise<readonly PacketPiece[]> {
  const ranks = neededPrecincts(codestream, tile.geometry, tile.packets, region, reduce);
  const whole = ranks.map((rank) => wholePieces(codestream, tile, rank));
  const total = whole.flat().reduce((sum, { range }) => sum + range.length, 0);
  if (total < SPARSE_TOTAL) return whole.flat();
  const pieces = await Promise.all(
    whole.map(async (packets, index) => {
      const rank = ranks[index];
      const isLong = packets.some(({ range }) => range.length >= SPARSE_PACKET);
      if (rank === undefined || !isLong) return packets;
      return sparsePieces({ codestream, tile, region, reduce }, rank, held, options);
    }),
  );
  return pieces.flat();
}

/** The packets of a precinct that are there: layers follow each other, so that none is missing between two. */
function wholePieces({ layers }: Codestream, tile: TileIndex, rank: number): PacketPiece[] {
  const pieces: PacketPiece[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const packet = packetNumber(tile.packets, rank, layer);
    const range = tile.range(packet);
    if (!range) break;
    pieces.push({ packet, at: 0, range });
  }
  return pieces;
}

interface Wanted {
  readonly codestream: Codestream;
  readonly tile: TileIndex;
  readonly region: Area;
  readonly reduce: number;
}

/** The headers of a precinct's packets, and those of its code-blocks that are within the region. */
async function sparsePieces(
  wanted: Wanted,
  rank: number,
  held: HeldBytes,
  options: ReadOptions,
): Promise<PacketPiece[]> {
  const { codestream, tile } = wanted;
  const headers = new PacketHeaders(codestream, tile.geometry, tile.packets);
  const guess = PACKET_HEADER + BLOCK_HEADER * headers.blocksOf(rank);
  const whole = wholePieces(codestream, tile, rank);
  const pieces: PacketPiece[] = [];
  const starts = whole.map(({ range }) => ({ ...range, length: Math.min(guess, range.length) }));
  const begun = await held.readAll(starts, options);
  for (const [layer, { packet, range }] of whole.entries()) {
    let bytes = begun[layer] ?? new Uint8Array(0);
    const blocks: BlockBytes[] = [];
    const readHeader = () => headers.read(bytes, 0, { rank, layer }, (block) => blocks.push(block));
    let length = readHeader();
    while (!length) {
      if (bytes.length >= range.length) throw damaged('a packet header is longer than its packet');
      const more = Math.min(Math.max(2 * bytes.length, guess), range.length);
      [bytes = bytes] = await held.readAll([{ offset: range.offset, length: more }], options);
      length = readHeader();
    }
    if (length.header + length.body > range.length) throw damaged('a packet is longer than it may be');
    pieces.push({ packet, at: 0, range: { offset: range.offset, length: length.header } });
    for (const block of blocks.filter((each) => isNeeded(wanted, rank, each))) {
      pieces.push({ packet, at: block.at, range: { offset: range.offset + block.at, length: block.length } });
    }
  }
  return pieces;
}

function isNeeded({ codestream, tile, region, reduce }: Wanted, rank: number, block: BlockBytes): boolean {
  const component = tile.packets.components[rank] ?? 0;
  const band = { ...block.band, halvings: block.band.halvings - reduce };
  const window = bandWindow(codestream, component, region, band);
  return block.x0 < window.x1 && block.x1 > window.x0 && block.y0 < window.y1 && block.y1 > window.y0;
}
