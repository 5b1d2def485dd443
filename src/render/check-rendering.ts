import { MAX_RIGHTS_LENGTH } from '../codec/xmp.ts';
import type { Rgb } from '../kernel/raster.ts';
import type { EncodingOptions, Overlay, Redaction, RenderingOptions } from './rendering.ts';

/** Where in an image an overlay may lie. */
export const POSITIONS = [
  'top-left',
  'top',
  'top-right',
  'left',
  'centre',
  'right',
  'bottom-left',
  'bottom',
  'bottom-right',
] as const;

/** A thousand rectangles black out a page line by line; more, and overlays without end, would burden every tile. */
const MOST_REDACTIONS = 1000;
const MOST_OVERLAYS = 16;

/** Largest `effort` of each format that has a scale of it. */
const MOST_EFFORT = { webp: 6, avif: 10 } as const;

/** @throws {TypeError} in words, when an option can't work. */
export function checkRendering(options: RenderingOptions): void {
  const { colour, window, background, encoding = {}, rights, overlay = [], redactions = [] } = options;
  checkWord('option colour', colour, ['keep', 'srgb']);
  if (background) checkColour('background', background);
  check(
    window === undefined || window.min < window.max,
    `The window is ${window?.min} to ${window?.max}; its min must be below its max.`,
  );
  checkEncoding(encoding);
  check(
    rights === undefined || rights.length <= MAX_RIGHTS_LENGTH,
    `The rights have ${rights?.length} characters; at most ${MAX_RIGHTS_LENGTH} are written into an image.`,
  );
  const overlays = 'content' in overlay ? [overlay] : overlay;
  check(overlays.length <= MOST_OVERLAYS, `There are ${overlays.length} overlays; at most ${MOST_OVERLAYS} are drawn.`);
  check(
    redactions.length <= MOST_REDACTIONS,
    `There are ${redactions.length} redactions; at most ${MOST_REDACTIONS} are made.`,
  );
  overlays.forEach(checkOverlay);
  redactions.forEach(checkRedaction);
}

function checkEncoding(encoding: EncodingOptions): void {
  for (const [format, settings = {}] of Object.entries(encoding)) {
    const { quality = 100 } = 'quality' in settings ? settings : {};
    check(quality >= 1 && quality <= 100, `The quality of ${format} is ${quality}; it must be from 1 to 100.`);
  }
  for (const format of ['webp', 'avif'] as const) {
    const { effort = 0 } = encoding[format] ?? {};
    const most = MOST_EFFORT[format];
    const isEffort = Number.isInteger(effort) && effort >= 0 && effort <= most;
    check(isEffort, `The effort of ${format} is ${effort}; it must be a whole number from 0 to ${most}.`);
  }
  checkWord('effort of jpg', encoding.jpg?.effort, ['fast', 'small']);
  checkWord('sampling of jpg', encoding.jpg?.sampling, ['4:2:0', '4:4:4']);
  checkWord('compression of tif', encoding.tif?.compression, ['none', 'deflate']);
}

function checkOverlay({ content, position, width = 1, opacity = 1, fromWidth = 0 }: Overlay): void {
  const isContent = 'picture' in content ? content.picture instanceof Uint8Array : content.text.trim() !== '';
  check(isContent, "An overlay's content must be { picture: bytes }, or { text } that isn't empty.");
  if ('text' in content && content.colour) checkColour('colour of an overlay', content.colour);
  checkWord('position of an overlay', position, POSITIONS);
  check(width > 0 && width <= 1, `The width of an overlay is ${width}; it must be above 0 and at most 1.`);
  check(opacity >= 0 && opacity <= 1, `The opacity of an overlay is ${opacity}; it must be from 0 to 1.`);
  check(fromWidth >= 0, `fromWidth of an overlay is ${fromWidth}; it must be a number of pixels.`);
}

function checkRedaction({ x, y, width, height, colour }: Redaction): void {
  const holds = [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0;
  check(holds, `A redaction is ${width} × ${height} at ${x},${y}; its numbers must be pixels, its sides above 0.`);
  if (colour) checkColour('colour of a redaction', colour);
}

function checkColour(name: string, colour: Rgb): void {
  const isColour = colour.length === 3 && colour.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  check(isColour, `The ${name} is ${colour}; it must be three whole numbers from 0 to 255.`);
}

function checkWord(name: string, value: string | undefined, allowed: readonly string[]): void {
  const isAllowed = value === undefined || allowed.includes(value);
  check(isAllowed, `The ${name} is "${value}"; it must be ${allowed.map((word) => `"${word}"`).join(' or ')}.`);
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new TypeError(message);
}
