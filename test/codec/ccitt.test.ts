import { expect, test } from 'vitest';
import { decodeCcitt } from '../../src/codec/ccitt.ts';
import { reverseBits } from '../../src/codec/reverse-bits.ts';
import type { EncodedTile } from '../../src/image/image.ts';
import { Random } from '../kernel/random.ts';
import { convert, hasTool, tiffParts, tileOf } from './tiff-parts.ts';
import { bilevelTiff } from './tiff-samples.ts';

function decode({ planes: [bytes = new Uint8Array()], encoding, width, height }: EncodedTile): Uint8Array {
  if (encoding.kind !== 'samples') throw new Error('no samples');
  const { compression, t4Options, reversedBits } = encoding;
  if (compression !== 'ccitt-rle' && compression !== 'ccitt-g3' && compression !== 'ccitt-g4')
    throw new Error(compression);
  return decodeCcitt(reversedBits ? reverseBits(bytes) : bytes, { width, height, scheme: compression, t4Options });
}

const encoders = [
  ['modified Huffman', 'gdal_translate -q -co COMPRESS=CCITTRLE -co NBITS=1 -co BLOCKYSIZE=50 {in} {out}'],
  ['G3', 'tiffcp -c g3:1d -r 50 {in} {out}'],
  ['G3, lines at whole bytes', 'tiffcp -c g3:1d:fill -r 50 {in} {out}'],
  ['G3 in two dimensions', 'tiffcp -c g3:2d -r 50 {in} {out}'],
  ['G3 in two dimensions, lines at whole bytes', 'tiffcp -c g3:2d:fill -r 50 {in} {out}'],
  ['G4', 'tiffcp -c g4 -r 50 {in} {out}'],
  ['G4 in tiles', 'tiffcp -c g4 -t -w 64 -l 48 {in} {out}'],
  ['G4, bits the other way round', 'tiffcp -c g4 -f lsb2msb -r 50 {in} {out}'],
] as const;

const withTools = hasTool('tiffcp') && hasTool('gdal_translate') ? test : test.skip;

withTools.each(encoders)('%s: every line as it was', (_, command) => {
  for (const [width, height, seed] of [
    [333, 170, 1],
    [5200, 60, 2],
    [7, 100, 3],
    [1, 3, 4],
  ] as const) {
    const plain = bilevelTiff(width, height, new Random(seed));
    const coded = tiffParts(convert(plain, command));
    expect(coded.values(259)[0]).not.toBe(1);
    const {
      parts: [stored = new Uint8Array()],
    } = tiffParts(plain);
    coded.parts.forEach((_, index) => {
      const tile = tileOf(coded, index);
      const found = decode(tile);
      const across = Math.ceil(width / coded.partWidth);
      const x = (index % across) * coded.partWidth;
      const y = Math.floor(index / across) * coded.partHeight;
      const columns = Math.min(tile.width, width - x);
      for (let row = 0; row < Math.min(tile.height, height - y); row++) {
        const from = (y + row) * Math.ceil(width / 8) + x / 8;
        const at = row * Math.ceil(tile.width / 8);
        const bytes = Math.floor(columns / 8);
        const label = `${width} × ${height}, part ${index}, row ${row}`;
        expect(found.subarray(at, at + bytes), label).toEqual(stored.subarray(from, from + bytes));
        if (columns % 8 === 0) continue;
        const mask = 255 & ~(255 >> (columns % 8));
        expect((found[at + bytes] ?? 0) & mask, label).toBe((stored[from + bytes] ?? 0) & mask);
      }
    });
  }
});
