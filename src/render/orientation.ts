import type { Orientation } from '../image/image.ts';

/** A rectangle in pixels; may be fractional where a level's pixels don't divide the full image's evenly. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The way from stored to displayed pixels: mirrored at the vertical axis first, then turned clockwise. */
export interface Turn {
  readonly mirror: boolean;
  /** Quarter turns clockwise. */
  readonly quarters: 0 | 1 | 2 | 3;
}

/** TIFF 6.0, tag 274: which corner of the picture row 0, column 0 is. */
const TURNS: Readonly<Record<Orientation, Turn>> = {
  1: { mirror: false, quarters: 0 },
  2: { mirror: true, quarters: 0 },
  3: { mirror: false, quarters: 2 },
  4: { mirror: true, quarters: 2 },
  5: { mirror: true, quarters: 3 },
  6: { mirror: false, quarters: 1 },
  7: { mirror: true, quarters: 1 },
  8: { mirror: false, quarters: 3 },
};

export function orientationTurn(orientation: Orientation): Turn {
  return TURNS[orientation];
}

/** Whether display swaps width and height. */
export function swapsSides(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** The stored rectangle that a displayed one shows; `stored` is the size of the stored image, in pixels. */
export function storedRectangle(
  displayed: Rectangle,
  orientation: Orientation,
  stored: { readonly width: number; readonly height: number },
): Rectangle {
  const { mirror, quarters } = TURNS[orientation];
  const turned = unturn(displayed, quarters, stored);
  return mirror ? { ...turned, x: stored.width - turned.x - turned.width } : turned;
}

function unturn(
  { x, y, width, height }: Rectangle,
  quarters: number,
  stored: { readonly width: number; readonly height: number },
): Rectangle {
  switch (quarters) {
    case 1:
      return { x: y, y: stored.height - x - width, width: height, height: width };
    case 2:
      return { x: stored.width - x - width, y: stored.height - y - height, width, height };
    case 3:
      return { x: stored.width - y - height, y: x, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}

/**
 * Orientation followed by an IIIF rotation, as one: mirror first, then `degrees` clockwise.
 * Turning and then mirroring equals mirroring and then turning the other way.
 */
export function combineRotation(
  orientation: Orientation,
  rotation: { readonly mirror: boolean; readonly degrees: number },
): { mirror: boolean; degrees: number } {
  const { mirror, quarters } = TURNS[orientation];
  const turned = rotation.mirror ? -90 * quarters : 90 * quarters;
  return { mirror: mirror !== rotation.mirror, degrees: (rotation.degrees + turned + 360) % 360 };
}
