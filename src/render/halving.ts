import type { Rect } from '../iiif/request.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';
import type { RenderPlan } from './plan.ts';
import type { TileDrawing } from './tile-drawing.ts';

/** Rows that are halved at once where a tile can be drawn in parts: few, so that the memory needn't grow. */
const BAND_ROWS = 256;

/** Rows of the area that become one row of halved pixels, of which some are drawn. */
interface Seam {
  readonly raster: Raster;
  /** Pixels that aren't drawn yet. */
  missing: number;
}

/**
 * Halves tiles as they arrive, into a raster of the halved area. Rows that become one with rows of another tile wait for
 * those: of strips whose height is no multiple of it, for as long as their neighbours are on their way.
 */
export class Halving {
  readonly #kernel: Kernel;
  readonly #target: Raster;
  readonly #area: RenderPlan['area'];
  readonly #halvings: number;
  /** By their first row. */
  readonly #seams = new Map<number, Seam>();

  constructor(kernel: Kernel, target: Raster, { area, halvings }: Pick<RenderPlan, 'area' | 'halvings'>) {
    this.#kernel = kernel;
    this.#target = target;
    this.#area = area;
    this.#halvings = halvings;
  }

  /** Draws a part of the area, in its pixels. Its left side is at a whole halved pixel, and its right one, or the area's end. */
  place({ x, y, width, height }: Rect, drawing: TileDrawing): void {
    const step = 2 ** this.#halvings;
    const bottom = y + height;
    // The area's last rows make a row of halved pixels, however few they are.
    const wholeBottom = bottom === this.#area.height ? bottom : bottom - (bottom % step);
    const wholeTop = Math.min(Math.ceil(y / step) * step, bottom);
    const rows = drawing.isDivisible ? BAND_ROWS : height;
    for (let top = y; top < bottom; ) {
      const isWhole = top >= wholeTop && top < wholeBottom;
      const end = isWhole ? Math.min(top + rows, wholeBottom) : Math.min(top - (top % step) + step, bottom);
      const part = { x, y: top, width, height: end - top };
      if (isWhole) this.#halve(part, drawing);
      else this.#join(part, drawing);
      top = end;
    }
  }

  /** Gives up what waits for other tiles. */
  free(): void {
    for (const { raster } of this.#seams.values()) raster.free();
    this.#seams.clear();
  }

  #halve(part: Rect, drawing: TileDrawing): void {
    if (drawing.drawHalved(this.#target, part, this.#halvings)) return;
    const whole = this.#kernel.unfilledRaster(part.width, part.height);
    try {
      drawing.draw(whole, 0, 0, part);
      this.#reduce(whole, part.x, part.y);
    } finally {
      whole.free();
    }
  }

  /** Draws rows that become one with rows of other tiles, and halves them once all are there. */
  #join(part: Rect, drawing: TileDrawing): void {
    const top = part.y - (part.y % 2 ** this.#halvings);
    const seam = this.#seams.get(top) ?? this.#seamAt(top);
    drawing.draw(seam.raster, part.x, part.y - top, part);
    seam.missing -= part.width * part.height;
    if (seam.missing > 0) return;
    this.#seams.delete(top);
    try {
      this.#reduce(seam.raster, 0, top);
    } finally {
      seam.raster.free();
    }
  }

  #seamAt(top: number): Seam {
    const { width } = this.#area;
    const height = Math.min(2 ** this.#halvings, this.#area.height - top);
    const seam = { raster: this.#kernel.unfilledRaster(width, height), missing: width * height };
    this.#seams.set(top, seam);
    return seam;
  }

  /** Puts the halves of a raster where they belong, whose first pixel is at `x`, `y` of the area. */
  #reduce(whole: Raster, x: number, y: number): void {
    const step = 2 ** this.#halvings;
    const halved = this.#kernel.reduce(whole, this.#halvings);
    try {
      const pixels = this.#kernel.read(halved, 4);
      const { width, height } = halved;
      this.#kernel.placePixels(this.#target, x / step, y / step, pixels, { x: 0, y: 0, width, height });
    } finally {
      halved.free();
    }
  }
}
