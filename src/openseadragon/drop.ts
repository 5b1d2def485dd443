import type OpenSeadragon from 'openseadragon';

/**
 * Ends a job whose tile isn't looked at any more, so that the tile is asked for again when it is. To OpenSeadragon every
 * job that ends without data is an error: it would be tried again at once, written to the console by the dozen, and the
 * tile never be asked for again. So the image doesn't get to hear of it.
 */
export function drop(job: OpenSeadragon.ImageJob): void {
  const { tile } = job;
  const image = tile.tiledImage;
  job.tries = Number.POSITIVE_INFINITY;
  if (image) Reflect.set(image, '_onTileLoad', () => undefined);
  try {
    job.fail('It is not looked at any more.', null);
  } finally {
    if (image) Reflect.deleteProperty(image, '_onTileLoad');
  }
  tile.loading = false;
  tile.exists = true;
}
