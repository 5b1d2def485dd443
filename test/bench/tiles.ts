import type { TiledImage } from '../../src/image/image.ts';

/** A tile as a viewer asks for it. */
export interface Tile {
  /** Index of the level it is stored in. */
  readonly level: number;
  readonly column: number;
  readonly row: number;
  /** Not cut by the image's right or lower edge. */
  readonly interior: boolean;
  /** Region, size, rotation and file, as both versions of the protocol have them. */
  readonly path: string;
}

/** A viewer's window, in pixels. */
const WINDOW = { width: 1400, height: 900 };

/** A part of an image, in shares of its sides. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const WHOLE: Part = { left: 0, top: 0, right: 1, bottom: 1 };

/** Every tile of a level that the edge doesn't cut, row by row. */
export function interiorTiles(image: TiledImage, level: number): readonly Tile[] {
  return tilesWithin(image, level, WHOLE).filter(({ interior }) => interior);
}

/** The tiles of a level that a part of the image touches, row by row. */
export function tilesWithin(image: TiledImage, level: number, part: Part): readonly Tile[] {
  const { width, height, tileWidth, tileHeight } = levelOf(image, level);
  const tiles: Tile[] = [];
  const columns = Math.ceil(width / tileWidth);
  const rows = Math.ceil(height / tileHeight);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const touched =
        (column + 1) * tileWidth > part.left * width &&
        column * tileWidth < part.right * width &&
        (row + 1) * tileHeight > part.top * height &&
        row * tileHeight < part.bottom * height;
      if (touched) tiles.push(tileAt(image, level, column, row));
    }
  }
  return tiles;
}

/** Tiles of full resolution that a viewer's window shows at once, `count` at most, none of them cut by an edge. */
export function viewTiles(image: TiledImage, count: number): readonly Tile[] {
  return tilesWithin(image, 0, { left: 0.1, right: 0.6, top: 0.1, bottom: 0.6 })
    .filter(({ interior }) => interior)
    .slice(0, count);
}

/**
 * The tiles that a viewer asks for while it zooms into several places of an image, coarse before fine and the middle
 * of the view first, each once, edge tiles included.
 */
export function zoomSession(image: TiledImage, count: number): readonly Tile[] {
  const asked = new Map<string, Tile>();
  const places = [
    [0.3, 0.3],
    [0.7, 0.4],
    [0.95, 0.6],
    [0.4, 0.8],
    [0.1, 0.9],
    [0.65, 0.9],
  ] as const;
  for (const [x, y] of places) {
    for (const { index, width, height } of image.levels.toReversed()) {
      const part = {
        left: x - WINDOW.width / width / 2,
        right: x + WINDOW.width / width / 2,
        top: y - WINDOW.height / height / 2,
        bottom: y + WINDOW.height / height / 2,
      };
      for (const tile of fromMiddle(tilesWithin(image, index, part)))
        asked.set(tile.path, asked.get(tile.path) ?? tile);
    }
  }
  return [...asked.values()].slice(0, count);
}

function fromMiddle(tiles: readonly Tile[]): readonly Tile[] {
  const middle = (values: readonly number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  const x = middle(tiles.map(({ column }) => column));
  const y = middle(tiles.map(({ row }) => row));
  const distance = ({ column, row }: Tile) => Math.hypot(column - x, row - y);
  return tiles.toSorted((a, b) => distance(a) - distance(b));
}

function tileAt(image: TiledImage, index: number, column: number, row: number): Tile {
  const { tileWidth, tileHeight, scale } = levelOf(image, index);
  const left = column * tileWidth * scale;
  const top = row * tileHeight * scale;
  const width = Math.min(tileWidth * scale, image.width - left);
  const height = Math.min(tileHeight * scale, image.height - top);
  const whole = width === image.width && height === image.height;
  const region = whole ? 'full' : `${left},${top},${width},${height}`;
  return {
    level: index,
    column,
    row,
    interior: width === tileWidth * scale && height === tileHeight * scale,
    path: `${region}/${Math.ceil(width / scale)},${Math.ceil(height / scale)}/0/default.jpg`,
  };
}

function levelOf(image: TiledImage, index: number) {
  const level = image.levels[index];
  if (!level) throw new RangeError(`The picture has no level ${index}`);
  return level;
}
