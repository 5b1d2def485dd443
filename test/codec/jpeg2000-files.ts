import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedTile, Jpeg2000Encoding, Jpeg2000Part } from '../../src/image/image.ts';
import { Random } from '../kernel/random.ts';
import { hasTool } from './tiff-parts.ts';

/** OpenJPEG's own programs, which make the files and are the reference. */
export const hasOpenJpeg = hasTool('opj_compress') && hasTool('opj_decompress');

/** Samples of a picture, components one after the other, little-endian where they have more than 8 bits. */
export interface Raw {
  readonly width: number;
  readonly height: number;
  /** Of all components. */
  readonly bits: number;
  readonly signed?: boolean;
  /** Of each component, its subsampling. */
  readonly steps: readonly (readonly [number, number])[];
  readonly data: Uint8Array;
}

/** Waves and noise, other ones in each component, over all values there are. */
export function rawPicture(
  width: number,
  height: number,
  bits: number,
  components: number,
  { signed = false, subsampling = [1, 1] as readonly [number, number] } = {},
): Raw {
  const steps = Array.from({ length: components }, (_, c) => (c === 0 ? ([1, 1] as const) : subsampling));
  const random = new Random(components * 31 + bits);
  const half = (2 ** bits - 1) / 2;
  const values: number[] = [];
  steps.forEach(([dx, dy], c) => {
    for (let y = 0; y < height; y += dy) {
      for (let x = 0; x < width; x += dx) {
        const wave = Math.sin(x / (9 + c)) * Math.cos(y / (13 - c)) + (random.real() - 0.5) / 8;
        const value = Math.round(half + half * Math.max(-1, Math.min(1, wave)));
        values.push(signed ? value - 2 ** (bits - 1) : value);
      }
    }
  });
  const data = bits > 8 ? new Uint8Array(Uint16Array.from(values).buffer) : Uint8Array.from(values);
  return { width, height, bits, signed, steps, data };
}

function within<T>(work: (path: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'jpeg2000-'));
  try {
    return work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A codestream of `opj_compress` with these options; lossless by default. */
export function codestreamOf({ width, height, bits, signed, steps, data }: Raw, ...options: string[]): Uint8Array {
  return within((path) => {
    writeFileSync(path('in.rawl'), data);
    const format = `${width},${height},${steps.length},${bits},${signed ? 's' : 'u'}@${steps.map((step) => step.join('x')).join(':')}`;
    const args = ['-i', path('in.rawl'), '-o', path('out.j2k'), '-F', format, ...options];
    execFileSync('opj_compress', args, { stdio: 'ignore' });
    return new Uint8Array(readFileSync(path('out.j2k')));
  });
}

/** What `opj_decompress` makes of it with these options: components one after the other. */
export function nativeSamples(codestream: Uint8Array, ...options: string[]): Uint8Array {
  return within((path) => {
    writeFileSync(path('in.j2k'), codestream);
    execFileSync('opj_decompress', ['-i', path('in.j2k'), '-o', path('out.rawl'), ...options], { stdio: 'ignore' });
    return new Uint8Array(readFileSync(path('out.rawl')));
  });
}

/** Components one after the other as channels side by side. */
export function interleaved(planar: Uint8Array, components: number, sampleBytes: 1 | 2 = 1): Uint8Array {
  const output = new Uint8Array(planar.length);
  const pixels = planar.length / components / sampleBytes;
  for (let pixel = 0, to = 0; pixel < pixels; pixel++) {
    for (let component = 0; component < components; component++) {
      const from = (component * pixels + pixel) * sampleBytes;
      for (let byte = 0; byte < sampleBytes; byte++, to++) output[to] = planar[from + byte] ?? 0;
    }
  }
  return output;
}

/** A tile that is one codestream, from an area of its reference grid. */
export function jpeg2000Tile(
  codestream: Uint8Array,
  area: Jpeg2000Part['area'],
  more: Partial<Jpeg2000Encoding> = {},
): EncodedTile & { readonly encoding: Jpeg2000Encoding } {
  const { reduce = 0 } = more;
  const shrunk = (value: number) => Math.ceil(value / 2 ** reduce);
  return {
    planes: [codestream],
    width: shrunk(area.x1) - shrunk(area.x0),
    height: shrunk(area.y1) - shrunk(area.y0),
    encoding: {
      kind: 'jpeg2000',
      parts: [{ x: 0, y: 0, area }],
      reduce,
      layers: 0,
      bitsPerComponent: [8, 8, 8],
      channels: [0, 1, 2],
      space: 'rgb',
      alpha: 'none',
      ...more,
    },
  };
}
