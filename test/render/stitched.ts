import type { Pixels } from '../../src/codec/codec.ts';
import type { TiledImage } from '../../src/image/image.ts';
import { type RenderingOptions, renderingOf } from '../../src/render/rendering.ts';
import { pixelsOf } from './subject.ts';

export interface Stitching {
  readonly rendering: RenderingOptions;
  /** Pixels of the image per pixel of the answer. */
  readonly scale: number;
  /** Side of a tile in the answer, in pixels. */
  readonly tile: number;
  readonly rotation: string;
}

/** The image at a scale, put together from tiles that were each asked for alone, as a viewer does. */
export async function stitched(image: TiledImage, { rendering, scale, tile, rotation }: Stitching): Promise<Pixels> {
  const { width, height } = sizeAt(image, scale);
  const swapped = rotation.endsWith('90') || rotation.endsWith('270');
  const whole = swapped ? { width: height, height: width } : { width, height };
  const data = new Uint8Array(width * height * 4);
  const resolved = renderingOf(rendering);
  for (let y = 0; y < height; y += tile) {
    for (let x = 0; x < width; x += tile) {
      const [w, h] = [Math.min(tile, width - x), Math.min(tile, height - y)];
      const [left, top] = [x * scale, y * scale];
      const [right, bottom] = [Math.min(image.width, left + w * scale), Math.min(image.height, top + h * scale)];
      const path = `${left},${top},${right - left},${bottom - top}/${w},${h}/${rotation}/default.png`;
      const part = await pixelsOf(image, path, { rendering: resolved });
      paste(data, whole, part, turnedCorner(x, y, w, h, width, height, rotation));
    }
  }
  return { ...whole, channels: 4, data };
}

/** The same in one piece. */
export function inOnePiece(image: TiledImage, { rendering, scale, rotation }: Stitching): Promise<Pixels> {
  const { width, height } = sizeAt(image, scale);
  return pixelsOf(image, `full/${width},${height}/${rotation}/default.png`, { rendering: renderingOf(rendering) });
}

function sizeAt({ width, height }: TiledImage, scale: number) {
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
}

/** Where the upper left corner of a part is once all is mirrored and turned. */
function turnedCorner(
  x: number,
  y: number,
  w: number,
  h: number,
  width: number,
  height: number,
  rotation: string,
): [number, number] {
  const left = rotation.startsWith('!') ? width - x - w : x;
  switch (rotation.replace('!', '')) {
    case '90':
      return [height - y - h, left];
    case '180':
      return [width - left - w, height - y - h];
    case '270':
      return [y, width - left - w];
    default:
      return [left, y];
  }
}

function paste(target: Uint8Array, { width }: { width: number }, part: Pixels, [x, y]: [number, number]): void {
  for (let row = 0; row < part.height; row++) {
    const from = row * part.width * 4;
    target.set(part.data.subarray(from, from + part.width * 4), ((y + row) * width + x) * 4);
  }
}
