import type { Level } from '../../src/image/image.ts';
import type { PlannedImage } from '../../src/render/plan.ts';

export interface PyramidOptions extends Partial<Omit<PlannedImage, 'width' | 'height' | 'levels'>> {
  /** Side of a tile, in pixels. */
  readonly tile?: number;
  /** Whether level sizes are rounded down, as libvips does, or up, as GDAL does. */
  readonly rounding?: 'floor' | 'ceil';
}

/** An image of `width` × `height` displayed pixels with a level for each of `scales`. */
export function pyramid(
  width: number,
  height: number,
  scales: readonly number[],
  options: PyramidOptions = {},
): PlannedImage {
  const { tile = 256, rounding = 'ceil', orientation = 1, ...rest } = options;
  const stored = orientation >= 5 ? { width: height, height: width } : { width, height };
  const side = (length: number, scale: number) => Math.max(1, Math[rounding](length / scale));
  const levels = scales.map(
    (scale, index): Level => ({
      index,
      width: side(stored.width, scale),
      height: side(stored.height, scale),
      tileWidth: tile,
      tileHeight: tile,
      scale,
      tileFormat: options.tileFormat ?? 'jpeg',
    }),
  );
  return {
    width,
    height,
    orientation,
    levels,
    colour: { space: 'rgb', bitsPerSample: 8, alpha: 'none', profileLength: 0 },
    tileFormat: 'jpeg',
    masked: false,
    ...rest,
  };
}
