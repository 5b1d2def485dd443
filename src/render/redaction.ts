import type { Rect } from '../iiif/request.ts';
import type { Level } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster, Rgb } from '../kernel/raster.ts';
import { storedRectangle, swapsSides } from './orientation.ts';
import type { PlannedImage, RenderPlan } from './plan.ts';
import type { Redaction } from './rendering.ts';

/** A part of the assembled raster, in its whole pixels, that is painted over before anything is made of it. */
export interface Blank extends Rect {
  readonly colour: Rgb;
}

/** The widest filter by which smaller levels are made, lanczos3, shows something of a pixel in three beside it. */
const FILTER_PIXELS = 3;

/**
 * Of a block that was compressed as a whole, the pixels of one part tell those of the other: a dozen coefficients make
 * all 64 of them. JPEG's blocks are of 16 × 16 pixels with their colours, those of WebP too.
 */
const BLOCK_PIXELS = 16;

/** Colours of half the resolution are drawn smoothly over the edges of blocks. */
const CHROMA_PIXELS = 2;

const DEFAULT_COLOUR: Rgb = [0, 0, 0];

/**
 * What of a level shows anything of what is redacted, in its whole pixels: the rectangle, rounded outwards, and what
 * reduction and lossy compression have mixed with it. Undefined where it lies outside the image.
 */
export function redactedPart(redaction: Redaction, image: PlannedImage, level: Level): Rect | undefined {
  const stored = swapsSides(image.orientation) ? { width: image.height, height: image.width } : image;
  const { x, y, width, height } = storedRectangle(redaction, image.orientation, stored);
  const across = span(level, 'width', stored.width, x, x + width);
  const down = span(level, 'height', stored.height, y, y + height);
  if (across.length <= 0 || down.length <= 0) return undefined;
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

function span(level: Level, side: 'width' | 'height', full: number, start: number, end: number) {
  const { index, scale, tileFormat } = level;
  const tile = side === 'width' ? level.tileWidth : level.tileHeight;
  // A level of rounded size is either cut at its end or stretched: its pixels are where one of two scales says.
  const ratio = full / level[side];
  const reach = index === 0 ? 0 : FILTER_PIXELS;
  let first = Math.floor(Math.min(start / scale, start / ratio)) - reach;
  let last = Math.ceil(Math.max(end / scale, end / ratio)) + reach;
  if (tileFormat !== 'samples') {
    // Blocks are counted from each tile's corner: of odd tiles any pixel may begin one.
    const [step, more] = tile % BLOCK_PIXELS === 0 || tile >= level[side] ? [BLOCK_PIXELS, 0] : [1, BLOCK_PIXELS - 1];
    first = Math.floor(first / step) * step - more - CHROMA_PIXELS;
    last = Math.ceil(last / step) * step + more + CHROMA_PIXELS;
  }
  first = Math.max(0, first);
  return { start: first, length: Math.min(level[side], last) - first };
}

/** Whether a part of a level, in its pixels, shows anything of what is redacted. */
export function isRedacted(
  redactions: readonly Redaction[],
  image: PlannedImage,
  level: Level,
  { x, y, width, height }: Rect,
): boolean {
  return redactions.some((redaction) => {
    const part = redactedPart(redaction, image, level);
    return part && part.x < x + width && x < part.x + part.width && part.y < y + height && y < part.y + part.height;
  });
}

/** What of the area that a plan assembles is to be painted over. */
export function blanksOf(
  redactions: readonly Redaction[],
  image: PlannedImage,
  { level, area, halvings }: Pick<RenderPlan, 'level' | 'area' | 'halvings'>,
): Blank[] {
  const step = 2 ** halvings;
  // A JPEG decoded at a smaller scale has its colours drawn smoothly there.
  const beside = halvings > 0 && level.tileFormat === 'jpeg' ? CHROMA_PIXELS * step : 0;
  return redactions.flatMap((redaction) => {
    const part = redactedPart(redaction, image, level);
    if (!part) return [];
    const left = Math.max(0, Math.floor((part.x - beside - area.x) / step));
    const top = Math.max(0, Math.floor((part.y - beside - area.y) / step));
    const right = Math.min(Math.ceil(area.width / step), Math.ceil((part.x + part.width + beside - area.x) / step));
    const bottom = Math.min(Math.ceil(area.height / step), Math.ceil((part.y + part.height + beside - area.y) / step));
    if (right <= left || bottom <= top) return [];
    const { colour = DEFAULT_COLOUR } = redaction;
    return [{ x: left, y: top, width: right - left, height: bottom - top, colour }];
  });
}

/** Paints over what is redacted. It must happen before pixels are scaled: afterwards they have mixed with others. */
export function paintBlanks(kernel: Kernel, assembled: Raster, blanks: readonly Blank[]): void {
  for (const { colour, ...rect } of blanks) kernel.fill(assembled, rect, colour);
}
