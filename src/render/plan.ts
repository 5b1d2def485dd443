import { ImageServerError } from '../errors.ts';
import type { Format, ImageRequest, Rect, Size } from '../iiif/request.ts';
import type { Level, TiledImage } from '../image/image.ts';
import type { Filter } from '../kernel/filters.ts';
import { combineRotation, type Rectangle, storedRectangle, swapsSides } from './orientation.ts';

/** One stored tile of a level. */
export interface TileRef {
  readonly column: number;
  readonly row: number;
}

/** The stored tile is the answer, byte for byte but for its tables, or what of it isn't padding. */
export interface PassthroughPlan {
  readonly kind: 'passthrough';
  readonly level: Level;
  readonly tile: TileRef;
  /** The tile is cut to its top-left pixels, losslessly; undefined where it is wholly picture. */
  readonly crop: Size | undefined;
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
  readonly filter: Filter;
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

type PlannedImage = Pick<
  TiledImage,
  'width' | 'height' | 'orientation' | 'levels' | 'colour' | 'tileFormat' | 'masked'
>;

/** Beyond this many assembled pixels (64 MB) tiles are halved as they arrive instead of being kept whole. */
const ASSEMBLED_PIXELS = 2 ** 24;

/** A request that must decode more than this many pixels would hold the worker for half a minute. */
const DECODED_PIXELS = 2 ** 29;

/** As many tiles of 256 × 256 as that makes: smaller ones cost a request each all the same. */
const DECODED_TILES = DECODED_PIXELS / 256 ** 2;

/**
 * Of an image with masks, regions up to this many pixels are made from the full resolution, whose colours are whole.
 * Larger ones would take seconds.
 */
const MASKED_PIXELS = 2 ** 22;

/** A level may be enlarged by this much along a side, where rounding makes it necessary. */
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
    const column = tileIndex(image, request, level, WIDTH);
    const row = tileIndex(image, request, level, HEIGHT);
    if (column === undefined || row === undefined) continue;
    const { size } = request;
    const crop = size.width < level.tileWidth || size.height < level.tileHeight ? size : undefined;
    // Only JPEG can be cut without decoding it.
    if (!crop || image.tileFormat === 'jpeg') return { kind: 'passthrough', level, tile: { column, row }, crop };
  }
  return undefined;
}

/** The names that one side of a picture has in regions, sizes and tiles. */
interface Side {
  readonly start: 'x' | 'y';
  readonly length: 'width' | 'height';
  readonly tile: 'tileWidth' | 'tileHeight';
}

const WIDTH: Side = { start: 'x', length: 'width', tile: 'tileWidth' };
const HEIGHT: Side = { start: 'y', length: 'height', tile: 'tileHeight' };

/**
 * Index of the tile that the request is along one side exactly, up to where its padding begins. The level, which may
 * have been rounded down, must have every pixel that is asked.
 */
function tileIndex(image: Size, { region, size }: ResolvedRequest, level: Level, side: Side): number | undefined {
  const tile = level[side.tile];
  const step = tile * level.scale;
  const index = region[side.start] / step;
  // The level's last pixel may stand for less than `scale` pixels of the image, where those have come to their end.
  const end = Math.min((index + 1) * step, image[side.length]);
  const asked = size[side.length];
  const covered =
    region[side.start] + region[side.length] === end && Math.ceil(region[side.length] / level.scale) === asked;
  const stored = index * tile + asked <= level[side.length];
  return covered && stored && Number.isInteger(index) && Number.isInteger(level.scale) ? index : undefined;
}

/** The plan that always works, also where a stored tile turns out to be missing. */
export function planRender(image: PlannedImage, request: ResolvedRequest): RenderPlan {
  const swapped = swapsSides(image.orientation);
  const stored = swapped ? { width: image.height, height: image.width } : image;
  const region = storedRectangle(request.region, image.orientation, stored);
  const size = swapped ? { width: request.size.height, height: request.size.width } : request.size;
  const level = bestLevel(image, request);
  const crop = cropOf(level, region, stored, size);
  const filter = filterFor(crop, size);
  const halvings = halvingsFor(level, crop, size);
  const area = areaOf(level, crop, size, filter === 'mitchell', halvings);
  const grid = gridOf(level, area);
  const tiles = (grid.right - grid.left) * (grid.bottom - grid.top);
  refuseAbove(DECODED_PIXELS, tiles * level.tileWidth * level.tileHeight, 'pixels');
  refuseAbove(DECODED_TILES, tiles, 'tiles');
  const { mirror, degrees } = combineRotation(image.orientation, request.rotation);
  return {
    kind: 'render',
    level,
    tiles: tilesOf(grid),
    area,
    halvings,
    crop,
    size,
    filter,
    mirror,
    degrees,
    quality: request.quality,
    format: request.format,
  };
}

function refuseAbove(limit: number, needed: number, unit: 'pixels' | 'tiles'): void {
  if (needed <= limit) return;
  throw new ImageServerError(
    413,
    `This request needs ${needed} ${unit} of the source, more than the ${limit} that are decoded for one answer. ` +
      'The file has no smaller level to start from: store it as a pyramid (vips tiffsave … --tile --pyramid), or ask for a smaller region.',
  );
}

/** The coarsest level that still has a pixel for each one asked. */
function bestLevel(image: PlannedImage, request: ResolvedRequest): Level {
  const [full, ...smaller] = image.levels;
  if (!full) throw new ImageServerError(502, 'The image has no level of resolution; the file is damaged.');
  if (image.masked && request.region.width * request.region.height <= MASKED_PIXELS) return full;
  let best = full;
  for (const level of smaller) {
    const enough = [WIDTH, HEIGHT].every((side) => suffices(image, request, level, side));
    if (enough && level.scale > best.scale) best = level;
  }
  return best;
}

/**
 * Whether a level has the pixels asked along one side. They are counted rounded up, as clients compute those of edge
 * tiles: level 1500 / 8 = 187.5 serves a request for 188. Where the level's own last pixel is such a rest, that is all
 * there is; elsewhere a single pixel isn't to be taken from a level where it is an eighth of one.
 */
function suffices(image: Size, { region, size }: ResolvedRequest, { scale }: Level, side: Side): boolean {
  const start = region[side.start];
  const length = region[side.length];
  const asked = size[side.length];
  const isRest = start % scale === 0 && start + length === image[side.length];
  return Math.ceil(length / scale) >= asked && (isRest || length / scale >= SHARP * asked);
}

/**
 * The region in the level's pixels, kept inside the level, which may have been rounded down. A rest of a pixel at the
 * end of the image is a pixel of the level: where it is asked as one, it is taken whole, and the edge tile stays sharp.
 */
function cropOf(level: Level, region: Rectangle, stored: Size, size: Size): Rectangle {
  const along = (side: Side) => {
    const start = Math.min(region[side.start] / level.scale, level[side.length] - 1);
    const length = region[side.length] / level.scale;
    const endsImage = Number.isInteger(start) && region[side.start] + region[side.length] === stored[side.length];
    const wanted = endsImage && Math.ceil(length) === size[side.length] ? size[side.length] : length;
    return { start, length: Math.min(wanted, level[side.length] - start) };
  };
  const horizontal = along(WIDTH);
  const vertical = along(HEIGHT);
  return { x: horizontal.start, y: vertical.start, width: horizontal.length, height: vertical.length };
}

/**
 * Enlarging is for pictures that grow. An edge tile for which a level, rounded down, has one pixel less than is asked
 * doesn't: it is stretched by `area`, which looks at nothing beside the crop, so that it needs no tiles around it.
 */
function filterFor(crop: Rectangle, size: Size): Filter {
  return size.width > crop.width + 1 || size.height > crop.height + 1 ? 'mitchell' : 'area';
}

/** Whole pixels around the crop, with a margin for enlarging, beginning where a halved pixel begins. */
function areaOf(level: Level, crop: Rectangle, size: Size, enlarges: boolean, halvings: number): Rect {
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
