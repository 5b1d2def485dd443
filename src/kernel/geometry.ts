/** In pixels; where a function says so, with fractions. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All of a raster. */
export function fullRect({ width, height }: { readonly width: number; readonly height: number }): Rect {
  return { x: 0, y: 0, width, height };
}

/** Longest side of a raster: longer than any file's, and short enough for tables of weights and 32-bit offsets. */
export const LONGEST_SIDE = 2 ** 20;

/** How far a computed edge may miss the whole pixel that is meant. */
const ROUNDING = 1e-6;

/** @throws {RangeError} unless both are whole numbers from 1 to `LONGEST_SIDE`. */
export function checkSize(width: number, height: number): void {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1 || side > LONGEST_SIDE) {
      throw new RangeError(`A raster can't be ${width} × ${height}: its sides are 1–${LONGEST_SIDE} whole pixels`);
    }
  }
}

/** @throws {RangeError} unless the rectangle has whole numbers, is not empty and lies within `width` × `height`. */
export function checkRect(rect: Rect, width: number, height: number): void {
  const whole = [rect.x, rect.y, rect.width, rect.height].every(Number.isInteger);
  const inside = rect.x >= 0 && rect.y >= 0 && rect.x + rect.width <= width && rect.y + rect.height <= height;
  if (!whole || !inside || rect.width < 1 || rect.height < 1) {
    throw new RangeError(`${describe(rect)} doesn't lie within ${width} × ${height} in whole pixels`);
  }
}

/**
 * The rectangle, with fractions; edges that miss a whole pixel by rounding only are put there.
 * @throws {RangeError} when it is empty or reaches outside `width` × `height`.
 */
export function fractionalRect(rect: Rect, width: number, height: number): Rect {
  const x = snapped(rect.x);
  const y = snapped(rect.y);
  const right = snapped(rect.x + rect.width);
  const bottom = snapped(rect.y + rect.height);
  if (!(x >= 0 && y >= 0 && right > x && bottom > y && right <= width && bottom <= height)) {
    throw new RangeError(`${describe(rect)} doesn't lie within ${width} × ${height}`);
  }
  return { x, y, width: right - x, height: bottom - y };
}

function snapped(edge: number): number {
  const whole = Math.round(edge);
  return Math.abs(edge - whole) < ROUNDING ? whole : edge;
}

function describe(rect: Rect): string {
  return `${rect.width} × ${rect.height} at ${rect.x},${rect.y}`;
}
