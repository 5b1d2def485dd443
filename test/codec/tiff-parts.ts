import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedTile, SampleCompression, SamplesEncoding } from '../../src/image/image.ts';

/** What of a TIFF's first directory the tests need: strips or tiles as they are stored. */
export interface TiffParts {
  readonly width: number;
  readonly height: number;
  readonly partWidth: number;
  readonly partHeight: number;
  readonly parts: readonly Uint8Array[];
  readonly littleEndian: boolean;
  /** All values of a tag, or those it has by default. */
  readonly values: (tag: number, ...otherwise: number[]) => readonly number[];
}

const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 11: 4, 12: 8 };

/** Reads it just well enough for the files that libtiff writes. */
export function tiffParts(file: Uint8Array): TiffParts {
  const littleEndian = file[0] === 0x49;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const short = (at: number) => view.getUint16(at, littleEndian);
  const long = (at: number) => view.getUint32(at, littleEndian);
  const directory = long(4);
  const tags = new Map<number, number[]>();
  for (let i = 0; i < short(directory); i++) {
    const entry = directory + 2 + 12 * i;
    const [type, count] = [short(entry + 2), long(entry + 4)];
    const size = SIZES[type] ?? 1;
    const at = size * count > 4 ? long(entry + 8) : entry + 8;
    const read = (index: number) => {
      const p = at + size * index;
      if (type === 5) return long(p) / long(p + 4);
      if (type === 11) return view.getFloat32(p, littleEndian);
      if (type === 12) return view.getFloat64(p, littleEndian);
      return size === 1 ? view.getUint8(p) : size === 2 ? short(p) : long(p);
    };
    tags.set(
      short(entry),
      Array.from({ length: count }, (_, index) => read(index)),
    );
  }
  const values = (tag: number, ...otherwise: number[]) => tags.get(tag) ?? otherwise;
  const [width = 0] = values(256);
  const [height = 0] = values(257);
  const [partWidth = width] = values(322);
  const [partHeight = height] = values(323, ...values(278));
  const offsets = values(324, ...values(273));
  const counts = values(325, ...values(279));
  const parts = offsets.map((offset, i) => file.slice(offset, offset + (counts[i] ?? 0)));
  return { width, height, partWidth, partHeight: Math.min(partHeight, height), parts, littleEndian, values };
}

const COMPRESSIONS: Readonly<Record<number, SampleCompression>> = {
  1: 'none',
  2: 'ccitt-rle',
  3: 'ccitt-g3',
  4: 'ccitt-g4',
  5: 'lzw',
  8: 'deflate',
  32773: 'packbits',
  34887: 'lerc',
  50000: 'zstd',
};

/** One strip or tile, by its number; all its planes, if the samples are stored in planes. */
export function tileOf(tiff: TiffParts, index = 0, changes: Partial<SamplesEncoding> = {}): EncodedTile {
  const { values, partWidth, partHeight, parts, width, height, littleEndian } = tiff;
  const one = (tag: number, otherwise: number) => values(tag, otherwise)[0] ?? otherwise;
  const samplesPerPixel = one(277, 1);
  const photometric = one(262, 1);
  const bitsPerSample = one(258, 1);
  const colourSamples = photometric === 5 ? 4 : photometric < 2 || photometric === 3 ? 1 : 3;
  const extra = values(338)[0];
  const perPlane = one(284, 1) === 2 ? parts.length / samplesPerPixel : 0;
  const predictor = one(317, 1);
  const colours = 2 ** bitsPerSample;
  const map = values(320);
  const strips = Math.ceil(height / partHeight);
  return {
    planes:
      perPlane > 0
        ? Array.from({ length: samplesPerPixel }, (_, plane) => parts[plane * perPlane + index] ?? new Uint8Array())
        : [parts[index] ?? new Uint8Array()],
    width: partWidth,
    height: partWidth === width && index === strips - 1 ? height - index * partHeight : partHeight,
    encoding: {
      kind: 'samples',
      compression: COMPRESSIONS[one(259, 1)] ?? 'none',
      t4Options: one(292, 0),
      reversedBits: one(266, 1) === 2,
      predictor: predictor === 3 ? 'floating' : predictor === 2 ? 'horizontal' : 'none',
      bitsPerSample,
      format: ({ 2: 'signed', 3: 'float' } as const)[one(339, 1)] ?? 'unsigned',
      samplesPerPixel,
      colourSamples,
      alpha: extra === 1 ? 'associated' : extra === 2 ? 'unassociated' : 'none',
      littleEndian,
      inverted: photometric === 0,
      palette:
        photometric === 3
          ? Uint8Array.from({ length: 4 * colours }, (_, i) =>
              i % 4 === 3 ? 255 : Math.round((map[(i % 4) * colours + (i >> 2)] ?? 0) / 257),
            )
          : undefined,
      lab: photometric === 8 ? 'cie' : photometric === 9 ? 'icc' : undefined,
      ...changes,
    },
  };
}

/** Whether a command of this name is there. */
export function hasTool(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a command that makes one file of another; `{in}` and `{out}` stand for their names. */
export function convert(file: Uint8Array, command: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'potto-'));
  try {
    const [input, output] = [join(folder, 'in.tif'), join(folder, 'out.tif')];
    writeFileSync(input, file);
    const [program = '', ...words] = command.split(' ');
    const named = words.map((word) => word.replace('{in}', input).replace('{out}', output));
    execFileSync(program, named, { stdio: 'pipe' });
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
