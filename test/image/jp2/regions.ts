import { createJpeg2000Decoder, decodeJpeg2000 } from '../../../src/codec/jpeg2000.ts';
import { HeaderWindows } from '../../../src/image/header-windows.ts';
import type { Area } from '../../../src/image/jp2/codestream.ts';
import { HeldBudget, HeldBytes } from '../../../src/image/jp2/held-bytes.ts';
import { type Jp2Structure, readJp2Structure } from '../../../src/image/jp2/structure.ts';
import { TileIndex } from '../../../src/image/jp2/tile-index.ts';
import { TileParts } from '../../../src/image/jp2/tile-parts.ts';
import { readUnit, type UnitReader } from '../../../src/image/jp2/unit.ts';
import type { ReadBytes } from '../../../src/image/readers.ts';
import { loadWasm } from '../../codec/load.ts';

const decoder = createJpeg2000Decoder(loadWasm);

export function readStructureOf(read: ReadBytes, size: number): Promise<Jp2Structure> {
  return readJp2Structure(new HeaderWindows(read, { objectSize: () => size }));
}

/** Reads any area, where an image reads aligned units. */
export function unitReader(structure: Jp2Structure, read: ReadBytes): UnitReader {
  const held = new HeldBytes(read, structure.size, new HeldBudget());
  const parts = new TileParts(structure.parts, structure.extent, held);
  const indexes = new Map<number, TileIndex>();
  return {
    codestream: structure.codestream,
    parts,
    held,
    indexOf(tile) {
      const index = indexes.get(tile) ?? new TileIndex(structure.codestream, tile, parts, held);
      indexes.set(tile, index);
      return index;
    },
  };
}

export interface Samples {
  readonly width: number;
  readonly height: number;
  /** Side by side; of more than 8 bits as they are in the file. */
  readonly values: Uint8Array | Uint16Array;
}

/** Reads and decodes an area of the grid that is left after `reduce` halvings. */
export async function decodeArea(
  reader: UnitReader,
  { meaning }: Jp2Structure,
  area: Area,
  reduce: number,
): Promise<Samples> {
  const { planes, parts } = await readUnit(reader, area, reduce, {});
  const { profile: _, ...encoding } = meaning;
  const [width, height] = [area.x1 - area.x0, area.y1 - area.y0];
  return decodePlanes(planes, { ...encoding, parts }, width, height);
}

/** Decodes a whole file's codestream at once. */
export async function decodeWhole(
  { meaning, codestream: { x0, y0, x1, y1 } }: Jp2Structure,
  codestream: Uint8Array,
  reduce: number,
): Promise<Samples> {
  const { profile: _, ...encoding } = meaning;
  const side = (from: number, to: number) => Math.ceil(to / 2 ** reduce) - Math.ceil(from / 2 ** reduce);
  const parts = [{ x: 0, y: 0, area: { x0, y0, x1, y1 } }];
  return decodePlanes([codestream], { ...encoding, parts, reduce }, side(x0, x1), side(y0, y1));
}

type Encoding = Parameters<typeof decodeJpeg2000>[1];

async function decodePlanes(
  planes: readonly Uint8Array[],
  meaning: Omit<Encoding, 'kind' | 'reduce' | 'layers'> & { readonly reduce?: number },
  width: number,
  height: number,
): Promise<Samples> {
  const encoding = { kind: 'jpeg2000' as const, reduce: 0, layers: 0, ...meaning };
  const decoded = await decodeJpeg2000({ planes, encoding, width, height }, encoding, { jpeg2000: decoder });
  if (decoded.kind !== 'samples') throw new Error('pixels, not samples');
  const [bytes = new Uint8Array(0)] = decoded.planes;
  const wide = decoded.encoding.bitsPerSample === 16;
  return { width, height, values: wide ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) : bytes };
}

/** Largest difference of two pictures; infinite where they differ in size. */
export function difference(a: Samples, b: Samples): number {
  if (a.width !== b.width || a.height !== b.height || a.values.length !== b.values.length)
    return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let index = 0; index < a.values.length; index++) {
    most = Math.max(most, Math.abs((a.values[index] ?? 0) - (b.values[index] ?? 0)));
  }
  return most;
}

/** A part of a picture, in its own coordinates. */
export function cropped({ width, height, values }: Samples, { x0, y0, x1, y1 }: Area): Samples {
  const channels = values.length / (width * height);
  const rows: number[] = [];
  for (let y = y0; y < y1; y++) {
    for (const value of values.subarray(channels * (y * width + x0), channels * (y * width + x1))) rows.push(value);
  }
  return { width: x1 - x0, height: y1 - y0, values: Uint16Array.from(rows) };
}
