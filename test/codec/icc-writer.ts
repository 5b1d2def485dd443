/** A small writer of ICC profiles, so that each odd one of a test is a few lines. */

export interface TestProfile {
  /** Of the samples: `GRAY`, `RGB `, `CMYK`, `Lab `. */
  readonly space: string;
  /** `XYZ ` or `Lab `. */
  readonly connection?: string;
  readonly deviceClass?: string;
  /** Content by signature. */
  readonly tags: Readonly<Record<string, Uint8Array>>;
}

/** Primaries of Adobe RGB (1998) relative to D50, as its profile rounds them. */
export const WIDE_PRIMARIES = {
  rXYZ: xyz(0.60974, 0.31111, 0.01947),
  gXYZ: xyz(0.20528, 0.62567, 0.06087),
  bXYZ: xyz(0.14919, 0.06322, 0.74457),
} as const;

export function writeProfile({ space, connection = 'XYZ ', deviceClass = 'mntr', tags }: TestProfile): Uint8Array {
  const entries = Object.entries(tags);
  const start = 132 + entries.length * 12;
  const size = entries.reduce((sum, [, { length }]) => sum + aligned(length), start);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size);
  view.setUint32(8, 0x02400000);
  for (const [at, text] of [
    [12, deviceClass],
    [16, space],
    [20, connection],
    [36, 'acsp'],
  ] as const) {
    bytes.set(ascii(text), at);
  }
  [0.9642, 1, 0.8249].forEach((value, index) => {
    view.setInt32(68 + index * 4, Math.round(value * 65_536));
  });
  view.setUint32(128, entries.length);
  let offset = start;
  entries.forEach(([signature, content], index) => {
    bytes.set(ascii(signature), 132 + index * 12);
    view.setUint32(136 + index * 12, offset);
    view.setUint32(140 + index * 12, content.length);
    bytes.set(content, offset);
    offset += aligned(content.length);
  });
  return bytes;
}

/** A matrix profile of wide primaries; `curve` for all three channels. */
export function wideProfile(curve: Uint8Array = gamma(2.2)): Uint8Array {
  return writeProfile({ space: 'RGB ', tags: { ...WIDE_PRIMARIES, rTRC: curve, gTRC: curve, bTRC: curve } });
}

export function greyProfile(curve: Uint8Array = gamma(1.8), connection = 'XYZ '): Uint8Array {
  return writeProfile({ space: 'GRAY', connection, tags: { kTRC: curve } });
}

/** A scanner's profile by tables, in which red is a dull brown. */
export function scannerProfile(): Uint8Array {
  const colour = ([r = 0, g = 0, b = 0]: readonly number[]) => [
    30 * r + 50 * g + 20 * b,
    40 * r - 40 * g,
    40 * g - 40 * b,
  ];
  return writeProfile({ space: 'RGB ', connection: 'Lab ', deviceClass: 'scnr', tags: { A2B0: corners(3, colour) } });
}

/** `XYZType`. */
export function xyz(...values: readonly number[]): Uint8Array {
  return tag(
    'XYZ ',
    (view) => {
      values.forEach((value, index) => {
        view.setInt32(8 + index * 4, Math.round(value * 65_536));
      });
    },
    20,
  );
}

/** `curveType` of one exponent. */
export function gamma(exponent: number): Uint8Array {
  return curve([Math.round(exponent * 256)]);
}

/** `curveType` of these 16-bit values. */
export function curve(values: readonly number[]): Uint8Array {
  return tag(
    'curv',
    (view) => {
      view.setUint32(8, values.length);
      values.forEach((value, index) => {
        view.setUint16(12 + index * 2, value);
      });
    },
    12 + values.length * 2,
  );
}

/** `parametricCurveType`. */
export function parametric(type: number, parameters: readonly number[]): Uint8Array {
  return tag(
    'para',
    (view) => {
      view.setUint16(8, type);
      parameters.forEach((value, index) => {
        view.setInt32(12 + index * 4, Math.round(value * 65_536));
      });
    },
    12 + parameters.length * 4,
  );
}

/**
 * `lut8Type` (ICC.1:2022, section 10.11) from `inputs` channels to L*a*b*, two nodes along each axis, given by their
 * corners: 0 or 1 for each channel → L*, a*, b*.
 */
export function corners(inputs: number, colour: (corner: readonly number[]) => readonly number[]): Uint8Array {
  const ramp = Uint8Array.from({ length: 256 }, (_, value) => value);
  const nodes = Array.from({ length: 2 ** inputs }, (_, node) => {
    const corner = Array.from({ length: inputs }, (_, axis) => (node >> (inputs - 1 - axis)) & 1);
    const [L = 0, a = 0, b = 0] = colour(corner);
    return [Math.round(L * 2.55), Math.round(a + 128), Math.round(b + 128)];
  }).flat();
  const length = 48 + 256 * (inputs + 3) + nodes.length;
  return tag(
    'mft1',
    (view, bytes) => {
      view.setUint8(8, inputs);
      view.setUint8(9, 3);
      view.setUint8(10, 2);
      for (const diagonal of [12, 28, 44]) view.setInt32(diagonal, 65_536);
      for (let table = 0; table < inputs; table++) bytes.set(ramp, 48 + table * 256);
      bytes.set(nodes, 48 + inputs * 256);
      for (let table = 0; table < 3; table++) bytes.set(ramp, 48 + inputs * 256 + nodes.length + table * 256);
    },
    length,
  );
}

function tag(type: string, write: (view: DataView, bytes: Uint8Array) => void, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(ascii(type));
  write(new DataView(bytes.buffer), bytes);
  return bytes;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function aligned(length: number): number {
  return Math.ceil(length / 4) * 4;
}
