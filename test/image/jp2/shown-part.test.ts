import { expect, test } from 'vitest';
import { type Area, type Codestream, type Component, reducedArea } from '../../../src/image/jp2/codestream.ts';
import { tileGeometry } from '../../../src/image/jp2/geometry.ts';
import { packetOrder } from '../../../src/image/jp2/packet-order.ts';
import { neededPrecincts } from '../../../src/image/jp2/region.ts';
import { shownPart } from '../../../src/image/jp2/shown-part.ts';

const LEVELS = 5;
const FULL: Component = { bits: 8, signed: false, dx: 1, dy: 1 };

/** One tile; `precincts` are exponents of 2, smallest resolution first. */
function codestreamOf(area: Area, precincts: readonly number[], components = [FULL, FULL, FULL]): Codestream {
  const { x0, y0, x1, y1 } = area;
  const sizes = precincts.map((side) => ({ width: side, height: side }));
  const coding = { levels: LEVELS, blockWidth: 6, blockHeight: 6, style: 0, reversible: false, precincts: sizes };
  return {
    ...{ x0, y0, x1, y1, tileWidth: x1, tileHeight: y1, tileX0: 0, tileY0: 0, columns: 1, rows: 1 },
    ...{ components, order: 'RPCL', layers: 1, levels: LEVELS, eph: false, segments: [] },
    codings: components.map(() => coding),
  };
}

/** What is shown for a region of full resolution, after `reduce` halvings. */
function shown(codestream: Codestream, region: Area, reduce = 0): Area {
  const geometry = tileGeometry(codestream, 0);
  const packets = packetOrder(codestream, geometry);
  const reduced = reducedArea(region, reduce);
  const ranks = neededPrecincts(codestream, geometry, packets, reduced, reduce);
  const part = shownPart(codestream, { geometry, packets }, { region: reduced, reduce, ranks });
  for (const rank of ranks) {
    const [component = 0, resolution = 0] = [packets.components[rank], packets.resolutions[rank]];
    const [whole, grid] = [geometry, part].map(({ resolutions }) => resolutions[component]?.[resolution]);
    if (!whole || !grid) throw new Error('no grid');
    const place = packets.places[rank] ?? 0;
    const column = whole.firstColumn + (place % whole.columns) - grid.firstColumn;
    const row = whole.firstRow + Math.floor(place / whole.columns) - grid.firstRow;
    expect(column >= 0 && column < grid.columns && row >= 0 && row < grid.rows).toBe(true);
    const edges = [grid.x0 % grid.precinctWidth, grid.y0 % grid.precinctHeight];
    const isOfTile = [grid.x0 === whole.x0, grid.y0 === whole.y0];
    expect(edges.every((edge, side) => edge === 0 || isOfTile[side])).toBe(true);
  }
  return part.area;
}

const SQUARE = { x0: 0, y0: 0, x1: 15_872, y1: 15_872 };
/** As OpenJPEG writes them: those of every resolution cover 256². */
const HALVED = [3, 4, 5, 6, 7, 8];
const region = (x: number, y: number) => ({ x0: x, y0: y, x1: x + 512, y1: y + 512 });

test('a decoder is shown the region and a precinct around it, however large the tile is', () => {
  const codestream = codestreamOf(SQUARE, HALVED);
  expect(shown(codestream, region(5120, 2560))).toEqual({ x0: 4864, y0: 2304, x1: 5888, y1: 3328 });
  expect(shown(codestream, region(0, 15_360))).toEqual({ x0: 0, y0: 15_104, x1: 768, y1: 15_872 });
});

test('halved, a region has as much around it', () => {
  const found = shown(codestreamOf(SQUARE, HALVED), { x0: 4096, y0: 4096, x1: 6144, y1: 6144 }, 2);
  expect(found).toEqual({ x0: 3840, y0: 3840, x1: 6400, y1: 6400 });
});

test('precincts of all resolutions end where it does, those of the smallest too', () => {
  // As Kakadu writes them: 256, 256, 128, 128 …
  const codestream = codestreamOf(SQUARE, [7, 7, 7, 7, 8, 8]);
  expect(shown(codestream, region(5120, 2560))).toEqual({ x0: 4096, y0: 0, x1: 8192, y1: 4096 });
  expect(shown(codestream, region(7680, 0))).toEqual({ x0: 4096, y0: 0, x1: 12_288, y1: 4096 });
  // 256 at all of them.
  expect(shown(codestreamOf(SQUARE, [8, 8, 8, 8, 8, 8]), region(5120, 2560))).toEqual({
    x0: 0,
    y0: 0,
    x1: 8192,
    y1: 8192,
  });
});

test('an image with an offset keeps its edges', () => {
  const codestream = codestreamOf({ x0: 37, y0: 211, x1: 4000, y1: 3000 }, HALVED);
  expect(shown(codestream, { x0: 37, y0: 211, x1: 549, y1: 723 })).toEqual({ x0: 37, y0: 211, x1: 768, y1: 1024 });
});

test('subsampled components are cut where their precincts end as well', () => {
  const half = { ...FULL, dx: 2, dy: 3 };
  const found = shown(codestreamOf(SQUARE, HALVED, [FULL, half, half]), region(5120, 2560));
  expect(found).toEqual({ x0: 4608, y0: 2304, x1: 6144, y1: 3840 });
});

test('without precincts it is the whole tile', () => {
  expect(shown(codestreamOf(SQUARE, [15, 15, 15, 15, 15, 15]), region(5120, 2560))).toEqual(SQUARE);
  const odd = Array.from({ length: 12 }, (_, index) => ({
    ...FULL,
    dx: [1, 251, 241, 239, 233, 229, 227][index] ?? 1,
  }));
  const { x0, x1 } = shown(codestreamOf(SQUARE, HALVED, odd), region(5120, 2560));
  expect([x0, x1]).toEqual([0, 15_872]);
});
