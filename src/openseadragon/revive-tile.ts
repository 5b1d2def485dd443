import type OpenSeadragon from 'openseadragon';

/** Has OpenSeadragon ask for a tile anew that it has, or has given up, as long as it is looked at. */
export function reviveTile(tile: OpenSeadragon.Tile): void {
  const image = tile.tiledImage;
  if (!image) return;
  tile.unload(true);
  tile.exists = true;
  // Setting the clip it has makes an image that takes itself for complete look for its tiles again.
  image.setClip(image.getClip());
}
