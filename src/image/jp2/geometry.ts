import { damaged } from '../header-windows.ts';
import { type Area, type Codestream, tileArea } from './codestream.ts';

/** Precincts of a tile, beyond which a file is made to keep us busy: a gigapixel in precincts of 128² has 250,000. */
const MAX_PRECINCTS = 2 ** 19;

/** One resolution of a component of a tile, in its own coordinates (section B.5), and its precincts (B.6). */
export interface ResolutionGrid extends Area {
  /** Sides of a precinct. */
  readonly precinctWidth: number;
  readonly precinctHeight: number;
  /** Numbers of the first column and row of precincts, counted from 0,0 of the grid. */
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly columns: number;
  readonly rows: number;
}

/** A tile on the reference grid, and its resolutions: of each component, smallest first. */
export interface TileGeometry {
  readonly area: Area;
  readonly resolutions: readonly (readonly ResolutionGrid[])[];
}

/** @throws {ImageServerError} 502 where it has more precincts than make sense. */
export function tileGeometry(codestream: Codestream, tile: number): TileGeometry {
  return areaGeometry(codestream, tileArea(codestream, tile));
}

/** The geometry that a tile of this area on the reference grid has. @throws {ImageServerError} as above. */
export function areaGeometry(codestream: Codestream, area: Area): TileGeometry {
  let precincts = 0;
  const resolutions = codestream.components.map(({ dx, dy }, component) =>
    (codestream.codings[component]?.precincts ?? []).map(({ width, height }, resolution) => {
      const grid = gridOf(componentArea(area, dx, dy), 2 ** (codestream.levels - resolution), 2 ** width, 2 ** height);
      precincts += grid.columns * grid.rows;
      return grid;
    }),
  );
  if (precincts > MAX_PRECINCTS) throw damaged(`a tile has ${precincts} precincts, more than ${MAX_PRECINCTS}`);
  return { area, resolutions };
}

/** An area of the reference grid in samples of a component (equation B-12). */
export function componentArea({ x0, y0, x1, y1 }: Area, dx: number, dy: number): Area {
  return { x0: Math.ceil(x0 / dx), y0: Math.ceil(y0 / dy), x1: Math.ceil(x1 / dx), y1: Math.ceil(y1 / dy) };
}

function gridOf(area: Area, scale: number, precinctWidth: number, precinctHeight: number): ResolutionGrid {
  const [x0, y0] = [Math.ceil(area.x0 / scale), Math.ceil(area.y0 / scale)];
  const [x1, y1] = [Math.ceil(area.x1 / scale), Math.ceil(area.y1 / scale)];
  const [firstColumn, firstRow] = [Math.floor(x0 / precinctWidth), Math.floor(y0 / precinctHeight)];
  const isEmpty = x1 <= x0 || y1 <= y0;
  return {
    x0,
    y0,
    x1,
    y1,
    precinctWidth,
    precinctHeight,
    firstColumn,
    firstRow,
    columns: isEmpty ? 0 : Math.ceil(x1 / precinctWidth) - firstColumn,
    rows: isEmpty ? 0 : Math.ceil(y1 / precinctHeight) - firstRow,
  };
}

/** A sub-band: which halves of the frequencies it has, and how often the component was halved for it (section B.5). */
export interface Band {
  readonly horizontal: 0 | 1;
  readonly vertical: 0 | 1;
  readonly halvings: number;
}

/** The sub-bands of a resolution, in the order of the packets, where there are `levels` decompositions. */
export function bandsOf(resolution: number, levels: number): readonly Band[] {
  if (resolution === 0) return [{ horizontal: 0, vertical: 0, halvings: levels }];
  const halvings = levels - resolution + 1;
  return [
    { horizontal: 1, vertical: 0, halvings },
    { horizontal: 0, vertical: 1, halvings },
    { horizontal: 1, vertical: 1, halvings },
  ];
}

/** A coordinate of a component within a sub-band (equation B-15). */
export function bandCoordinate(value: number, half: 0 | 1, halvings: number): number {
  if (halvings === 0) return value;
  return Math.ceil((value - half * 2 ** (halvings - 1)) / 2 ** halvings);
}

/** Sides of a precinct within a sub-band: all but the smallest resolution have bands of half their size. */
export function precinctInBand(
  { precinctWidth, precinctHeight }: ResolutionGrid,
  resolution: number,
): { readonly width: number; readonly height: number } {
  return resolution === 0
    ? { width: precinctWidth, height: precinctHeight }
    : { width: precinctWidth / 2, height: precinctHeight / 2 };
}
