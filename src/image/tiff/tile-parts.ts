import type { TileGrid } from './grid.ts';

/** One stored part of a tile: all samples of it, or one plane. */
export interface TilePart {
  /** Its place in the lists of offsets and byte counts. */
  readonly index: number;
  /** Bytes of the stored strip before it. */
  readonly skip: number;
  /** Its bytes, where they follow from its size; undefined where the file must tell. */
  readonly length: number | undefined;
}

/**
 * The parts of a tile. One plane's tiles follow another's in the lists (TIFF 6.0, page 68).
 * @throws {RangeError} for a tile outside the grid.
 */
export function tilePartsOf(grid: TileGrid, column: number, row: number): readonly TilePart[] {
  const columns = Math.ceil(grid.width / grid.tileWidth);
  const rows = Math.ceil(grid.height / grid.tileHeight);
  if (!(column >= 0 && column < columns && row >= 0 && row < rows)) {
    throw new RangeError(`tile ${column},${row} of ${columns} × ${rows}`);
  }
  const { cut, rowLength, tileByteCounts } = grid;
  const computed = cut || !tileByteCounts ? tileHeightOf(grid, row) * (rowLength ?? 0) : undefined;
  return Array.from({ length: grid.planes }, (_, plane) => ({
    index: cut ? plane : (plane * rows + row) * columns + column,
    skip: cut ? row * grid.tileHeight * (rowLength ?? 0) : 0,
    length: computed,
  }));
}

/** Stored rows of the tiles of a row. */
export function tileHeightOf({ padded, height, tileHeight }: TileGrid, row: number): number {
  return padded ? tileHeight : Math.min(tileHeight, height - row * tileHeight);
}
