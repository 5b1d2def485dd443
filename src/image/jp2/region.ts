import type { Area, Codestream } from './codestream.ts';
import { bandCoordinate, bandsOf, componentArea, precinctInBand, type TileGeometry } from './geometry.ts';
import type { PacketOrder } from './packet-order.ts';

/** Samples of a sub-band that a filter needs beyond a region: OpenJPEG's own numbers (`opj_tcd_is_subband_area_of_interest`). */
const MARGIN = { reversible: 2, irreversible: 3 } as const;

/** Largest coordinate of a band: nothing is limited by it. */
const INFINITE = Number.POSITIVE_INFINITY;

/**
 * What a region needs of a sub-band. `region` is on the reference grid after `reduce` halvings; `halvings` is the band's
 * number of them at full resolution.
 */
export function bandWindow(
  codestream: Codestream,
  component: number,
  region: Area,
  band: { readonly horizontal: 0 | 1; readonly vertical: 0 | 1; readonly halvings: number },
): Area {
  const { dx = 1, dy = 1 } = codestream.components[component] ?? {};
  const margin = codestream.codings[component]?.reversible ? MARGIN.reversible : MARGIN.irreversible;
  const { x0, y0, x1, y1 } = componentArea(region, dx, dy);
  const { horizontal, vertical, halvings } = band;
  const across = (value: number) => Math.max(0, bandCoordinate(value, horizontal, halvings));
  const down = (value: number) => Math.max(0, bandCoordinate(value, vertical, halvings));
  return {
    x0: across(x0) - margin,
    y0: down(y0) - margin,
    x1: across(x1) + margin,
    y1: down(y1) + margin,
  };
}

/**
 * Ranks of the precincts that a region needs, by OpenJPEG's own rule. `region` is on the reference grid after `reduce`
 * halvings, as the decoder sees it once the other resolutions are left out.
 */
export function neededPrecincts(
  codestream: Codestream,
  geometry: TileGeometry,
  packets: PacketOrder,
  region: Area,
  reduce: number,
): number[] {
  const levels = codestream.levels - reduce;
  const ranks: number[] = [];
  for (const [component, grids] of geometry.resolutions.entries()) {
    for (const [resolution, grid] of grids.entries()) {
      if (resolution > levels || grid.columns === 0 || grid.rows === 0) continue;
      const inBand = precinctInBand(grid, resolution);
      let [left, top, right, bottom] = [INFINITE, INFINITE, -1, -1];
      for (const band of bandsOf(resolution, levels)) {
        const window = bandWindow(codestream, component, region, band);
        left = Math.min(left, Math.floor(window.x0 / inBand.width));
        top = Math.min(top, Math.floor(window.y0 / inBand.height));
        right = Math.max(right, Math.ceil(window.x1 / inBand.width));
        bottom = Math.max(bottom, Math.ceil(window.y1 / inBand.height));
      }
      const list = packets.ranks[component]?.[resolution];
      const [first, last] = [Math.max(left - grid.firstColumn, 0), Math.min(right - grid.firstColumn, grid.columns)];
      for (let row = Math.max(top - grid.firstRow, 0); row < Math.min(bottom - grid.firstRow, grid.rows); row++) {
        for (let column = first; column < last; column++) {
          const rank = list?.[row * grid.columns + column];
          if (rank !== undefined) ranks.push(rank);
        }
      }
    }
  }
  return ranks;
}
