import type { Resolution } from '../image.ts';
import type { Jp2Boxes } from './boxes.ts';

const METRES_PER_INCH = 0.0254;

/** Pixels per inch beyond which a resolution is a mistake. */
const MAX_RESOLUTION = 1e7;

/** What the boxes say of the size of pixels (section I.5.3.7): as captured, else as to be displayed. */
export function resolutionOf({ boxes }: Pick<Jp2Boxes, 'boxes'>): Resolution | undefined {
  const box = boxes.find(({ type }) => type === 'resc') ?? boxes.find(({ type }) => type === 'resd');
  if (!box || box.content.byteLength < 10) return undefined;
  const { content } = box;
  const perInch = (at: number, exponent: number) =>
    (content.getUint16(at) / content.getUint16(at + 2)) * 10 ** content.getInt8(exponent) * METRES_PER_INCH;
  const [y, x] = [perInch(0, 8), perInch(4, 9)];
  return [x, y].every((value) => value > 0 && value <= MAX_RESOLUTION) ? { x, y } : undefined;
}
