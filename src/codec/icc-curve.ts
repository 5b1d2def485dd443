import { hasAscii } from './bytes.ts';

/** Device values of 8 bits, which are all that a curve is asked for. */
const STEPS = 256;

/** Parameters of each type of parametric curve (ICC.1:2022, table 68). */
const PARAMETERS: readonly number[] = [1, 3, 4, 5, 7];

/**
 * Values of a tone curve, 0–1, for device values 0–255: a `curveType` (ICC.1:2022, section 10.6) or a
 * `parametricCurveType` (section 10.18). Undefined when it is neither, or damaged.
 */
export function toneCurve(tag: Uint8Array | undefined): Float32Array | undefined {
  if (tag === undefined || tag.length < 12) return undefined;
  const curve = hasAscii(tag, 0, 'curv') ? sampled(tag) : hasAscii(tag, 0, 'para') ? parametric(tag) : undefined;
  if (curve === undefined) return undefined;
  const values = Float32Array.from({ length: STEPS }, (_, value) => {
    return Math.max(0, Math.min(1, curve(value / (STEPS - 1))));
  });
  return values.every(Number.isFinite) ? values : undefined;
}

type Curve = (x: number) => number;

function sampled(tag: Uint8Array): Curve | undefined {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.length);
  const count = view.getUint32(8);
  if (12 + count * 2 > tag.length) return undefined;
  if (count === 0) return (x) => x;
  const value = (index: number) => view.getUint16(12 + index * 2);
  if (count === 1) return (x) => x ** (value(0) / 256);
  return (x) => {
    const position = x * (count - 1);
    const index = Math.min(Math.floor(position), count - 2);
    const lower = value(index);
    return (lower + (value(index + 1) - lower) * (position - index)) / 65_535;
  };
}

function parametric(tag: Uint8Array): Curve | undefined {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.length);
  const type = view.getUint16(8);
  const count = PARAMETERS[type];
  if (count === undefined || 12 + count * 4 > tag.length) return undefined;
  const parameters = Array.from({ length: count }, (_, index) => view.getInt32(12 + index * 4) / 65_536);
  const [gamma = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = parameters;
  const power = (x: number) => Math.max(0, a * x + b) ** gamma;
  switch (type) {
    case 0:
      return power;
    case 1:
      return (x) => (a * x + b >= 0 ? power(x) : 0);
    case 2:
      return (x) => (a * x + b >= 0 ? power(x) : 0) + c;
    default:
      return (x) => (x >= d ? power(x) + e : c * x + f);
  }
}
