import type { ImageRequest, Size } from './request.ts';

/**
 * Media type of pixels that are handed over as they are: RGBA, 8 bits each, alpha not premultiplied, row by row, in sRGB.
 * `Accept` names it who shows them on the same machine, so that they needn't be encoded to be decoded at once.
 */
export const PIXELS_TYPE = 'application/x-potto-pixels';

/** 4 MB. Larger answers are no tiles, and take longer to hand over than to encode. */
const MOST_PIXELS = 2 ** 20;

/** Whether an answer of this size may be pixels. */
export function mayBePixels(accept: string | null, { rotation }: ImageRequest, { width, height }: Size): boolean {
  const isUpright = !rotation.mirror && rotation.degrees % 360 === 0;
  return accept?.includes(PIXELS_TYPE) === true && isUpright && width * height <= MOST_PIXELS;
}

/** `Content-Type` of pixels. */
export function pixelsType({ width, height }: Size): string {
  return `${PIXELS_TYPE};width=${width};height=${height}`;
}

/** The size that a `Content-Type` tells; undefined where it isn't one of pixels. */
export function sizeOfPixels(contentType: string | null): Size | undefined {
  if (!contentType?.startsWith(PIXELS_TYPE)) return undefined;
  const [, width, height] = /;width=(\d{1,5});height=(\d{1,5})$/.exec(contentType) ?? [];
  return width === undefined || height === undefined ? undefined : { width: Number(width), height: Number(height) };
}
