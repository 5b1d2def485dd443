import type { EncodedTile, Level, TiledImage } from '../image/image.ts';
import type { TileRef } from './plan.ts';

export interface KnownTile {
  readonly level: Level;
  readonly place: TileRef;
  /** Undefined where the file leaves it out. */
  readonly tile: EncodedTile | undefined;
}

/** The image, with one tile that was read already. */
export function withTile(image: TiledImage, { level, place, tile }: KnownTile): TiledImage {
  return {
    ...image,
    async readTile(wanted, column, row, options) {
      const known = wanted.index === level.index && column === place.column && row === place.row;
      return known ? tile : image.readTile(wanted, column, row, options);
    },
  };
}

/** The image, each of whose tiles is read once; what failed is read again. For one answer: nothing is ever dropped. */
export function keepingTiles(image: TiledImage): TiledImage {
  const tiles = new Map<string, Promise<EncodedTile | undefined>>();
  return {
    ...image,
    readTile(level, column, row, options) {
      const key = `${level.index},${column},${row},${options?.mask === true}`;
      const known = tiles.get(key);
      if (known) return known;
      const tile = image.readTile(level, column, row, options);
      tiles.set(key, tile);
      tile.catch(() => tiles.delete(key));
      return tile;
    },
  };
}
