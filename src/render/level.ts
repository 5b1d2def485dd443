import { ImageServerError } from '../errors.ts';
import type { Size } from '../iiif/request.ts';
import type { Level } from '../image/image.ts';
import { carriesAlpha } from './encode.ts';
import type { Rectangle } from './orientation.ts';
import type { PlannedImage, ResolvedRequest } from './plan.ts';
import { HEIGHT, type Side, WIDTH } from './side.ts';

/**
 * Of an image with masks, regions up to this many pixels are made from the full resolution, whose colours are whole,
 * where what is masked is shown. Larger ones would take seconds.
 */
const MASKED_PIXELS = 2 ** 22;

/**
 * Pixels of 1 bit, along each side, that make one of an answer, where there are as many: it has greys then, and stays
 * legible. Smaller levels have none, each being black and white again.
 */
const BILEVEL_PIXELS = 4;

/** A level may be enlarged by this much along a side, where rounding makes it necessary. */
const SHARP = 0.9;

/** Full size beside that of a level from which on a whole image is made of less detail: it is for a list, or a first look. */
const DRAFT_SCALE = 8;

/** The level, or one of less detail where that is far below full size. */
export function draftOf({ levels, drafts }: PlannedImage, level: Level): Level {
  return (level.scale >= DRAFT_SCALE && drafts?.[levels.indexOf(level)]) || level;
}

/** The coarsest level that still has a pixel for each one asked. */
export function bestLevel(image: PlannedImage, request: ResolvedRequest): Level {
  const [full, ...smaller] = image.levels;
  if (!full) throw new ImageServerError(502, 'The image has no level of resolution; the file is damaged.');
  const showsMasked = image.masked && request.region.width * request.region.height <= MASKED_PIXELS;
  const pixels = image.colour.bitsPerSample === 1 ? BILEVEL_PIXELS : 1;
  let best = full;
  for (const level of smaller) {
    if (showsMasked && !(level.masked && carriesAlpha(request.format))) continue;
    const enough = [WIDTH, HEIGHT].every((side) => suffices(image, request, level.scale * pixels, side));
    if (enough && level.scale > best.scale) best = level;
  }
  return best;
}

/**
 * Whether a level has the pixels asked along one side. They are counted rounded up, as clients compute those of edge
 * tiles: level 1500 / 8 = 187.5 serves a request for 188. Where the level's own last pixel is such a rest, that is all
 * there is; elsewhere a single pixel isn't to be taken from a level where it is an eighth of one.
 */
function suffices(image: Size, { region, size }: ResolvedRequest, scale: number, side: Side): boolean {
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
export function cropOf(level: Level, region: Rectangle, stored: Size, size: Size): Rectangle {
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
