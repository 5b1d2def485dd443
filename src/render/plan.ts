import { ImageServerError } from '../errors.ts';
import type { Format, ImageRequest, Rect, Size } from '../iiif/request.ts';
import type { Level, TiledImage } from '../image/image.ts';
import { combineRotation, type Rectangle, storedRectangle, swapsSides } from './orientation.ts';

/** One stored tile of a level. */
export interface TileRef {
  readonly column: number;
  readonly row: number;
}

/** The stored tile is the answer, byte for byte but for its tables. */
export interface PassthroughPlan {
  readonly kind: 'passthrough';
  readonly level: Level;
  readonly tile: TileRef;
}

/** Decode the tiles, crop, scale, mirror, rotate, reduce the quality, encode. */
export interface RenderPlan {
  readonly kind: 'render';
  readonly level: Level;
  /** Every stored tile that the area touches, row by row. */
  readonly tiles: readonly TileRef[];
  /** What of the level is assembled, in its whole stored pixels: the crop and what the filter reaches beside it. */
  readonly area: Rect;
  /** Each tile is halved this many times as it arrives, where the file has no level small enough. */
  readonly halvings: number;
  /** What of the level is shown, in the level's stored pixels, possibly fractional. */
  readonly crop: Rectangle;
  /** Size of the crop after scaling, in pixels, before mirroring and rotation. */
  readonly size: Size;
  readonly mirror: boolean;
  /** Clockwise, 0 ≤ degrees < 360. */
  readonly degrees: number;
  readonly quality: ImageRequest['quality'];
  readonly format: Format;
}

export type Plan = PassthroughPlan | RenderPlan;

/** What was asked, already resolved against the image's size. */
export interface ResolvedRequest {
  /** In displayed pixels of the full image, within it. */
  readonly region: Rect;
  /** Before rotation. */
  readonly size: Size;
  readonly rotation: ImageRequest['rotation'];
  readonly quality: ImageRequest['quality'];
  readonly format: Format;
}

type PlannedImage = Pick<TiledImage, 'width' | 'height' | 'orientation' | 'levels' | 'colour' | 'tileFormat'>;

/** Beyond this many assembled pixels (64 MB) tiles are halved as they arrive instead of being kept whole. */
const ASSEMBLED_PIXELS = 2 ** 24;

/** A request that must decode more than this many pixels would hold the worker for half a minute. */
const DECODED_PIXELS = 2 ** 29;

/** A level may be enlarged by this much along both sides at the most, where rounding makes it necessary. */
const SHARP = 0.9;

/** Pixels that the enlarging filter reaches beside the crop, so that neighbouring answers meet without a seam. */
const ENLARGING_MARGIN = 2;

/** Less than any pixel matters: keeps 0.1 + 0.2 from touching another row of tiles. */
const ROUNDING = 1e-6;

/** The cheapest way from stored tiles to the answer. Pure: reads nothing. */
export function planImage(image: PlannedImage, request: ResolvedRequest): Plan {
  return planPassthrough(image, request) ?? planRender(image, request);
}

const STORED_AS: Readonly<Record<Format, TiledImage['tileFormat'] | undefined>> = {
  jpg: 'jpeg',
  webp: 'webp',
  png: undefined,
};

function planPassthrough(image: PlannedImage, request: ResolvedRequest): PassthroughPlan | undefined {
  const { rotation, quality, format } = request;
  if (STORED_AS[format] !== image.tileFormat) return undefined;
  if (image.orientation !== 1 || rotation.mirror || rotation.degrees % 360 !== 0) return undefined;
  if (quality === 'bitonal' || (quality === 'gray' && image.colour.space !== 'grey')) return undefined;
  for (const level of image.levels) {
    const column = wholeTile(request.region.x, request.region.width, request.size.width, level, 'width');
    const row = wholeTile(request.region.y, request.region.height, request.size.height, level, 'height');
    if (column !== undefined && row !== undefined) return { kind: 'passthrough', level, tile: { column, row } };
  }
  return undefined;
}

/** Index of the tile that covers [start, start + length) of the full image along one side exactly, padding excluded. */
function wholeTile(
  start: number,
  length: number,
  size: number,
  level: Level,
  side: 'width' | 'height',
): number | undefined {
  const tile = side === 'width' ? level.tileWidth : level.tileHeight;
  const index = start / (tile * level.scale);
  const fills = size === tile && Math.ceil(length / level.scale) === tile && (index + 1) * tile <= level[side];
  return fills && Number.isInteger(index) && Number.isInteger(level.scale) ? index : undefined;
}

/** The plan that always works, also where a stored tile turns out to be missing. */
export function planRender(image: PlannedImage, request: ResolvedRequest): RenderPlan {
  const swapped = swapsSides(image.orientation);
  const stored = swapped ? { width: image.height, height: image.width } : image;
  const region = storedRectangle(request.region, image.orientation, stored);
  const size = swapped ? { width: request.size.height, height: request.size.width } : request.size;
  const level = bestLevel(image.levels, region, size);
  const crop = cropOf(level, region);
  const halvings = halvingsFor(level, crop, size);
  const area = areaOf(level, crop, size, halvings);
  const grid = gridOf(level, area);
  const decoded = (grid.right - grid.left) * level.tileWidth * (grid.bottom - grid.top) * level.tileHeight;
  if (decoded > DECODED_PIXELS) {
    throw new ImageServerError(
      413,
      `This request needs ${decoded} pixels of the source, more than the ${DECODED_PIXELS} that are decoded for one answer. ` +
        'The file has no smaller level to start from: store it as a pyramid (vips tiffsave … --tile --pyramid), or ask for a smaller region.',
    );
  }
  const { mirror, degrees } = combineRotation(image.orientation, request.rotation);
  return {
    kind: 'render',
    level,
    tiles: tilesOf(grid),
    area,
    halvings,
    crop,
    size,
    mirror,
    degrees,
    quality: request.quality,
    format: request.format,
  };
}

/**
 * The coarsest level that still has a pixel for each one asked. Sizes are compared rounded up, as clients compute
 * those of edge tiles: level 1500 / 8 = 187.5 serves a request for 188. Rounding must not be all there is, though:
 * a single pixel isn't to be taken from a level where it is an eighth of one.
 */
function bestLevel(levels: readonly Level[], region: Rectangle, size: Size): Level {
  const [full, ...smaller] = levels;
  if (!full) throw new ImageServerError(502, 'The image has no level of resolution; the file is damaged.');
  let best = full;
  for (const level of smaller) {
    const width = region.width / level.scale;
    const height = region.height / level.scale;
    const enough = Math.ceil(width) >= size.width && Math.ceil(height) >= size.height;
    const sharp = Math.max(width / size.width, height / size.height) >= SHARP;
    if (enough && sharp && level.scale > best.scale) best = level;
  }
  return best;
}

/** The region in the level's pixels, kept inside the level, which may have been rounded down. */
function cropOf(level: Level, region: Rectangle): Rectangle {
  const x = Math.min(region.x / level.scale, level.width - 1);
  const y = Math.min(region.y / level.scale, level.height - 1);
  return {
    x,
    y,
    width: Math.min(region.width / level.scale, level.width - x),
    height: Math.min(region.height / level.scale, level.height - y),
  };
}

/** Whole pixels around the crop, with a margin for enlarging, beginning where a halved pixel begins. */
function areaOf(level: Level, crop: Rectangle, size: Size, halvings: number): Rect {
  const margin = size.width > crop.width || size.height > crop.height ? ENLARGING_MARGIN : 0;
  const step = 2 ** halvings;
  const x = Math.floor(Math.max(0, crop.x - margin) / step) * step;
  const y = Math.floor(Math.max(0, crop.y - margin) / step) * step;
  const right = Math.min(level.width, Math.ceil((crop.x + crop.width + margin - ROUNDING) / step) * step);
  const bottom = Math.min(level.height, Math.ceil((crop.y + crop.height + margin - ROUNDING) / step) * step);
  return { x, y, width: right - x, height: bottom - y };
}

/** The tiles that an area touches, as half-open ranges of columns and rows. */
function gridOf(level: Level, area: Rect) {
  return {
    left: Math.floor(area.x / level.tileWidth),
    top: Math.floor(area.y / level.tileHeight),
    right: Math.ceil((area.x + area.width) / level.tileWidth),
    bottom: Math.ceil((area.y + area.height) / level.tileHeight),
  };
}

function tilesOf({ left, top, right, bottom }: ReturnType<typeof gridOf>): TileRef[] {
  const tiles: TileRef[] = [];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) tiles.push({ column, row });
  }
  return tiles;
}

function halvingsFor(level: Level, crop: Rectangle, size: Size): number {
  const ratio = Math.min(crop.width / size.width, crop.height / size.height);
  let halvings = 0;
  while (
    (crop.width * crop.height) / 4 ** halvings > ASSEMBLED_PIXELS &&
    2 ** (halvings + 1) <= ratio &&
    level.tileWidth % 2 ** (halvings + 1) === 0 &&
    level.tileHeight % 2 ** (halvings + 1) === 0
  ) {
    halvings++;
  }
  return halvings;
}
