/** Chromaticities of red, green, blue and white (ITU-T H.273, section 8.1). */
const PRIMARIES: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  /** Rec. 2020 */
  9: [
    [0.708, 0.292],
    [0.17, 0.797],
    [0.131, 0.046],
  ],
  /** Display P3, with the white of sRGB */
  12: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ],
};

const D65 = [0.3127, 0.329] as const;
/** The white of ICC profiles (ICC.1:2022, section 7.2.16), and the way to it from D65 after Bradford. */
const D50 = [0.9642, 1, 0.8249] as const;
const BRADFORD = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
] as const;

/** sRGB's curve as parameters of type 3 (ICC.1:2022, section 10.18): gamma, a, b, c, d. */
const SRGB_CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
const SRGB_TRANSFER = 13;

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/**
 * A profile for colours that are told by code points (ITU-T H.273): Display P3 and Rec. 2020 primaries under sRGB's
 * curve. Undefined for all others: sRGB needs none, and nobody expects a conversion of video's many kinds; PQ and HLG,
 * which need tone mapping, are shown as they are.
 */
export function cicpProfile(primaries: number | undefined, transfer: number | undefined): Uint8Array | undefined {
  const chromaticities = PRIMARIES[primaries ?? 0];
  if (chromaticities === undefined || transfer !== SRGB_TRANSFER) return undefined;
  const [red, green, blue] = colorants(chromaticities);
  const curve = parametricCurve();
  return profile([
    ['desc', description('CICP')],
    ['cprt', description('CC0')],
    ['wtpt', xyz(D50)],
    ['rXYZ', xyz(red)],
    ['gXYZ', xyz(green)],
    ['bXYZ', xyz(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]);
}

/** XYZ of the primaries under D50. */
function colorants(chromaticities: readonly (readonly [number, number])[]): readonly [Vector, Vector, Vector] {
  const [r, g, b] = chromaticities.map(toXyz);
  if (!r || !g || !b) throw new RangeError('three primaries are needed');
  const columns: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
  const white = toXyz(D65);
  const scale = solve(columns, white);
  const [from, to] = [apply(BRADFORD, white), apply(BRADFORD, D50)];
  const adapt = (colour: Vector, factor: number): Vector => {
    const [l, m, s] = apply(BRADFORD, colour);
    return solve(BRADFORD, [
      (l * factor * to[0]) / from[0],
      (m * factor * to[1]) / from[1],
      (s * factor * to[2]) / from[2],
    ]);
  };
  return [adapt(r, scale[0]), adapt(g, scale[1]), adapt(b, scale[2])];
}

function toXyz([x, y]: readonly [number, number]): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function apply(matrix: Matrix, [x, y, z]: Vector): Vector {
  const row = ([a, b, c]: Vector) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

/** v with matrix · v = right, by Cramer's rule. */
function solve([a, b, c]: Matrix, right: Vector): Vector {
  const determinant = ([p, q, r]: Matrix) =>
    p[0] * (q[1] * r[2] - q[2] * r[1]) - p[1] * (q[0] * r[2] - q[2] * r[0]) + p[2] * (q[0] * r[1] - q[1] * r[0]);
  const whole = determinant([a, b, c]);
  const [x, y, z] = right;
  return [
    determinant([
      [x, a[1], a[2]],
      [y, b[1], b[2]],
      [z, c[1], c[2]],
    ]) / whole,
    determinant([
      [a[0], x, a[2]],
      [b[0], y, b[2]],
      [c[0], z, c[2]],
    ]) / whole,
    determinant([
      [a[0], a[1], x],
      [b[0], b[1], y],
      [c[0], c[1], z],
    ]) / whole,
  ];
}

function xyz(vector: Vector): Uint8Array {
  return fixed('XYZ ', [], vector);
}

function parametricCurve(): Uint8Array {
  return fixed('para', [0, 3, 0, 0], SRGB_CURVE);
}

/** A tag of numbers of 16 + 16 bits (ICC.1:2022, section 4.6). */
function fixed(type: string, head: readonly number[], values: readonly number[]): Uint8Array {
  const tag = new Uint8Array(8 + head.length + 4 * values.length);
  tag.set(new TextEncoder().encode(type));
  tag.set(head, 8);
  const view = new DataView(tag.buffer);
  for (const [i, value] of values.entries()) view.setInt32(8 + head.length + 4 * i, Math.round(value * 65_536));
  return tag;
}

/** multiLocalizedUnicodeType (section 10.15) of one text. */
function description(text: string): Uint8Array {
  const tag = new Uint8Array(28 + 2 * text.length);
  const view = new DataView(tag.buffer);
  tag.set(new TextEncoder().encode('mluc'));
  for (const [at, value] of [
    [8, 1],
    [12, 12],
    [16, 0x656e5553],
    [20, 2 * text.length],
    [24, 28],
  ] as const) {
    view.setUint32(at, value);
  }
  for (let i = 0; i < text.length; i++) view.setUint16(28 + 2 * i, text.charCodeAt(i));
  return tag;
}

/** A display profile of version 4.3 (section 7). */
function profile(tags: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  const start = 132 + 12 * tags.length;
  const bytes = new Uint8Array(tags.reduce((length, [, tag]) => length + padded(tag.length), start));
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  view.setUint32(0, bytes.length);
  view.setUint32(8, 0x0430_0000);
  text(12, 'mntrRGB XYZ ');
  for (const [i, value] of [2024, 1, 1].entries()) view.setUint16(24 + 2 * i, value);
  text(36, 'acsp');
  for (const [i, value] of D50.entries()) view.setInt32(68 + 4 * i, Math.round(value * 65_536));
  view.setUint32(128, tags.length);
  let offset = start;
  for (const [i, [name, tag]] of tags.entries()) {
    text(132 + 12 * i, name);
    view.setUint32(136 + 12 * i, offset);
    view.setUint32(140 + 12 * i, tag.length);
    bytes.set(tag, offset);
    offset += padded(tag.length);
  }
  return bytes;
}
