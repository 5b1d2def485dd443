import { type Area, type Codestream, intersection } from './codestream.ts';
import { areaGeometry, type ResolutionGrid, type TileGeometry } from './geometry.ts';
import type { PacketOrder } from './packet-order.ts';

/** What is needed of a tile: a region on the reference grid after `reduce` halvings, and precincts by their ranks. */
export interface NeededPart {
  readonly region: Area;
  readonly reduce: number;
  readonly ranks: readonly number[];
}

/** Longer than any image: precincts that meet nowhere within one. */
const LONGEST = 2 ** 32;

/**
 * The part of a tile that a decoder is shown as if it were the tile: it holds what is needed, and ends where precincts of
 * all resolutions do, so that none is cut, and all packets and samples are what they were. Before it looks at any data,
 * OpenJPEG takes some 440 bytes for each code-block: 110 MB for a tile of 250 megapixels.
 */
export function shownPart(
  codestream: Codestream,
  tile: { readonly geometry: TileGeometry; readonly packets: PacketOrder },
  { region, reduce, ranks }: NeededPart,
): TileGeometry {
  const { geometry, packets } = tile;
  let { x0, y0, x1, y1 } = scaled(region, 2 ** reduce);
  for (const rank of ranks) {
    const [component = 0, resolution = 0] = [packets.components[rank], packets.resolutions[rank]];
    const grid = geometry.resolutions[component]?.[resolution];
    if (!grid) continue;
    const { width, height } = precinctSize(codestream, component, resolution, grid);
    const place = packets.places[rank] ?? 0;
    const column = grid.firstColumn + (place % grid.columns);
    const row = grid.firstRow + Math.floor(place / grid.columns);
    [x0, x1] = [Math.min(x0, column * width), Math.max(x1, (column + 1) * width)];
    [y0, y1] = [Math.min(y0, row * height), Math.max(y1, (row + 1) * height)];
  }
  const step = commonPrecinct(codestream, geometry, reduce);
  if (step.width > LONGEST || step.height > LONGEST) return geometry;
  const aligned = {
    x0: Math.floor(x0 / step.width) * step.width,
    y0: Math.floor(y0 / step.height) * step.height,
    x1: Math.ceil(x1 / step.width) * step.width,
    y1: Math.ceil(y1 / step.height) * step.height,
  };
  const area = intersection(geometry.area, aligned);
  return area ? areaGeometry(codestream, area) : geometry;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The least size that whole precincts of every resolution fill, on the reference grid. */
function commonPrecinct(codestream: Codestream, { resolutions }: TileGeometry, reduce: number): Size {
  let [width, height] = [1, 1];
  for (const [component, grids] of resolutions.entries()) {
    for (const [resolution, grid] of grids.slice(0, codestream.levels - reduce + 1).entries()) {
      const size = precinctSize(codestream, component, resolution, grid);
      width = commonMultiple(width, size.width);
      height = commonMultiple(height, size.height);
    }
  }
  return { width, height };
}

/** Of a precinct on the reference grid. */
function precinctSize(
  { components, levels }: Codestream,
  component: number,
  resolution: number,
  { precinctWidth, precinctHeight }: ResolutionGrid,
): Size {
  const { dx = 1, dy = 1 } = components[component] ?? {};
  const scale = 2 ** (levels - resolution);
  return { width: precinctWidth * scale * dx, height: precinctHeight * scale * dy };
}

/** The least one; infinite where that is beyond all images. */
function commonMultiple(a: number, b: number): number {
  if (a > LONGEST || b > LONGEST) return Number.POSITIVE_INFINITY;
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

function scaled({ x0, y0, x1, y1 }: Area, scale: number): Area {
  return { x0: x0 * scale, y0: y0 * scale, x1: x1 * scale, y1: y1 * scale };
}
