import type { DecodedTile } from '../codec/decode-tile.ts';
import { decodeBaseline, type JpegScale } from '../codec/jpeg-decode.ts';
import type { Rect } from '../iiif/request.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster, Rgb } from '../kernel/raster.ts';
import { type ColourConversion, convertColours } from './colour-conversion.ts';
import { applyMask } from './mask.ts';
import { placeDecoded } from './place-decoded.ts';

/** The pixels of one tile. Parts of it are told in pixels of the plan's area, from its corner on. */
export interface TileDrawing {
  /** Draws a part at `x`, `y` of a raster. */
  draw(raster: Raster, x: number, y: number, part: Rect): void;
  /**
   * Draws a part, which begins at whole halved pixels, where it belongs in a raster of the halved area; false where that
   * can't be done at once, and nothing was drawn.
   */
  drawHalved(raster: Raster, part: Rect, halvings: number): boolean;
  /** To draw it in several parts costs as much as to draw it once. */
  readonly isDivisible: boolean;
}

/** How decoded tiles are drawn. */
export interface DrawnTile {
  readonly decoded: DecodedTile;
  readonly mask: DecodedTile | undefined;
  readonly convert: ColourConversion | undefined;
  /** Where the tile's first pixel is, in pixels of the plan's area. */
  readonly x: number;
  readonly y: number;
}

export function drawingOf(kernel: Kernel, { decoded, mask, convert, x: left, y: top }: DrawnTile): TileDrawing {
  const cropOf = ({ x, y, width, height }: Rect) => ({ x: x - left, y: y - top, width, height });
  return {
    isDivisible: decoded.kind !== 'baseline',
    draw(raster, x, y, part) {
      const crop = cropOf(part);
      placeDecoded(kernel, raster, x, y, decoded, crop);
      if (convert) convertColours(kernel, raster, convert, { x, y, width: part.width, height: part.height });
      if (mask) applyMask(kernel, raster, x, y, mask, crop);
    },
    drawHalved(raster, part, halvings) {
      if (decoded.kind !== 'baseline' || convert || mask) return false;
      const crop = cropOf(part);
      const scale = scaleWithin(crop, halvings);
      if (scale === undefined) return false;
      const scaled = { x: crop.x / scale, y: crop.y / scale, width: crop.width / scale, height: crop.height / scale };
      decodeBaseline(decoded, raster, part.x / scale, part.y / scale, scaled, { scale });
      return true;
    },
  };
}

/** A tile that the file leaves out: one colour, or transparent without one. */
export function drawingOfNothing(kernel: Kernel, colour: Rgb | undefined): TileDrawing {
  return {
    isDivisible: true,
    draw: (raster, x, y, { width, height }) => kernel.fill(raster, { x, y, width, height }, colour),
    drawHalved(raster, { x, y, width, height }, halvings) {
      const step = 2 ** halvings;
      const rect = { x: x / step, y: y / step, width: Math.ceil(width / step), height: Math.ceil(height / step) };
      kernel.fill(raster, rect, colour);
      return true;
    },
  };
}

/**
 * The scale at which a part of a JPEG is decoded to halved pixels. There is none where these aren't its own, or where
 * the last ones are means of fewer pixels: the tile's padding would be among them.
 */
function scaleWithin({ x, y, width, height }: Rect, halvings: number): JpegScale | undefined {
  const scale = ([1, 2, 4, 8] as const)[halvings];
  return scale !== undefined && [x, y, width, height].every((each) => each % scale === 0) ? scale : undefined;
}
