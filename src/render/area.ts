import type { Rect, Size } from '../iiif/request.ts';
import type { Level } from '../image/image.ts';
import type { Filter } from '../kernel/filters.ts';
import type { Rectangle } from './orientation.ts';
import type { TileRef } from './plan.ts';

/** Beyond this many assembled pixels (64 MB) tiles are halved as they arrive instead of being kept whole. */
const ASSEMBLED_PIXELS = 2 ** 24;

/** Pixels that the enlarging filter reaches beside the crop, so that neighbouring answers meet without a seam. */
const ENLARGING_MARGIN = 2;

/** Less than any pixel matters: keeps 0.1 + 0.2 from touching another row of tiles. */
const ROUNDING = 1e-6;

/**
 * Enlarging is for pictures that grow. An edge tile for which a level, rounded down, has one pixel less than is asked
 * doesn't: it is stretched by `area`, which looks at nothing beside the crop, so that it needs no tiles around it. For
 * that reason all that may meet a neighbour is reduced by `area`; the whole image has none, and gets the sharper filter.
 */
export function filterFor(crop: Rectangle, size: Size, isWhole: boolean): Filter {
  const [x, y] = [crop.width / size.width, crop.height / size.height];
  if (size.width > crop.width + 1 || size.height > crop.height + 1) return 'mitchell';
  // Whole 2ⁿ boxes are what the file's own levels are made of.
  const isBox = x === y && Number.isInteger(Math.log2(x));
  return isWhole && !isBox && Math.min(x, y) >= 1 ? 'lanczos3' : 'area';
}

/** Whole pixels around the crop, with a margin for enlarging, beginning where a halved pixel begins. */
export function areaOf(level: Level, crop: Rectangle, size: Size, enlarges: boolean, halvings: number): Rect {
  // Where only one side is enlarged, the filter is the wider along the other the more that is reduced.
  const marginOf = (ratio: number) => (enlarges ? Math.ceil(ENLARGING_MARGIN * Math.max(1, ratio)) : 0);
  const marginX = marginOf(crop.width / size.width);
  const marginY = marginOf(crop.height / size.height);
  const step = 2 ** halvings;
  const x = Math.floor(Math.max(0, crop.x - marginX) / step) * step;
  const y = Math.floor(Math.max(0, crop.y - marginY) / step) * step;
  const right = Math.min(level.width, Math.ceil((crop.x + crop.width + marginX - ROUNDING) / step) * step);
  const bottom = Math.min(level.height, Math.ceil((crop.y + crop.height + marginY - ROUNDING) / step) * step);
  return { x, y, width: right - x, height: bottom - y };
}

/** The tiles that an area touches, as half-open ranges of columns and rows. */
export function gridOf(level: Level, area: Rect) {
  return {
    left: Math.floor(area.x / level.tileWidth),
    top: Math.floor(area.y / level.tileHeight),
    right: Math.ceil((area.x + area.width) / level.tileWidth),
    bottom: Math.ceil((area.y + area.height) / level.tileHeight),
  };
}

/** The tiles of a grid, row by row. */
export function tilesOf({ left, top, right, bottom }: ReturnType<typeof gridOf>): TileRef[] {
  const tiles: TileRef[] = [];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) tiles.push({ column, row });
  }
  return tiles;
}

/**
 * How often tiles are halved as they arrive, so that what is assembled stays within bounds. Rows may be shared by tiles
 * above and below each other, as of strips; columns may not, for which the sides of TIFF's tiles are multiples of 16.
 */
export function halvingsFor(level: Level, crop: Rectangle, size: Size): number {
  const ratio = Math.min(crop.width / size.width, crop.height / size.height);
  let halvings = 0;
  while (
    (crop.width * crop.height) / 4 ** halvings > ASSEMBLED_PIXELS &&
    2 ** (halvings + 1) <= ratio &&
    (level.tileWidth >= level.width || level.tileWidth % 2 ** (halvings + 1) === 0)
  ) {
    halvings++;
  }
  return halvings;
}
