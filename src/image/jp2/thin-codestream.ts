import { type Codestream, reducedArea } from './codestream.ts';
import type { TileGeometry } from './geometry.ts';
import { CODING_STYLE, Marker, type Segment, viewOf } from './markers.ts';

/** Bytes of a packet: all of them at its place, or pieces, between which nothing is looked at. */
export interface PacketBytes {
  readonly length: number;
  readonly pieces: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

export interface ThinCodestream {
  readonly codestream: Codestream;
  /** Of the tile. */
  readonly geometry: TileGeometry;
  /** Of its part that is written, in whose resolutions no precinct is cut. */
  readonly shown: TileGeometry;
  /** Segments of the header of the tile's first tile-part. */
  readonly tileSegments: readonly Segment[];
  readonly reduce: number;
  /** Of a precinct, by component, resolution and place in the tile; undefined for one that isn't needed. */
  packet(component: number, resolution: number, place: number, layer: number): PacketBytes | undefined;
}

/** SOT: 12 bytes, SOD 2. */
const TILE_PART_HEADER = 14;

/**
 * Writes a codestream of a part of one tile, without its finest `reduce` resolutions, in which packets that aren't given
 * are empty. It stays where it is on the reference grid, halved `reduce` times. Packets come by layer, resolution, component
 * and place (LRCP), which needs no sorting; what they hold doesn't depend on their order.
 */
export function thinCodestream(thin: ThinCodestream): Uint8Array {
  const { codestream, geometry, shown, tileSegments } = thin;
  const { eph, levels, layers } = codestream;
  const header = codestream.segments.map((segment) => reducedSegment(thin, segment));
  const ofTile = tileSegments.map((segment) => reducedSegment(thin, segment));
  // An empty packet is one bit 0, filled up to a byte (section B.10.3), and ends with EPH where all do.
  const empty = eph ? Uint8Array.of(0, Marker.EPH >> 8, Marker.EPH & 0xff) : Uint8Array.of(0);
  const body: (PacketBytes | undefined)[] = [];
  let length = 0;
  for (let layer = 0; layer < layers; layer++) {
    for (let resolution = 0; resolution <= levels - thin.reduce; resolution++) {
      for (const [component, grids] of shown.resolutions.entries()) {
        const [grid, whole] = [grids[resolution], geometry.resolutions[component]?.[resolution]];
        if (!grid || !whole) continue;
        for (let at = 0; at < grid.columns * grid.rows; at++) {
          const column = grid.firstColumn - whole.firstColumn + (at % grid.columns);
          const row = grid.firstRow - whole.firstRow + Math.floor(at / grid.columns);
          const packet = thin.packet(component, resolution, row * whole.columns + column, layer);
          body.push(packet);
          length += packet?.length ?? empty.length;
        }
      }
    }
  }
  const partLength = TILE_PART_HEADER + lengthOf(ofTile) + length;
  const bytes = new Uint8Array(2 + lengthOf(header) + partLength + 2);
  const view = viewOf(bytes);
  view.setUint16(0, Marker.SOC);
  let at = put(bytes, 2, header);
  view.setUint16(at, Marker.SOT);
  view.setUint16(at + 2, 10);
  view.setUint32(at + 6, partLength);
  view.setUint8(at + 11, 1);
  at = put(bytes, at + 12, ofTile);
  view.setUint16(at, Marker.SOD);
  at += 2;
  for (const packet of body) {
    if (!packet) bytes.set(empty, at);
    for (const piece of packet?.pieces ?? []) bytes.set(piece.bytes, at + piece.at);
    at += packet?.length ?? empty.length;
  }
  view.setUint16(at, Marker.EOC);
  return bytes;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function put(bytes: Uint8Array, offset: number, parts: readonly Uint8Array[]): number {
  let at = offset;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return at;
}

/** A segment as it is where the part is the image and `reduce` decompositions are left out. */
function reducedSegment(thin: ThinCodestream, { marker, bytes }: Segment): Uint8Array {
  const { reduce } = thin;
  switch (marker) {
    case Marker.SIZ:
      return reducedSize(thin, bytes);
    case Marker.COD: {
      const cod = reducedCoding(bytes, 4, 9, reduce);
      cod[5] = 0;
      return cod;
    }
    case Marker.COC:
      return reducedCoding(bytes, 5, 6, reduce);
    case Marker.QCD:
      return reducedQuantization(bytes, 4, reduce);
    case Marker.QCC:
      return reducedQuantization(bytes, 5, reduce);
    default:
      return bytes;
  }
}

function reducedSize({ shown, reduce }: ThinCodestream, siz: Uint8Array): Uint8Array {
  const bytes = siz.slice();
  const view = viewOf(bytes);
  const { x0, y0, x1, y1 } = reducedArea(shown.area, reduce);
  for (const [index, value] of [x1, y1, x0, y0, x1 - x0, y1 - y0, x0, y0].entries()) {
    view.setUint32(6 + 4 * index, value);
  }
  return bytes;
}

/** COD or COC (tables A.12 and A.22): `style` is where its flags are, `levels` where the number of decompositions is. */
function reducedCoding(coding: Uint8Array, style: number, levels: number, reduce: number): Uint8Array {
  const hasPrecincts = ((coding[style] ?? 0) & CODING_STYLE.precincts) !== 0;
  const bytes = cut(coding, hasPrecincts ? reduce : 0);
  bytes[levels] = (coding[levels] ?? 0) - reduce;
  return bytes;
}

/** QCD or QCC (tables A.27 and A.31): three sub-bands a resolution, of one or two bytes, or one value for all. */
function reducedQuantization(quantization: Uint8Array, style: number, reduce: number): Uint8Array {
  const kind = (quantization[style] ?? 0) & 31;
  const perBand = [1, 0, 2][kind] ?? 0;
  return cut(quantization, 3 * perBand * reduce);
}

function cut(segment: Uint8Array, end: number): Uint8Array {
  const bytes = segment.slice(0, segment.length - end);
  viewOf(bytes).setUint16(2, bytes.length - 2);
  return bytes;
}
