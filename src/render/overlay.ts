import type { Rect, Size } from '../iiif/request.ts';
import type { Filter } from '../kernel/filters.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';
import { orientationTurn, type Rectangle, storedRectangle, swapsSides, type Turn } from './orientation.ts';
import type { PlannedImage, ResolvedRequest } from './plan.ts';
import type { OverlayContent, ResolvedOverlay } from './rendering.ts';

/** What of an overlay an answer shows, and where. */
export interface PlacedOverlay {
  readonly content: OverlayContent;
  readonly opacity: number;
  /** The part of the overlay's picture, upright, with fractions. */
  readonly source: Rectangle;
  /** Size of that part in the answer, upright. */
  readonly size: Size;
  readonly filter: Filter;
  /** Where it lies in the answer before that is mirrored and turned. */
  readonly x: number;
  readonly y: number;
  /** How the image is turned to be upright, which its overlays are already. */
  readonly turn: Turn;
}

/** Where an overlay lies in the image as displayed: within it, in its full pixels. */
export function overlayRectangle({ position, width }: ResolvedOverlay, picture: Size, image: Size): Rectangle {
  const scale = Math.min((width * image.width) / picture.width, image.height / picture.height);
  const size = { width: picture.width * scale, height: picture.height * scale };
  const along = (start: string, end: string, free: number) =>
    position.includes(start) ? 0 : position.includes(end) ? free : free / 2;
  return {
    x: along('left', 'right', image.width - size.width),
    y: along('top', 'bottom', image.height - size.height),
    ...size,
  };
}

/**
 * What of an overlay lies in an answer; undefined where nothing does, or the image is shown too small.
 *
 * The overlay's edges are put on whole pixels of the whole image at this scale, and its own pixels are counted from
 * there, so that tiles of one scale show parts of one and the same picture.
 */
export function placeOverlay(
  overlay: ResolvedOverlay,
  picture: Size,
  image: Pick<PlannedImage, 'width' | 'height' | 'orientation'>,
  { region, size }: Pick<ResolvedRequest, 'region' | 'size'>,
): PlacedOverlay | undefined {
  const { content, opacity, fromWidth } = overlay;
  const scaleX = nominalScale(region.width, size.width);
  const scaleY = nominalScale(region.height, size.height);
  if (image.width / scaleX < fromWidth) return undefined;

  const place = overlayRectangle(overlay, picture, image);
  const across = visible(place.x - region.x, place.width, scaleX, size.width, picture.width);
  const down = visible(place.y - region.y, place.height, scaleY, size.height, picture.height);
  if (across.length <= 0 || down.length <= 0) return undefined;

  const answer = swapsSides(image.orientation) ? { width: size.height, height: size.width } : size;
  const upright = { x: across.start, y: down.start, width: across.length, height: down.length };
  const { x, y } = storedRectangle(upright, image.orientation, answer);
  return {
    content,
    opacity,
    source: { x: across.from, y: down.from, width: across.part, height: down.part },
    size: { width: across.length, height: down.length },
    // Decided by the whole overlay, so that all its parts are made alike.
    filter: Math.min(across.step, down.step) < 1 ? 'mitchell' : 'area',
    x,
    y,
    turn: orientationTurn(image.orientation),
  };
}

/** Pixels of the image per pixel of the answer. At the end of the image a tile's last pixel stands for a rest. */
function nominalScale(region: number, size: number): number {
  const whole = Math.round(region / size);
  return whole > 0 && Math.ceil(region / whole) === size ? whole : region / size;
}

/** Along one side: which pixels of the answer show which part of the picture. `offset`, `length` in the image's. */
function visible(offset: number, length: number, scale: number, size: number, picture: number) {
  const first = Math.round(offset / scale);
  const end = Math.max(first + 1, Math.round((offset + length) / scale));
  const start = Math.max(0, first);
  const shown = Math.min(size, end) - start;
  const step = picture / (end - first);
  return { start, length: shown, from: (start - first) * step, part: shown * step, step };
}

/** Bytes of rasters that drawing overlays needs beside the answer's. */
export function overlayBytes(overlays: readonly PlacedOverlay[]): number {
  const pixels = overlays.map((overlay) => {
    const { width, height } = neighbourhood(overlay);
    return width * height + 2 * overlay.size.width * overlay.size.height;
  });
  return 4 * Math.max(0, ...pixels);
}

/** Pixels that the enlarging filter reaches beside the part that is shown, and one for fractions. */
const MARGIN = 3;

/** Draws an overlay over an answer that is scaled, and not yet mirrored and turned. */
export function drawOverlay(
  kernel: Kernel,
  answer: Raster,
  overlay: PlacedOverlay,
  picture: Parameters<Kernel['placePixels']>[3],
): void {
  const { source, size, filter, x, y, turn, opacity } = overlay;
  const near = neighbourhood(overlay, picture);
  const rasters: Raster[] = [];
  const keep = (raster: Raster) => {
    rasters.push(raster);
    return raster;
  };
  try {
    const part = keep(kernel.unfilledRaster(near.width, near.height));
    kernel.placePixels(part, 0, 0, picture, near);
    const crop = { ...source, x: source.x - near.x, y: source.y - near.y };
    const scaled = keep(kernel.resample(part, crop, size.width, size.height, filter));
    // The answer is mirrored and then turned to be upright: the other way round, the overlay is as the file lies.
    const turned = turn.quarters === 0 ? scaled : keep(kernel.turn(scaled, QUARTERS_BACK[turn.quarters]));
    if (turn.mirror) kernel.mirror(turned);
    kernel.compose(answer, x, y, turned, opacity);
  } finally {
    for (const raster of rasters) raster.free();
  }
}

/** The part of the picture that is shown, and what is looked at beside it. */
function neighbourhood({ source, size }: PlacedOverlay, picture: Size = UNBOUNDED): Rect {
  const marginX = Math.ceil(MARGIN * Math.max(1, source.width / size.width));
  const marginY = Math.ceil(MARGIN * Math.max(1, source.height / size.height));
  const left = Math.max(0, Math.floor(source.x) - marginX);
  const top = Math.max(0, Math.floor(source.y) - marginY);
  return {
    x: left,
    y: top,
    width: Math.min(picture.width, Math.ceil(source.x + source.width) + marginX) - left,
    height: Math.min(picture.height, Math.ceil(source.y + source.height) + marginY) - top,
  };
}

const UNBOUNDED: Size = { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };

/** A turn and this one are none. */
const QUARTERS_BACK = { 1: 3, 2: 2, 3: 1 } as const;
