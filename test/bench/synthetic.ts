import type { EncodedTile } from '../../src/image/image.ts';
import type { Picture } from './fixtures.ts';
import { type WrittenLevel, type WrittenPyramid, writePyramid } from './write-pyramid.ts';

/** The same tiles, stored in order: level by level, row by row. */
export async function inOrder({ image }: Picture): Promise<Uint8Array> {
  const levels: WrittenLevel[] = [];
  for (const level of image.levels) {
    const { width, height, tileWidth, tileHeight } = level;
    const tiles: Uint8Array[] = [];
    for (let row = 0; row * tileHeight < height; row++) {
      for (let column = 0; column * tileWidth < width; column++) {
        tiles.push(jpegOf(await image.readTile(level, column, row)).bytes);
      }
    }
    levels.push({ width, height, tiles });
  }
  return writePyramid({ ...(await patternOf({ image })), levels });
}

/** A square of any size, every tile of which is the picture's first: a file of little more than its index. */
export async function square(picture: Picture, side: number): Promise<Uint8Array> {
  const { tile, ...pattern } = await patternOf(picture);
  const levels: WrittenLevel[] = [];
  for (let width = side; levels.length === 0 || width * 2 > pattern.tileSize; width = Math.ceil(width / 2)) {
    const tiles = new Array<Uint8Array>(Math.ceil(width / pattern.tileSize) ** 2).fill(tile);
    levels.push({ width, height: width, tiles });
  }
  return writePyramid({ ...pattern, levels });
}

async function patternOf({
  image,
}: Pick<Picture, 'image'>): Promise<Omit<WrittenPyramid, 'levels'> & { readonly tile: Uint8Array }> {
  const [full] = image.levels;
  if (!full) throw new Error('The picture has no levels');
  const { bytes, tables } = jpegOf(await image.readTile(full, 0, 0));
  return { tileSize: full.tileWidth, jpegTables: tables, tile: bytes };
}

function jpegOf(tile: EncodedTile | undefined) {
  const bytes = tile?.planes[0];
  if (tile?.encoding.kind !== 'jpeg' || !bytes || !tile.encoding.tables) {
    throw new Error('The picture should consist of JPEG tiles with shared tables');
  }
  return { bytes, tables: tile.encoding.tables };
}
