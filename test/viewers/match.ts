import type { Sharp } from 'sharp';

/** Pixels as RGB samples. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Where on the screen a picture lies. */
export interface Placement {
  /** Pixels of the screen for one of the picture. */
  readonly scale: number;
  /** The picture's upper left corner on the screen. */
  readonly left: number;
  readonly top: number;
  /** Correlation of the colours, at most 1. */
  readonly likeness: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Side of the fields that are compared by their mean colours, in pixels of the screen. */
const FIELD = 20;
/** Samples of a field along each side. */
const SAMPLES = 5;
/** How far off its expected place a picture may be, in pixels of the screen. */
const REACH = 60;
/** Levels that the mean colours of a field may differ by: viewers blend while they scale. */
const TOLERANCE = 24;

export async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * Finds how large and where exactly a picture is shown in `area` of the screen, by trying. `point` of the picture is
 * expected near the middle of the area.
 */
export function findPlacement(screen: Pixels, area: Box, picture: Pixels, point: Point): Placement {
  const fields = fieldsOf(area);
  const shown = fields.flatMap((field) => meanColour(screen, field) ?? [0, 0, 0]);
  const middle = { x: area.x + area.width / 2, y: area.y + area.height / 2 };
  let best: Placement = { scale: 1, left: 0, top: 0, likeness: 0 };
  const attempt = (scale: number, dx: number, dy: number) => {
    const left = middle.x + dx - point.x * scale;
    const top = middle.y + dy - point.y * scale;
    const expected = fields.flatMap(
      (field) => meanColour(picture, onPicture(field, { scale, left, top })) ?? [0, 0, 0],
    );
    const likeness = correlation(shown, expected);
    if (likeness > best.likeness) best = { scale, left, top, likeness };
  };
  for (let scale = 0.05; scale < 4; scale *= 1.04) {
    for (const dx of steps(REACH, FIELD)) for (const dy of steps(REACH, FIELD)) attempt(scale, dx, dy);
  }
  for (const round of [1, 0.3]) {
    const { scale, left, top } = best;
    const dx0 = left + point.x * scale - middle.x;
    const dy0 = top + point.y * scale - middle.y;
    for (const change of steps(0.04 * round, 0.008 * round)) {
      for (const dx of steps(FIELD * round, 5 * round)) {
        for (const dy of steps(FIELD * round, 5 * round)) attempt(scale * (1 + change), dx0 + dx, dy0 + dy);
      }
    }
  }
  return best;
}

/** Share of the fields of `area` in which the picture is as it should be, of those that lie within it; 0 where none do. */
export function shareShown(screen: Pixels, area: Box, picture: Pixels, placement: Placement): number {
  let within = 0;
  let right = 0;
  for (const field of fieldsOf(area)) {
    const expected = meanColour(picture, onPicture(field, placement));
    const shown = meanColour(screen, field);
    if (!expected || !shown) continue;
    within += 1;
    if (expected.every((level, channel) => Math.abs(level - (shown[channel] ?? 0)) <= TOLERANCE)) right += 1;
  }
  return within === 0 ? 0 : right / within;
}

function steps(reach: number, step: number): readonly number[] {
  const count = Math.round(reach / step);
  return Array.from({ length: 2 * count + 1 }, (_, index) => (index - count) * step);
}

function fieldsOf({ x, y, width, height }: Box): readonly Box[] {
  const columns = Math.floor(width / FIELD);
  const rows = Math.floor(height / FIELD);
  return Array.from({ length: columns * rows }, (_, index) => ({
    x: x + (index % columns) * FIELD,
    y: y + Math.floor(index / columns) * FIELD,
    width: FIELD,
    height: FIELD,
  }));
}

function onPicture(field: Box, { scale, left, top }: Omit<Placement, 'likeness'>): Box {
  const { x, y, width, height } = field;
  return { x: (x - left) / scale, y: (y - top) / scale, width: width / scale, height: height / scale };
}

/** Undefined where the box isn't whole within the pixels. */
function meanColour({ data, width, height }: Pixels, box: Box): readonly [number, number, number] | undefined {
  if (box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height) return undefined;
  let [red, green, blue] = [0, 0, 0];
  for (let row = 0; row < SAMPLES; row++) {
    const y = Math.floor(box.y + ((row + 0.5) * box.height) / SAMPLES);
    for (let column = 0; column < SAMPLES; column++) {
      const at = (y * width + Math.floor(box.x + ((column + 0.5) * box.width) / SAMPLES)) * 3;
      red += data[at] ?? 0;
      green += data[at + 1] ?? 0;
      blue += data[at + 2] ?? 0;
    }
  }
  const count = SAMPLES ** 2;
  return [red / count, green / count, blue / count];
}

/** Pearson's; 0 where either is the same all over. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (const [index, value] of a.entries()) {
    const [fromA, fromB] = [value - meanA, (b[index] ?? 0) - meanB];
    both += fromA * fromB;
    squaresA += fromA ** 2;
    squaresB += fromB ** 2;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : both / Math.sqrt(squaresA * squaresB);
}
