import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pngChunk } from '../../src/codec/png-chunks.ts';
import * as plain from '../image/plain/files.ts';
import { long, short, type TagValue, tiled, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { createServerOfFiles } from './files.ts';

const MEMORY = 64 * 2 ** 20;
const SIDE = 64;
/** Of one tile. */
const LENGTH = SIDE * SIDE * 3;
const BOMB = 100 * 2 ** 20;

const oneTile = (compression: number, tile: Uint8Array, more: Readonly<Record<number, TagValue | undefined>> = {}) =>
  writeTiff([{ tags: tiledTags(SIDE, SIDE, SIDE, { 259: short(compression), ...more }), tiles: [tile] }]);

/** A Zstandard frame that claims `size` bytes, of blocks that repeat one byte 128 KB long (RFC 8878, section 3.1.1). */
function zstdBomb(size: number, blocks: number): Uint8Array {
  const claimed = new Uint8Array(8);
  new DataView(claimed.buffer).setBigUint64(0, BigInt(size), true);
  const block = (last: number) => {
    const header = ((128 * 1024) << 3) | (1 << 1) | last;
    return [header & 255, (header >> 8) & 255, header >> 16, 200];
  };
  const all = Array.from({ length: blocks }, (_, index) => block(index === blocks - 1 ? 1 : 0)).flat();
  return plain.bytesOf([0x28, 0xb5, 0x2f, 0xfd, 0b11100000], claimed, all);
}

const pngOf = (width: number, height: number, data: Uint8Array) =>
  plain.bytesOf(
    plain.png(width, height, { type: 2, bits: 8 }).subarray(0, 33),
    pngChunk('IDAT', data),
    pngChunk('IEND', plain.bytesOf()),
  );

const OVERVIEW = 'full/!50,50/0/default.jpg';
const zeros = deflateSync(new Uint8Array(BOMB), { level: 9 });

/** What is asked, and what is answered: a picture where what is surplus can be left aside. */
const nasties: Readonly<
  Record<string, readonly [file: () => Uint8Array, status: number, words?: RegExp, path?: string]>
> = {
  'a Deflate tile that expands to 100 MB': [() => oneTile(8, zeros), 200],
  'a Zstandard tile that claims 2^40 bytes': [() => oneTile(50_000, zstdBomb(2 ** 40, 1)), 502],
  'a Zstandard tile that expands to 100 MB': [() => oneTile(50_000, zstdBomb(BOMB, 800)), 502],
  'a PackBits tile of 100 times as many bytes': [
    () =>
      oneTile(
        32_773,
        new Uint8Array(2 * LENGTH).map((_, index) => (index % 2 === 0 ? 129 : 200)),
      ),
    200,
  ],
  'an LZW tile of nothing but clear codes': [
    () =>
      oneTile(
        5,
        new Uint8Array(BOMB / 100).map((_, index) => (index % 9 === 0 ? 0x80 : 0x40)),
      ),
    502,
  ],
  'a tile of 2^32 − 1 bytes': [() => oneTile(1, new Uint8Array(LENGTH), { 325: long(2 ** 32 - 1) }), 502],
  'a tile past the end': [() => oneTile(1, new Uint8Array(LENGTH), { 324: long(2 ** 31) }), 502],
  'tiles of no size': [() => writeTiff([tiled(100, 100, 64, { 322: long(0), 323: long(0) })]), 502],
  'a TIFF of 2^32 − 1 pixels a side': [
    () => writeTiff([{ tags: tiledTags(2 ** 32 - 1, 2 ** 32 - 1, 256, { 324: long(8), 325: long(8) }) }]),
    502,
  ],
  'a strip of 200 megapixels': [
    () =>
      writeTiff([
        {
          tags: tiledTags(20_000, 10_000, 64, { 322: undefined, 323: undefined, 259: short(8), 278: long(10_000) }),
          tiles: [zeros],
        },
      ]),
    501,
  ],
  'a directory that is its own next': [
    () => writeTiff([tiled(100, 100, 64, {}, { next: ([own = 0]) => own })]),
    502,
    /cycle/,
  ],
  'two directories, each the next of the other': [
    () => writeTiff([tiled(100, 100, 64), tiled(50, 50, 64, {}, { next: ([first = 0]) => first })]),
    502,
    /cycle/,
  ],
  'a chain of 65,535 directories': [() => chainOf(65_535), 200, /"width": 100/, 'info.json'],
  'a PNG of 60 megapixels in a few bytes': [
    () => pngOf(30_000, 2000, zeros.subarray(0, 5000)),
    413,
    /needs about \d+ MiB of memory .* 48 MiB are allowed .* smaller size or region/,
  ],
  'a PNG whose data expands to 100 MB, of 8 × 8 pixels': [() => pngOf(8, 8, zeros), 200],
  'a JPEG of 64 megapixels in a few bytes': [() => plain.jpegHeader(8192, 8192, 3), 413, /48 MiB are allowed/],
  'a WebP of 16,383 pixels a side in a few bytes': [
    () => plain.webp(plain.extendedHeader(0, 16_383, 16_383), plain.riffChunk('VP8L', new Uint8Array(9))),
    501,
  ],
  'an AVIF of 60 megapixels in a few bytes': [() => plain.avif(plain.ispe(30_000, 2000)), 413],
  'a GIF of 65,535 pixels a side': [() => plain.gif(65_535, 65_535, plain.gifFrame(0, 0, 65_535, 65_535)), 501],
  'a PLT that lists more packets than there are': [() => lyingPlt((lengths) => lengths.fill(1)), 502, /more packets/],
  'a PLT of packets without end': [() => lyingPlt((lengths) => lengths.fill(255)), 502, /more than 4 GB/],
  'a PLT of packets that are longer than the file': [
    () =>
      lyingPlt((lengths) => {
        for (const [index, byte] of lengths.entries()) if (byte >= 128) lengths[index] = 255;
      }),
    502,
    /longer than their tile-part/,
  ],
  // What is taken for a packet is none, which shows in the picture at most.
  'a PLT of the right packets in another order': [() => lyingPlt((lengths) => lengths.reverse()), 200],
  'an answer of 4096 × 4096 pixels as WebP': [
    () => plain.png(SIDE, SIDE, { type: 2, bits: 8, rows: [] }),
    413,
    /48 MiB are allowed/,
    `full/^4096,4096/0/default.webp`,
  ],
};

const withPlt = readFileSync(new URL('../formats/files/plt.jp2', import.meta.url));
const PLT = 0xff58;

/** A JPEG 2000 whose list of packets says what isn't so: its lengths, seven bits a byte, are changed. */
function lyingPlt(lie: (lengths: Uint8Array) => void): Uint8Array {
  const bytes = new Uint8Array(withPlt);
  const view = new DataView(bytes.buffer);
  let at = 0;
  while (view.getUint16(at) !== PLT) at += 1;
  lie(bytes.subarray(at + 5, at + 2 + view.getUint16(at + 2)));
  return bytes;
}

/** Pages of one size, which isn't that of the first, so that none is its level. */
function chainOf(count: number): Uint8Array {
  const [entries, length] = [2, 2 + 2 * 12 + 4];
  const first = writeTiff([tiled(100, 100, 64, {}, { next: () => 4096 })]);
  const bytes = new Uint8Array(4096 + count * length);
  bytes.set(first.subarray(0, 4096));
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) {
    const at = 4096 + index * length;
    view.setUint16(at, entries, true);
    for (const [entry, tag] of [256, 257].entries()) {
      const from = at + 2 + entry * 12;
      view.setUint16(from, tag, true);
      view.setUint16(from + 2, 4, true);
      view.setUint32(from + 4, 1, true);
      view.setUint32(from + 8, 70 + tag - 256, true);
    }
    view.setUint32(at + 2 + entries * 12, index === count - 1 ? 0 : at + length, true);
  }
  return bytes;
}

const { serve, ask } = createServerOfFiles({ memory: MEMORY, limits: { maxArea: 2 ** 26 } });

for (const [name, [file, status, words = /./, path = OVERVIEW]] of Object.entries(nasties)) {
  test(`${name}: ${status}`, { timeout: 60_000 }, async () => {
    serve(name, new Uint8Array(file()));
    const before = process.memoryUsage.rss();
    const answer = await ask(`${encodeURIComponent(name)}/${path}`);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(words)]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 * MEMORY);
    serve('whole', oneTile(8, deflateSync(new Uint8Array(LENGTH).fill(200))));
    expect((await ask(`whole/${OVERVIEW}`)).status).toBe(200);
  });
}
