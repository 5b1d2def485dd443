import type { EncodedTile, Level, TileBlock } from '../image/image.ts';
import type { TileRef } from './plan.ts';

/**
 * Side of what is decoded at once where an answer takes more than one tile. Tiles of JPEG 2000 share what lies between
 * them: four of 512² take 437 ms each for itself, 231 ms as one. Larger blocks would save a tenth more, and keep the
 * thread, or one of several, for a second.
 */
const BLOCK_SIDE = 1024;

/** The block that a tile is decoded with, of those that its answer takes; undefined where that is the tile alone. */
export function blockAround(
  { column, row }: TileRef,
  { tileWidth, tileHeight }: Level,
  among: TileBlock,
): TileBlock | undefined {
  const along = (place: number, first: number, count: number, side: number) => {
    const most = Math.max(1, Math.floor(BLOCK_SIDE / side));
    const start = place - ((place - first) % most);
    return { start, length: Math.min(most, first + count - start) };
  };
  const across = along(column, among.column, among.columns, tileWidth);
  const down = along(row, among.row, among.rows, tileHeight);
  if (across.length * down.length === 1) return undefined;
  return { column: across.start, row: down.start, columns: across.length, rows: down.length };
}

/** The places of a block's tiles, row by row. */
export function placesOf({ column, row, columns, rows }: TileBlock): readonly TileRef[] {
  return Array.from({ length: columns * rows }, (_, index) => ({
    column: column + (index % columns),
    row: row + Math.floor(index / columns),
  }));
}

/** Cuts a block that was decoded, of chunky samples, into its tiles, row by row. Each gets memory of its own. */
export function cutBlock(whole: EncodedTile, { tileWidth, tileHeight }: Level, block: TileBlock): EncodedTile[] {
  const { encoding, planes } = whole;
  const [samples = new Uint8Array(0)] = planes;
  if (encoding.kind !== 'samples' || planes.length !== 1)
    throw new TypeError(`A block of ${encoding.kind} is no pixels`);
  const pixelBytes = (encoding.samplesPerPixel * encoding.bitsPerSample) / 8;
  const rowBytes = tileWidth * pixelBytes;
  return placesOf(block).map(({ column, row }) => {
    const [left, top] = [(column - block.column) * rowBytes, (row - block.row) * tileHeight];
    const tile = new Uint8Array(rowBytes * tileHeight);
    for (let y = 0; y < tileHeight; y++) {
      const from = (top + y) * whole.width * pixelBytes + left;
      tile.set(samples.subarray(from, from + rowBytes), y * rowBytes);
    }
    return { ...whole, width: tileWidth, height: tileHeight, planes: [tile] };
  });
}
