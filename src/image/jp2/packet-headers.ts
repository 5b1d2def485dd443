import { damaged } from '../header-windows.ts';
import type { Codestream } from './codestream.ts';
import { bandCoordinate, bandsOf, componentArea, precinctInBand, type TileGeometry } from './geometry.ts';
import { BLOCK_STYLE, Marker } from './markers.ts';
import type { PacketOrder } from './packet-order.ts';
import { TagTree } from './tag-tree.ts';

/** Bit-planes of 16-bit samples with guard bits stay far below: a header that asks for more is no header. */
const MAX_BIT_PLANES = 80;

/** Bits of a length beyond which no object is as long. */
const MAX_LENGTH_BITS = 32;

/** SOP: marker, length, number (section A.8.1). */
const SOP_LENGTH = 6;

/** What a packet adds to a code-block: its place in the sub-band, and its bytes from the packet's start. */
export interface BlockBytes {
  readonly band: { readonly horizontal: 0 | 1; readonly vertical: 0 | 1; readonly halvings: number };
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly at: number;
  readonly length: number;
}

/** Lengths in bytes. */
export interface PacketLength {
  readonly header: number;
  readonly body: number;
}

/** The code-blocks of a precinct in one sub-band, and what earlier packets told of them. */
interface PrecinctBand {
  readonly band: BlockBytes['band'];
  /** Number of its first column and row of blocks, counted from 0,0 of the sub-band. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly inclusion: TagTree;
  readonly bitPlanes: TagTree;
  /** Of each block: Lblock, 0 before it is included for the first time, and the passes it has. */
  readonly lengthBits: Uint8Array;
  readonly passes: Uint16Array;
}

/**
 * Reads packet headers, from which follows how long packets are (section B.10). Those of a precinct must be read layer
 * by layer.
 */
export class PacketHeaders {
  readonly #codestream: Codestream;
  readonly #geometry: TileGeometry;
  readonly #packets: PacketOrder;
  readonly #precincts = new Map<number, readonly PrecinctBand[]>();

  constructor(codestream: Codestream, geometry: TileGeometry, packets: PacketOrder) {
    this.#codestream = codestream;
    this.#geometry = geometry;
    this.#packets = packets;
  }

  /** Code-blocks of a precinct. */
  blocksOf(rank: number): number {
    return this.#bandsOf(rank).reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  }

  /**
   * Reads the header of a packet that begins at `at`; undefined where `bytes` end before it does, and nothing is changed
   * then. `note` is told what it holds.
   * @throws {ImageServerError} 502 where it is none.
   */
  read(
    bytes: Uint8Array,
    at: number,
    { rank, layer }: { readonly rank: number; readonly layer: number },
    note?: (block: BlockBytes) => void,
  ): PacketLength | undefined {
    const bands = this.#bandsOf(rank);
    const saved = bands.map(statesOf).map((states) => states.map((state) => state.slice()));
    const { style = 0 } = this.#codestream.codings[this.#packets.components[rank] ?? 0] ?? {};
    const noted: BlockBytes[] = [];
    const read = readHeader(bytes, at, { bands, layer, style, eph: this.#codestream.eph }, note ? noted : undefined);
    if (!read) {
      for (const [index, band] of bands.entries()) {
        for (const [part, state] of statesOf(band).entries()) state.set(saved[index]?.[part] ?? []);
      }
      return undefined;
    }
    if (layer === this.#codestream.layers - 1) this.#precincts.delete(rank);
    for (const block of noted) note?.({ ...block, at: read.header + block.at });
    return read;
  }

  #bandsOf(rank: number): readonly PrecinctBand[] {
    const known = this.#precincts.get(rank);
    if (known) return known;
    const bands = this.#makeBands(rank);
    this.#precincts.set(rank, bands);
    return bands;
  }

  #makeBands(rank: number): readonly PrecinctBand[] {
    const { components, codings, levels } = this.#codestream;
    const component = this.#packets.components[rank] ?? 0;
    const resolution = this.#packets.resolutions[rank] ?? 0;
    const place = this.#packets.places[rank] ?? 0;
    const grid = this.#geometry.resolutions[component]?.[resolution];
    const coding = codings[component];
    if (!grid || !coding) return [];
    const { dx = 1, dy = 1 } = components[component] ?? {};
    const area = componentArea(this.#geometry.area, dx, dy);
    const inBand = precinctInBand(grid, resolution);
    const left = (grid.firstColumn + (place % grid.columns)) * inBand.width;
    const top = (grid.firstRow + Math.floor(place / grid.columns)) * inBand.height;
    const blockWidth = Math.min(2 ** coding.blockWidth, inBand.width);
    const blockHeight = Math.min(2 ** coding.blockHeight, inBand.height);
    return bandsOf(resolution, levels).flatMap((band) => {
      const { horizontal, vertical, halvings } = band;
      const x0 = Math.max(bandCoordinate(area.x0, horizontal, halvings), left);
      const x1 = Math.min(bandCoordinate(area.x1, horizontal, halvings), left + inBand.width);
      const y0 = Math.max(bandCoordinate(area.y0, vertical, halvings), top);
      const y1 = Math.min(bandCoordinate(area.y1, vertical, halvings), top + inBand.height);
      if (x1 <= x0 || y1 <= y0) return [];
      const [column, row] = [Math.floor(x0 / blockWidth), Math.floor(y0 / blockHeight)];
      const [columns, rows] = [Math.ceil(x1 / blockWidth) - column, Math.ceil(y1 / blockHeight) - row];
      return {
        ...{ band, column, row, columns, rows, blockWidth, blockHeight },
        inclusion: new TagTree(columns, rows),
        bitPlanes: new TagTree(columns, rows),
        lengthBits: new Uint8Array(columns * rows),
        passes: new Uint16Array(columns * rows),
      };
    });
  }
}

function statesOf({ inclusion, bitPlanes, lengthBits, passes }: PrecinctBand) {
  return [inclusion.state, bitPlanes.state, lengthBits, passes];
}

interface HeaderContext {
  readonly bands: readonly PrecinctBand[];
  readonly layer: number;
  readonly style: number;
  readonly eph: boolean;
}

/** Reads one header; the `at` of noted blocks counts from the start of the body. */
function readHeader(
  bytes: Uint8Array,
  start: number,
  { bands, layer, style, eph }: HeaderContext,
  noted: BlockBytes[] | undefined,
): PacketLength | undefined {
  const isMarker = (at: number, marker: number) => bytes[at] === marker >> 8 && bytes[at + 1] === (marker & 0xff);
  const bits = new HeaderBits(bytes, start + (isMarker(start, Marker.SOP) ? SOP_LENGTH : 0));
  let body = 0;
  if (bits.bit() === 1) {
    for (const band of bands) {
      for (let y = 0, block = 0; y < band.rows; y++) {
        for (let x = 0; x < band.columns; x++, block++) {
          const length = readBlock(bits, band, x, y, block, layer, style);
          if (bits.isShort) return undefined;
          if (length > 0) noted?.push(placed(band, x, y, body, length));
          body += length;
        }
      }
    }
  }
  let end = bits.end();
  if (eph && end + 2 > bytes.length) return undefined;
  if (eph && isMarker(end, Marker.EPH)) end += 2;
  return bits.isShort || end > bytes.length ? undefined : { header: end - start, body };
}

function placed(grid: PrecinctBand, x: number, y: number, at: number, length: number): BlockBytes {
  const { band, blockWidth, blockHeight } = grid;
  const [x0, y0] = [(grid.column + x) * blockWidth, (grid.row + y) * blockHeight];
  return { band, x0, y0, x1: x0 + blockWidth, y1: y0 + blockHeight, at, length };
}

/** Bytes that a packet adds to a block; 0 where it adds none. */
function readBlock(
  bits: HeaderBits,
  { inclusion, bitPlanes, lengthBits, passes }: PrecinctBand,
  x: number,
  y: number,
  block: number,
  layer: number,
  style: number,
): number {
  const isNew = lengthBits[block] === 0;
  if (!(isNew ? inclusion.isBelow(bits, x, y, layer + 1) : bits.bit() === 1)) return 0;
  if (isNew) {
    let planes = 1;
    while (!bitPlanes.isBelow(bits, x, y, planes) && planes < MAX_BIT_PLANES) planes += 1;
    lengthBits[block] = 3;
  }
  const added = readPasses(bits);
  let length = lengthBits[block] ?? 0;
  while (bits.bit() === 1) {
    length += 1;
    if (length > MAX_LENGTH_BITS) throw damaged('a packet header is none');
  }
  lengthBits[block] = length;
  let sum = 0;
  let pass = passes[block] ?? 0;
  for (let left = added; left > 0; ) {
    const segment = Math.min(left, segmentPasses(style, pass));
    sum += bits.number(length + Math.floor(Math.log2(segment)));
    pass += segment;
    left -= segment;
  }
  passes[block] = pass;
  return sum;
}

/** Passes up to the next place at which a codeword segment ends (table D.9). */
function segmentPasses(style: number, pass: number): number {
  // A clean-up pass, then what refines it (ISO/IEC 15444-15, section B.3).
  if ((style & BLOCK_STYLE.highThroughput) !== 0) return pass === 0 ? 1 : Number.POSITIVE_INFINITY;
  if ((style & BLOCK_STYLE.terminateAll) !== 0) return 1;
  if ((style & BLOCK_STYLE.bypass) === 0) return Number.POSITIVE_INFINITY;
  if (pass < 10) return 10 - pass;
  const phase = (pass - 10) % 3;
  return phase === 2 ? 1 : 2 - phase;
}

/** Number of coding passes (table B.4). */
function readPasses(bits: HeaderBits): number {
  if (bits.bit() === 0) return 1;
  if (bits.bit() === 0) return 2;
  const two = bits.number(2);
  if (two < 3) return 3 + two;
  const five = bits.number(5);
  return five < 31 ? 6 + five : 37 + bits.number(7);
}

/** Bits of a packet header: a byte after 0xff has seven (section B.10.1). Past the end they are 0. */
class HeaderBits {
  readonly #bytes: Uint8Array;
  #next: number;
  #current = 0;
  #left = 0;
  isShort = false;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#next = start;
  }

  bit(): number {
    if (this.#left === 0) {
      this.#left = this.#current === 0xff ? 7 : 8;
      this.isShort ||= this.#next >= this.#bytes.length;
      this.#current = this.#bytes[this.#next] ?? 0;
      this.#next += 1;
    }
    this.#left -= 1;
    return (this.#current >> this.#left) & 1;
  }

  number(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) value = value * 2 + this.bit();
    return value;
  }

  /** Where the header ends: a last byte of 0xff has another behind it. */
  end(): number {
    return this.#current === 0xff ? this.#next + 1 : this.#next;
  }
}
