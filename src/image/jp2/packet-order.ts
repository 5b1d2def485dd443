import { damaged } from '../header-windows.ts';
import type { Codestream, Order } from './codestream.ts';
import type { TileGeometry } from './geometry.ts';

/** Packets of a tile: 12 bytes each are held of them. 20 layers of 100 megapixels in precincts of 256² have 150,000. */
const MAX_PACKETS = 2 ** 21;

/**
 * The packets of a tile in the order of the codestream (section B.12). Precincts have a rank in it, from which the
 * number of each of their packets follows: one a layer.
 */
export interface PacketOrder {
  readonly order: Order;
  readonly layers: number;
  /** Of all packets. */
  readonly count: number;
  /** By rank. */
  readonly components: Uint8Array;
  readonly resolutions: Uint8Array;
  /** Number of the precinct in its resolution, row by row. */
  readonly places: Uint32Array;
  /** Ranks by component, resolution and place. */
  readonly ranks: readonly (readonly Uint32Array[])[];
  /** First rank of each resolution, and the number of all, where precincts come by resolution. */
  readonly starts: readonly number[];
}

/** @throws {ImageServerError} 502 where there are more packets than make sense. */
export function packetOrder({ components, order, layers, levels }: Codestream, geometry: TileGeometry): PacketOrder {
  const flat = geometry.resolutions.flatMap((grids, component) =>
    grids.map((grid, resolution) => ({ grid, component, resolution })),
  );
  // By resolution, then component: LRCP and RLCP have it so, and nothing needs to be sorted.
  flat.sort((a, b) => a.resolution - b.resolution || a.component - b.component);
  const total = flat.reduce((sum, { grid }) => sum + grid.columns * grid.rows, 0);
  if (total * layers > MAX_PACKETS) throw damaged(`a tile has ${total * layers} packets, more than ${MAX_PACKETS}`);
  const [xs, ys] = [new Float64Array(total), new Float64Array(total)];
  const unsorted = {
    components: new Uint8Array(total),
    resolutions: new Uint8Array(total),
    places: new Uint32Array(total),
  };
  let next = 0;
  for (const { grid, component, resolution } of flat) {
    const scale = 2 ** (levels - resolution);
    const { dx = 1, dy = 1 } = components[component] ?? {};
    for (let place = 0; place < grid.columns * grid.rows; place++, next++) {
      const column = grid.firstColumn + (place % grid.columns);
      const row = grid.firstRow + Math.floor(place / grid.columns);
      xs[next] = Math.max(geometry.area.x0, column * grid.precinctWidth * scale * dx);
      ys[next] = Math.max(geometry.area.y0, row * grid.precinctHeight * scale * dy);
      unsorted.components[next] = component;
      unsorted.resolutions[next] = resolution;
      unsorted.places[next] = place;
    }
  }
  const by = { x: xs, y: ys, ...unsorted };
  const keys = SORTED_BY[order].map((key) => by[key]);
  const sequence = Uint32Array.from({ length: total }, (_, index) => index);
  if (keys.length > 0) sequence.sort((a, b) => compare(keys, a, b));
  return numbered(order, layers, levels, geometry, { sequence, ...unsorted });
}

type SortKey = 'x' | 'y' | 'components' | 'resolutions' | 'places';

/** What precincts are sorted by, the layers apart (section B.12.1). */
const SORTED_BY: Readonly<Record<Order, readonly SortKey[]>> = {
  LRCP: [],
  RLCP: [],
  RPCL: ['resolutions', 'y', 'x', 'components', 'places'],
  PCRL: ['y', 'x', 'components', 'resolutions', 'places'],
  CPRL: ['components', 'y', 'x', 'resolutions', 'places'],
};

function compare(keys: readonly ArrayLike<number>[], a: number, b: number): number {
  for (const key of keys) {
    const difference = (key[a] ?? 0) - (key[b] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbered(
  order: Order,
  layers: number,
  levels: number,
  geometry: TileGeometry,
  unsorted: Pick<PacketOrder, 'components' | 'resolutions' | 'places'> & { readonly sequence: Uint32Array },
): PacketOrder {
  const { sequence } = unsorted;
  const components = new Uint8Array(sequence.length);
  const resolutions = new Uint8Array(sequence.length);
  const places = new Uint32Array(sequence.length);
  const ranks = geometry.resolutions.map((grids) => grids.map(({ columns, rows }) => new Uint32Array(columns * rows)));
  const sizes = new Array<number>(levels + 1).fill(0);
  for (const [rank, index] of sequence.entries()) {
    const [component, resolution] = [unsorted.components[index] ?? 0, unsorted.resolutions[index] ?? 0];
    const place = unsorted.places[index] ?? 0;
    components[rank] = component;
    resolutions[rank] = resolution;
    places[rank] = place;
    const list = ranks[component]?.[resolution];
    if (list) list[place] = rank;
    sizes[resolution] = (sizes[resolution] ?? 0) + 1;
  }
  const starts = [0];
  for (const size of sizes) starts.push((starts.at(-1) ?? 0) + size);
  return { order, layers, count: sequence.length * layers, components, resolutions, places, ranks, starts };
}

/** Number of the packet of a precinct and layer. */
export function packetNumber({ order, layers, resolutions, starts }: PacketOrder, rank: number, layer: number): number {
  if (order === 'LRCP') return layer * resolutions.length + rank;
  if (order !== 'RLCP') return rank * layers + layer;
  const resolution = resolutions[rank] ?? 0;
  const start = starts[resolution] ?? 0;
  return start * layers + layer * ((starts[resolution + 1] ?? 0) - start) + rank - start;
}

/** The precinct and layer of a packet. */
export function packetAt(packets: PacketOrder, number: number): { readonly rank: number; readonly layer: number } {
  const { order, layers, resolutions, starts } = packets;
  if (order === 'LRCP') return { rank: number % resolutions.length, layer: Math.floor(number / resolutions.length) };
  if (order !== 'RLCP') return { rank: Math.floor(number / layers), layer: number % layers };
  const resolution = Math.max(0, starts.findIndex((start) => start * layers > number) - 1);
  const start = starts[resolution] ?? 0;
  const size = Math.max(1, (starts[resolution + 1] ?? 0) - start);
  const within = number - start * layers;
  return { rank: start + (within % size), layer: Math.floor(within / size) };
}

/** Packets from the first on that hold all of the resolutions up to one. */
export function packetsThrough({ order, layers, count, starts }: PacketOrder, resolution: number): number {
  const isByResolution = order === 'RLCP' || order === 'RPCL' || (order === 'LRCP' && layers === 1);
  return isByResolution ? (starts[resolution + 1] ?? 0) * layers : count;
}

/** The most packets up to `known` of which no precinct goes on after them. */
export function wholePrecincts({ order, layers, count, starts }: PacketOrder, known: number): number {
  if (known >= count || layers === 1) return known;
  if (order === 'LRCP') return 0;
  if (order !== 'RLCP') return known - (known % layers);
  return (starts.findLast((start) => start * layers <= known) ?? 0) * layers;
}
