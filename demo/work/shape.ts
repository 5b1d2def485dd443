import type { DemoImage } from '../catalogue.ts';
import { imageService, type Region } from '../iiif.ts';

/** One of the sizes that a picture is offered in. */
export interface OfferedSize {
  readonly width: number;
  readonly height: number;
  /** Address of it; `format`: an extension. */
  readonly url: (format: string) => string;
}

/** What there is to show of an image. */
export interface Shape {
  /** At full resolution, pixels. */
  readonly width: number;
  readonly height: number;
  /** The region of its addresses (IIIF Image API 3.0, section 4.1). */
  readonly box: string;
  /** Smallest first, each of a level that is stored, so that nothing is scaled. */
  readonly sizes: readonly OfferedSize[];
}

/** Narrower ones are thumbnails. */
const LEAST_WIDTH = 160;
/** Wider ones make no one's page better; deep zoom shows what is in them. */
const GREATEST_WIDTH = 4096;

/** The sizes of an image, or of a region of it that is cut to what the image has. */
export function shapeOf(image: Pick<DemoImage, 'id' | 'width' | 'height'>, region?: Region): Shape {
  const { x, y } = region ?? { x: 0, y: 0 };
  const width = Math.min(region?.width ?? image.width, Math.max(1, image.width - x));
  const height = Math.min(region?.height ?? image.height, Math.max(1, image.height - y));
  const box = region ? `${x},${y},${width},${height}` : 'full';
  const sizes: OfferedSize[] = [];
  for (let scale = 1; Math.ceil(width / scale) >= LEAST_WIDTH || sizes.length === 0; scale *= 2) {
    const size = { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
    const url = (format: string) => `${imageService(image.id)}/${box}/${size.width},${size.height}/0/default.${format}`;
    if (size.width <= GREATEST_WIDTH || region) sizes.unshift({ ...size, url });
  }
  return { width, height, box, sizes };
}
