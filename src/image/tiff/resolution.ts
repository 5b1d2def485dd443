import type { HeaderWindows } from '../header-windows.ts';
import type { Resolution } from '../image.ts';
import type { Directory } from './directory.ts';
import type { TiffHeader } from './ifd.ts';
import { readReals } from './reals.ts';
import { ResolutionUnit } from './tags.ts';

/** Pixels per inch beyond which a resolution is a mistake: a microscope at 100 × has some 250,000. */
const MAX_RESOLUTION = 1e7;

const CENTIMETRES_PER_INCH = 2.54;

/** What a file says of the size of its pixels, as displayed; undefined where it says nothing sensible. */
export async function readResolution(
  windows: HeaderWindows,
  { littleEndian }: TiffHeader,
  { resolutionUnit, xResolution, yResolution, orientation }: Directory,
): Promise<Resolution | undefined> {
  if (!xResolution || !yResolution) return undefined;
  const [x = 0] = await readReals(windows, xResolution, littleEndian, 1);
  const [y = 0] = await readReals(windows, yResolution, littleEndian, 1);
  const perInch = factorOf(resolutionUnit);
  const isSensible = (value: number) => value > 0 && value * perInch <= MAX_RESOLUTION;
  if (perInch === 0 || !isSensible(x) || !isSensible(y)) return undefined;
  const stored = { x: x * perInch, y: y * perInch };
  return orientation >= 5 && orientation <= 8 ? { x: stored.y, y: stored.x } : stored;
}

/** 0 for a unit that is none (TIFF 6.0, page 38). */
function factorOf(unit: number): number {
  if (unit === ResolutionUnit.Inch) return 1;
  return unit === ResolutionUnit.Centimetre ? CENTIMETRES_PER_INCH : 0;
}
