import { ImageServerError } from '../errors.ts';
import { areaOf, filterFor, gridOf, halvingsFor, tilesOf } from './area.ts';
import { carriesAlpha } from './encode.ts';
import { bestLevel, cropOf, draftOf } from './level.ts';
import { type Marks, NO_MARKS } from './marks.ts';
import { combineRotation, storedRectangle, swapsSides } from './orientation.ts';
import type { PassthroughPlan, Plan, PlannedImage, RenderPlan, ResolvedRequest } from './plan.ts';
import { blanksOf, isRedacted } from './redaction.ts';
import { answerResolution } from './resolution.ts';
import { planPassthrough } from './stored-tile.ts';

/** A request that must decode more than this many pixels would hold the worker for half a minute. */
const DECODED_PIXELS = 2 ** 29;

/** As many tiles of 256 × 256 as that makes: smaller ones cost a request each all the same. */
const DECODED_TILES = DECODED_PIXELS / 256 ** 2;

/** Strips lie one behind the other, and many are read by one request: as many as the pixels come to in rows of 8192. */
const DECODED_STRIPS = DECODED_PIXELS / 8192;

/** The cheapest way from stored tiles to the answer. Pure: reads nothing. */
export function planImage(image: PlannedImage, request: ResolvedRequest, marks: Marks = NO_MARKS): Plan {
  const passthrough = planPassthrough(image, request);
  return passthrough && !isMarked(passthrough, image, marks) ? passthrough : planRender(image, request, marks);
}

/** Whether a stored tile, padding included, shows what is redacted, or has something drawn over it. */
function isMarked({ level, tile }: PassthroughPlan, image: PlannedImage, { redactions, overlays }: Marks): boolean {
  const { tileWidth: width, tileHeight: height } = level;
  const part = { x: tile.column * width, y: tile.row * height, width, height };
  return overlays.length > 0 || isRedacted(redactions, image, level, part);
}

/** The plan that always works, also where a stored tile turns out to be missing. */
export function planRender(image: PlannedImage, request: ResolvedRequest, marks: Marks = NO_MARKS): RenderPlan {
  const swapped = swapsSides(image.orientation);
  const stored = swapped ? { width: image.height, height: image.width } : image;
  const region = storedRectangle(request.region, image.orientation, stored);
  const size = swapped ? { width: request.size.height, height: request.size.width } : request.size;
  const isWhole = request.region.width === image.width && request.region.height === image.height;
  const level = isWhole ? draftOf(image, bestLevel(image, request)) : bestLevel(image, request);
  const crop = cropOf(level, region, stored, size);
  const filter = filterFor(crop, size, isWhole);
  const halvings = halvingsFor(level, crop, size);
  const area = areaOf(level, crop, size, filter === 'mitchell', halvings);
  const grid = gridOf(level, area);
  const tiles = (grid.right - grid.left) * (grid.bottom - grid.top);
  refuseAbove(DECODED_PIXELS, tiles * level.tileWidth * level.tileHeight, 'pixels');
  refuseAbove(level.tileWidth < level.width ? DECODED_TILES : DECODED_STRIPS, tiles, 'tiles');
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
    masked: level.masked === true && carriesAlpha(request.format),
    resolution: answerResolution(image.resolution, request),
    blanks: blanksOf(marks.redactions, image, { level, area, halvings }),
    overlays: marks.overlays,
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
