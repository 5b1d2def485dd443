import type { Level, TiledImage } from '../image/image.ts';

/** Pixels along the longer side of what a viewer shows first in a window of a laptop. */
const WINDOW = 1280;
const TILES = 6;

/** Reads what a first view needs beside the index: the smallest size, and six tiles from the middle. Returns their bytes. */
export async function readFirstView(image: TiledImage): Promise<number> {
  const smallest = image.levels.at(-1);
  const shown = image.levels.findLast(({ width, height }) => Math.max(width, height) >= WINDOW) ?? image.levels[0];
  let bytes = 0;
  const read = async (level: Level | undefined, count: number) => {
    for (const { column, row } of level ? middleTiles(level, count) : []) {
      const tile = level && (await image.readTile(level, column, row));
      for (const plane of tile?.planes ?? []) bytes += plane.length;
    }
  };
  await read(smallest, 1);
  await read(shown, TILES);
  return bytes;
}

function middleTiles({ width, height, tileWidth, tileHeight }: Level, count: number) {
  const columns = Math.ceil(width / tileWidth);
  const rows = Math.ceil(height / tileHeight);
  const across = Math.min(columns, 3);
  const down = Math.min(rows, Math.ceil(count / across));
  const [left, top] = [Math.floor((columns - across) / 2), Math.floor((rows - down) / 2)];
  return Array.from({ length: Math.min(count, across * down) }, (_, index) => ({
    column: left + (index % across),
    row: top + Math.floor(index / across),
  }));
}
