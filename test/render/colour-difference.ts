import type { Pixels } from '../../src/codec/codec.ts';

/** How far colours are apart, in CIEDE2000; below 1 the eye sees nothing, below 3 it must look for it. */
export interface ColourDifference {
  readonly mean: number;
  /** All but one in a hundred are nearer. */
  readonly most: number;
}

type Lab = readonly [L: number, a: number, b: number];

/** Compares two pictures of sRGB, pixel by pixel; alpha isn't looked at. */
export function colourDifference(a: Pixels, b: Pixels): ColourDifference {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`${a.width} × ${a.height} pixels can't be compared with ${b.width} × ${b.height}`);
  }
  const differences = Array.from({ length: a.width * a.height }, (_, pixel) =>
    deltaE(labAt(a, pixel), labAt(b, pixel)),
  );
  differences.sort((one, other) => one - other);
  return {
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    most: differences[Math.floor(differences.length * 0.99)] ?? Number.NaN,
  };
}

function labAt({ channels, data }: Pixels, pixel: number): Lab {
  const [red = 0, green = 0, blue = 0] = data.subarray(pixel * channels, pixel * channels + 3);
  return labOf(linear(red), linear(green), linear(blue));
}

function linear(level: number): number {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Linear sRGB → L*a*b* relative to D65. */
function labOf(r: number, g: number, b: number): Lab {
  const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const DEGREES = Math.PI / 180;

/** CIE 142-2001, in the notation of Sharma, Wu and Dalal (2005). */
export function deltaE([L1, a1, b1]: Lab, [L2, a2, b2]: Lab): number {
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const G = 0.5 * (1 - saturation(meanC));
  const [A1, A2] = [a1 * (1 + G), a2 * (1 + G)];
  const [C1, C2] = [Math.hypot(A1, b1), Math.hypot(A2, b2)];
  const [h1, h2] = [hue(A1, b1), hue(A2, b2)];
  const grey = C1 * C2 === 0;
  const turn = h2 - h1;
  const dh = grey ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
  const dH = 2 * Math.sqrt(C1 * C2) * Math.sin((dh / 2) * DEGREES);
  const L = (L1 + L2) / 2;
  const C = (C1 + C2) / 2;
  const sum = h1 + h2;
  const h = grey ? sum : Math.abs(turn) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
  const cos = (factor: number, offset: number) => Math.cos((factor * h + offset) * DEGREES);
  const T = 1 - 0.17 * cos(1, -30) + 0.24 * cos(2, 0) + 0.32 * cos(3, 6) - 0.2 * cos(4, -63);
  const SL = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2);
  const [dL, dC, dHue] = [(L2 - L1) / SL, (C2 - C1) / (1 + 0.045 * C), dH / (1 + 0.015 * C * T)];
  const theta = 30 * Math.exp(-(((h - 275) / 25) ** 2));
  const RT = -2 * saturation(C) * Math.sin(2 * theta * DEGREES);
  return Math.sqrt(dL ** 2 + dC ** 2 + dHue ** 2 + RT * dC * dHue);
}

function saturation(C: number): number {
  return Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7));
}

function hue(a: number, b: number): number {
  return a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / DEGREES + 360) % 360;
}
