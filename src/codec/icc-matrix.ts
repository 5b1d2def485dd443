import type { MatrixProfile } from '../kernel/colour-matrix.ts';
import { hasAscii } from './bytes.ts';
import { D50, luminanceOf } from './cie-lab.ts';
import { toneCurve } from './icc-curve.ts';
import type { IccProfile } from './icc-profile.ts';

/** Luminances of white, all three primaries at full, that no intact profile leaves. */
const LEAST_WHITE = 0.5;
const MOST_WHITE = 2;

/**
 * The colours of a profile that is a matrix and three curves, or one curve for grey (ICC.1:2022, annex F.2 and F.3).
 * Undefined where it is something else: it has tables, which come before matrix and curves (section 9.1), or is damaged.
 */
export function matrixOf(profile: IccProfile): MatrixProfile | undefined {
  if (profile.space === 'grey') return greyMatrix(profile);
  const { space, connection, tags } = profile;
  if (space !== 'rgb' || connection !== 'xyz' || hasTables(profile)) return undefined;
  const [red, green, blue] = ['rTRC', 'gTRC', 'bTRC'].map((tag) => toneCurve(tags.get(tag)));
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((tag) => xyz(tags.get(tag)));
  const [rows0, rows1, rows2] = [0, 1, 2].map((row) => columns.map((column) => column?.[row] ?? Number.NaN));
  if (!red || !green || !blue || !rows0 || !rows1 || !rows2) return undefined;
  const white = rows1.reduce((sum, luminance) => sum + luminance, 0);
  if (!(white > LEAST_WHITE && white < MOST_WHITE)) return undefined;
  return { curves: [red, green, blue], matrix: [...rows0, ...rows1, ...rows2] };
}

/** Whether the profile describes colours by tables (`lutAToBType` and older ones), relatively or in perception. */
export function hasTables({ tags }: IccProfile): boolean {
  return tags.has('A2B0') || tags.has('A2B1');
}

/** Grey as three equal primaries, each a third of white. */
function greyMatrix({ connection, tags }: IccProfile): MatrixProfile | undefined {
  const values = toneCurve(tags.get('kTRC'));
  const curve = connection === 'lab' ? values?.map((value) => luminanceOf(value * 100)) : values;
  if (!curve) return undefined;
  return { curves: [curve, curve, curve], matrix: [D50.X, 1, D50.Z].flatMap((part) => [part / 3, part / 3, part / 3]) };
}

/** The first colour of an `XYZType` (section 10.31). */
function xyz(tag: Uint8Array | undefined): readonly number[] | undefined {
  if (tag === undefined || tag.length < 20 || !hasAscii(tag, 0, 'XYZ ')) return undefined;
  const view = new DataView(tag.buffer, tag.byteOffset, tag.length);
  return [8, 12, 16].map((at) => view.getInt32(at) / 65_536);
}
