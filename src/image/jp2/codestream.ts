import type { Segment } from './markers.ts';

/** One component (ISO/IEC 15444-1, table A.11). */
export interface Component {
  readonly bits: number;
  readonly signed: boolean;
  /** Distance of its samples on the reference grid. */
  readonly dx: number;
  readonly dy: number;
}

/** How a component is coded (tables A.20 and A.23). */
export interface Coding {
  /** Number of decompositions: there is one resolution more. */
  readonly levels: number;
  /** Exponents of 2 of a code-block's sides. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Bits of `BLOCK_STYLE`. */
  readonly style: number;
  /** The 5/3 filter; else the 9/7. */
  readonly reversible: boolean;
  /** Exponents of 2 of the sides of precincts, smallest resolution first. */
  readonly precincts: readonly { readonly width: number; readonly height: number }[];
}

/** Orders of packets, by their number (table A.16). */
export const ORDERS = ['LRCP', 'RLCP', 'RPCL', 'PCRL', 'CPRL'] as const;
export type Order = (typeof ORDERS)[number];

/** What the main header tells. Plain data. */
export interface Codestream {
  /** The image on the reference grid, half-open (section B.2). */
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Where the first tile begins. */
  readonly tileX0: number;
  readonly tileY0: number;
  readonly columns: number;
  readonly rows: number;
  readonly components: readonly Component[];
  readonly order: Order;
  readonly layers: number;
  /** Decompositions, the same of all components. */
  readonly levels: number;
  /** Packet headers end with a marker. */
  readonly eph: boolean;
  /** Of each component. */
  readonly codings: readonly Coding[];
  /** Segments that a decoder needs, in their order. */
  readonly segments: readonly Segment[];
}

/** A rectangle on a grid, half-open. */
export interface Area {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** An area on the reference grid as it is after `reduce` halvings (equation B-14). */
export function reducedArea({ x0, y0, x1, y1 }: Area, reduce: number): Area {
  const scale = 2 ** reduce;
  return {
    x0: Math.ceil(x0 / scale),
    y0: Math.ceil(y0 / scale),
    x1: Math.ceil(x1 / scale),
    y1: Math.ceil(y1 / scale),
  };
}

/** A tile on the reference grid (equations B-7 to B-10). */
export function tileArea(codestream: Codestream, tile: number): Area {
  const { tileX0, tileY0, tileWidth, tileHeight, columns } = codestream;
  const left = tileX0 + (tile % columns) * tileWidth;
  const top = tileY0 + Math.floor(tile / columns) * tileHeight;
  return {
    x0: Math.max(left, codestream.x0),
    y0: Math.max(top, codestream.y0),
    x1: Math.min(left + tileWidth, codestream.x1),
    y1: Math.min(top + tileHeight, codestream.y1),
  };
}

/** Both have pixels in common; they need not be the same size. */
export function intersection(a: Area, b: Area): Area | undefined {
  const area = {
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  };
  return area.x0 < area.x1 && area.y0 < area.y1 ? area : undefined;
}
