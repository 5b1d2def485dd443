interface Size {
  readonly width: number;
  readonly height: number;
}

/** True where `directory` is smaller than `full` and shows the same: what a level of a pyramid must be. */
export function isReduction(full: Size, directory: Size): boolean {
  const fits = directory.width <= full.width && directory.height <= full.height;
  const smaller = directory.width < full.width || directory.height < full.height;
  return fits && smaller && sameAspect(full, directory);
}

/** True where both sides are those of `full` halved some times, rounded up or down. */
export function isHalved(full: Size, directory: Size): boolean {
  return isReduction(full, directory) && Number.isInteger(Math.log2(scaleOf(full, directory)));
}

/** True where one ratio explains both sides of `reduced`, each rounded up or down. */
export function sameAspect(full: Size, reduced: Size): boolean {
  const most = Math.min(ratioTo(full.width, reduced.width - 1), ratioTo(full.height, reduced.height - 1));
  const least = Math.max(full.width / (reduced.width + 1), full.height / (reduced.height + 1));
  return least <= most;
}

const ratioTo = (full: number, side: number) => (side <= 0 ? Number.POSITIVE_INFINITY : full / side);

/**
 * `Level.scale`: an integer where the sides are the full ones divided by it and rounded up or down, else the ratio of
 * the widths. Where several integers would do, as on a level of few pixels, a power of two is the likeliest.
 */
export function scaleOf(full: Size, level: Size): number {
  const ratio = full.width >= full.height ? full.width / level.width : full.height / level.height;
  const candidates = [2 ** Math.round(Math.log2(ratio)), Math.round(ratio), Math.floor(ratio), Math.ceil(ratio)];
  const divides = (scale: number) =>
    isRounded(full.width, level.width, scale) && isRounded(full.height, level.height, scale);
  return candidates.find(divides) ?? full.width / level.width;
}

/** A side never becomes less than 1 pixel, whatever the scale. */
const isRounded = (full: number, side: number, scale: number) =>
  side === Math.max(1, Math.floor(full / scale)) || side === Math.ceil(full / scale);

/** Largest first, each strictly smaller than the one before; of several of one size the first in the file stays. */
export function strictlySmaller<T extends Size>(full: Size, levels: readonly T[]): readonly T[] {
  const kept: T[] = [];
  let above = full;
  for (const level of levels.toSorted((a, b) => b.width - a.width || b.height - a.height)) {
    if (level.width > above.width || level.height > above.height) continue;
    if (level.width === above.width && level.height === above.height) continue;
    kept.push(level);
    above = level;
  }
  return kept;
}
