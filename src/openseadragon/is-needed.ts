import type OpenSeadragon from 'openseadragon';

/** A tile that is shown so many times smaller than it is was asked for before somebody zoomed out. */
const MUCH_TOO_FINE = 4;

/** Whether somebody looks at this tile, or is about to. */
export function isNeeded(tile: OpenSeadragon.Tile, { viewport, world }: OpenSeadragon.Viewer): boolean {
  const item = tile.tiledImage;
  if (!item || world.getIndexOfItem(item) < 0) return false;
  const { x, y, width, height } = tile.bounds;
  // The bounds of a tile are in widths of its image.
  const unit = item.getContentSize().x;
  const place = item.imageToViewportRectangle(x * unit, y * unit, width * unit, height * unit).getBoundingBox();
  const views = [viewport.getBounds(true), viewport.getBounds(false)].map((bounds) => bounds.getBoundingBox());
  return views.some((view) => {
    const meets =
      place.x < view.x + view.width &&
      view.x < place.x + place.width &&
      place.y < view.y + view.height &&
      view.y < place.y + place.height;
    const shown = (place.width / view.width) * viewport.getContainerSize().x * devicePixelRatio;
    const isCoarse = tile.level === item.source.minLevel;
    return meets && (isCoarse || shown * MUCH_TOO_FINE > item.source.getTileWidth(tile.level) * partOf(tile, item));
  });
}

/** The part of a whole tile's width that a tile at the edge has. */
function partOf({ bounds, level }: OpenSeadragon.Tile, { source }: OpenSeadragon.TiledImage): number {
  const whole = source.getTileWidth(level) / (source.dimensions.x * source.getLevelScale(level));
  return Math.min(1, bounds.width / whole);
}
