import { imageFileName } from '../iiif/file-name.ts';

/** A rectangle in whole pixels of the full image. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In pixels. */
export type Size = Pick<Region, 'width' | 'height'>;

/** Pixels of a side of a download: a page in print, and less than servers refuse. */
export const MOST_DOWNLOAD = 4096;

/** `x,y,w,h` in pixels, or in percent; others write fractions, which Media Fragments doesn't know. */
const FRAGMENT = /^(?:(pixel|percent):)?(\d{1,9}(?:\.\d{1,9})?(?:,\d{1,9}(?:\.\d{1,9})?){3})$/;

/**
 * Reads the value of the media fragment `#xywh=` (Media Fragments URI 1.0, section 4.2.2): a rectangle in pixels, or in
 * percent, of what has this size; undefined where it is none.
 */
export function parseRegion(text: string | null, size: Size): Region | undefined {
  const [, unit, numbers] = FRAGMENT.exec(text ?? '') ?? [];
  if (numbers === undefined) return undefined;
  const [across, down] = unit === 'percent' ? [size.width / 100, size.height / 100] : [1, 1];
  const [x = 0, y = 0, width = 0, height = 0] = numbers.split(',').map(Number);
  if (width === 0 || height === 0) return undefined;
  const [left, top] = [Math.round(x * across), Math.round(y * down)];
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.round((x + width) * across) - left),
    height: Math.max(1, Math.round((y + height) * down) - top),
  };
}

export function regionText({ x, y, width, height }: Region): string {
  return `${x},${y},${width},${height}`;
}

/** Pixels by which a rectangle may be off that was computed there and back: else it grows each time it is shown. */
const ROUNDING = 0.01;

/** The part of a rectangle that lies on an image of this size, in whole pixels; undefined where none does. */
export function onImage(bounds: Region, size: Size): Region | undefined {
  const x = Math.max(0, Math.floor(bounds.x + ROUNDING));
  const y = Math.max(0, Math.floor(bounds.y + ROUNDING));
  const width = Math.min(size.width, Math.ceil(bounds.x + bounds.width - ROUNDING)) - x;
  const height = Math.min(size.height, Math.ceil(bounds.y + bounds.height - ROUNDING)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** What a server tells of its largest answers, in pixels. */
export interface DownloadLimits {
  readonly maxWidth?: number | undefined;
  /** Where only `maxWidth` is told, that counts for the height as well. */
  readonly maxHeight?: number | undefined;
  readonly maxArea?: number | undefined;
}

/**
 * URL of this part of an image by its service (Image API 2.1 and 3.0 alike): as it is stored, but no larger than
 * `MOST_DOWNLOAD` either way, nor than the server gives. `degrees`: of a right angle.
 */
export function downloadUrl(service: string, region: Region, degrees: number, limits: DownloadLimits = {}): string {
  const { width, height } = region;
  const { maxWidth = MOST_DOWNLOAD, maxHeight = maxWidth, maxArea = MOST_DOWNLOAD ** 2 } = limits;
  const sides = Math.min(MOST_DOWNLOAD, maxWidth) / width;
  const scale = Math.min(1, sides, Math.min(MOST_DOWNLOAD, maxHeight) / height, Math.sqrt(maxArea / (width * height)));
  const side = (length: number) => Math.max(1, Math.floor(length * scale));
  return `${service}/${regionText(region)}/${side(width)},${side(height)}/${uprightTurn(degrees)}/default.jpg`;
}

/** Name for the file of a download. `service`: base URI of the image's service. */
export function downloadName(service: string, region: Region, degrees: number): string {
  const turned = uprightTurn(degrees);
  const parameters = `${regionText(region).replaceAll(',', '-')}${turned === 0 ? '' : `-${turned}`}.jpg`;
  return imageFileName(decoded(service.split('/').at(-1) ?? ''), parameters);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A turn as 0, 90, 180 or 270 degrees. */
export function uprightTurn(degrees: number): number {
  return wholeTurn(Math.round(degrees / 90) * 90);
}

/** A turn as 0 to less than 360 degrees. */
export function wholeTurn(degrees: number): number {
  return ((degrees % 360) + 360) % 360;
}
