import { existsSync, readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { ReadBytes } from '../../../src/image/readers.ts';
import { openImage } from '../open-image.ts';

interface Entry {
  readonly file: string;
  readonly bytes: number;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly compression: string;
  readonly photometric: string;
  readonly bits: readonly number[];
  readonly tile?: readonly [number, number];
  readonly predictor: number;
  readonly planar: string;
  readonly pyramid: { readonly sizes: readonly (readonly [number, number])[] };
  readonly orientation: number;
  readonly icc: boolean;
  readonly byteOrder: string;
  readonly jpegTables: boolean;
  readonly directories: readonly {
    readonly width: number;
    readonly subfileType: number;
    readonly emptyChunks: number;
    readonly extraSamples?: readonly number[];
  }[];
}

const corpus = new URL('../../../../shared/corpus/', import.meta.url);
const manifestFile = new URL('manifest.json', corpus);
const entries: readonly Entry[] = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')).files : [];
const tiffs = entries.filter(({ format }) => format === 'tiff');

const SMALL = 5_000_000;

/** Reads ranges of a file, noting them. */
async function fileOf({ file }: Entry) {
  const handle = await open(new URL(file, corpus));
  const ranges: { readonly offset: number; readonly length: number }[] = [];
  const read: ReadBytes = async (range) => {
    ranges.push(range);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(range.length), 0, range.length, range.offset);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead);
  };
  return { read, ranges, [Symbol.asyncDispose]: () => handle.close() };
}

describe.skipIf(tiffs.length === 0)('real files', () => {
  for (const entry of tiffs) {
    test(`${entry.file} is as its manifest says`, async () => {
      await using file = await fileOf(entry);
      const image = await openImage(file.read, { objectSize: () => entry.bytes });
      const requests = file.ranges.length;
      const swapped = entry.orientation >= 5;
      expect(image.width).toBe(swapped ? entry.height : entry.width);
      expect(image.height).toBe(swapped ? entry.width : entry.height);
      expect(image.orientation).toBe(entry.orientation);
      expect(image.levels.map(({ width, height }) => [width, height])).toEqual(entry.pyramid.sizes);
      const strip = [entry.width, image.levels[0]?.tileHeight];
      for (const level of image.levels) expect([level.tileWidth, level.tileHeight]).toEqual(entry.tile ?? strip);
      expect(image.keepDecoded).toBe(entry.tile === undefined);
      for (const { scale } of image.levels) expect(Math.log2(scale) % 1).toBe(0);
      expect(image.colour.bitsPerSample).toBe(entry.bits[0]);
      const isMasked = entry.directories.some(({ subfileType }) => subfileType === 4);
      const isTransparent = isMasked || entry.directories[0]?.extraSamples?.[0] === 2;
      expect(image.colour.alpha).toBe(isTransparent ? 'unassociated' : 'none');
      for (const level of image.levels) expect(level.masked).toBe(isMasked);
      expect(image.colour.profileLength > 0).toBe(entry.icc);
      expect(requests).toBeLessThanOrEqual(entry.file.includes('-cog-') ? 1 : 1 + image.levels.length);
      if (entry.icc) expect((await image.readProfile())?.length).toBe(image.colour.profileLength);
    });
  }

  for (const entry of tiffs.filter(({ bytes }) => bytes < SMALL)) {
    test(`${entry.file}: every tile is whole, and left-out ones make no request`, async () => {
      const bytes = await readFile(new URL(entry.file, corpus));
      let reads = 0;
      const image = await openImage(async ({ offset, length }) => {
        reads++;
        return bytes.subarray(offset, offset + length);
      });
      for (const level of image.levels) {
        const before = reads;
        let [parts, absent] = [0, 0];
        for (let row = 0; row * level.tileHeight < level.height; row++) {
          for (let column = 0; column * level.tileWidth < level.width; column++) {
            const tile = await image.readTile(level, column, row);
            parts += tile?.planes.length ?? 0;
            absent += tile ? 0 : 1;
            if (tile && tile.encoding.kind !== 'picture' && tile.encoding.kind !== 'jpeg2000')
              expectMarkers(tile.planes[0] ?? new Uint8Array(0), tile.encoding.kind);
            if (tile?.encoding.kind === 'jpeg')
              expectMarkers(tile.encoding.tables ?? tile.planes[0] ?? new Uint8Array(0), 'jpeg');
          }
        }
        const directory = entry.directories.find(({ width, subfileType }) => width === level.width && subfileType < 2);
        expect(reads - before).toBe(parts);
        expect(absent).toBe(directory?.emptyChunks);
      }
    });
  }
});

/** SOI and EOI of JPEG, RIFF of WebP, the compression method of zlib. */
function expectMarkers(bytes: Uint8Array, kind: 'jpeg' | 'webp' | 'samples'): void {
  if (kind === 'jpeg') expect([bytes[0], bytes[1], bytes.at(-2), bytes.at(-1)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
  if (kind === 'webp') expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('RIFF');
}
