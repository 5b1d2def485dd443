/** The names that one side of a picture has in regions, sizes and tiles. */
export interface Side {
  readonly start: 'x' | 'y';
  readonly length: 'width' | 'height';
  readonly tile: 'tileWidth' | 'tileHeight';
}

export const WIDTH: Side = { start: 'x', length: 'width', tile: 'tileWidth' };
export const HEIGHT: Side = { start: 'y', length: 'height', tile: 'tileHeight' };
