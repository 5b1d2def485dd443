import type { Resolution } from '../image/image.ts';
import type { ResolvedRequest } from './plan.ts';

/**
 * The resolution at which an answer is as large as that part of the image is. Undefined where the image's isn't known,
 * and where unequal sides are turned obliquely.
 */
export function answerResolution(
  resolution: Resolution | undefined,
  { region, size, rotation }: Pick<ResolvedRequest, 'region' | 'size' | 'rotation'>,
): Resolution | undefined {
  if (resolution === undefined) return undefined;
  const x = (resolution.x * size.width) / region.width;
  const y = (resolution.y * size.height) / region.height;
  if (rotation.degrees % 180 === 0) return { x, y };
  if (rotation.degrees % 90 === 0) return { x: y, y: x };
  return resolution.x === resolution.y ? { x, y } : undefined;
}
