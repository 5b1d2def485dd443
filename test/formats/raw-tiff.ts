import { short, type TagValue, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { HEIGHT, WIDTH } from './picture.ts';

const TILE = 256;
const COLUMNS = Math.ceil(WIDTH / TILE);
const ROWS = Math.ceil(HEIGHT / TILE);

/** Kinds of files that no encoder at hand writes. */
export type RawKind =
  /** Grey values as indices into a palette from blue to yellow. */
  | { readonly kind: 'palette' }
  | { readonly kind: 'float' }
  /** YCbCr 4:4:4, uncompressed. */
  | { readonly kind: 'ycbcr' }
  | { readonly kind: 'planes' }
  | { readonly kind: 'big-endian' }
  | { readonly kind: 'zstd' };

/** An uncompressed tiled TIFF of `WIDTH` × `HEIGHT` from 8-bit samples, one a pixel for `palette`, else three. */
export function rawTiff(samples: Uint8Array, { kind }: RawKind): Uint8Array<ArrayBuffer> {
  const file = (
    tiles: readonly Uint8Array[],
    more: Readonly<Record<number, TagValue | undefined>> = {},
    littleEndian = true,
  ) => writeTiff([{ tags: tiledTags(WIDTH, HEIGHT, TILE, more), tiles }], { littleEndian });
  switch (kind) {
    case 'palette': {
      const ramp = (at: (value: number) => number) => Array.from({ length: 256 }, (_, value) => at(value) * 257);
      const colours = [...ramp((value) => value), ...ramp((value) => value), ...ramp((value) => 255 - value)];
      return file(tilesOf(samples, 1), { 258: short(8), 262: short(3), 277: short(1), 320: short(...colours) });
    }
    case 'float': {
      const tiles = tilesOf(samples, 3).map((tile) => {
        const values = Float32Array.from(tile, (value) => value / 255);
        return new Uint8Array(values.buffer);
      });
      // Minimum and maximum, as the samples are scaled to them.
      const bounds = (value: number): TagValue => ({ type: 4, values: [value, value, value] });
      return file(tiles, { 258: short(32, 32, 32), 339: short(3, 3, 3), 340: bounds(0), 341: bounds(1) });
    }
    case 'ycbcr':
      return file(tilesOf(samples, 3).map(toYCbCr), { 262: short(6), 530: short(1, 1) });
    case 'planes': {
      const planes = [0, 1, 2].map((plane) => samples.filter((_, index) => index % 3 === plane));
      return file(
        planes.flatMap((plane) => tilesOf(plane, 1)),
        { 284: short(2) },
      );
    }
    case 'zstd':
      return file(tilesOf(samples, 3).map(storedAsZstd), { 259: short(50000) });
    case 'big-endian':
      return file(tilesOf(samples, 3), {}, false);
  }
}

function tilesOf(samples: Uint8Array, channels: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: COLUMNS * ROWS }, (_, index) => {
    const tile = new Uint8Array(TILE * TILE * channels);
    const left = (index % COLUMNS) * TILE;
    const top = Math.floor(index / COLUMNS) * TILE;
    for (let y = 0; y < TILE && top + y < HEIGHT; y++) {
      const from = ((top + y) * WIDTH + left) * channels;
      const length = Math.min(TILE, WIDTH - left) * channels;
      tile.set(samples.subarray(from, from + length), y * TILE * channels);
    }
    return tile;
  });
}

/** Rec. 601, full range, as JFIF has it. */
function toYCbCr(rgb: Uint8Array): Uint8Array {
  const out = new Uint8Array(rgb.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const [r = 0, g = 0, b = 0] = rgb.subarray(at, at + 3);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    const values = [luma, 128 + (b - luma) / 1.772, 128 + (r - luma) / 1.402];
    out.set(
      values.map((value) => Math.max(0, Math.min(255, Math.round(value)))),
      at,
    );
  }
  return out;
}

/** A Zstandard frame (RFC 8878) of blocks that aren't compressed. */
function storedAsZstd(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const LARGEST_BLOCK = 128 * 1024;
  // Magic number, a descriptor without checksum, and a window of 1 MiB.
  const parts = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50)];
  for (let start = 0; start < bytes.length; start += LARGEST_BLOCK) {
    const block = bytes.subarray(start, start + LARGEST_BLOCK);
    const header = (block.length << 3) | (start + LARGEST_BLOCK >= bytes.length ? 1 : 0);
    parts.push(Uint8Array.of(header, header >> 8, header >> 16), block);
  }
  return Buffer.concat(parts);
}
