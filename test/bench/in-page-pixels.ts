/** These functions run inside a page: they may use nothing but what stands in them. */

/** Milliseconds from opening an image to its last tile, decoded by the browser. */
export async function tilesOfWorker({
  info,
  urls,
  parallel,
}: {
  readonly info: string;
  readonly urls: readonly string[];
  readonly parallel: number;
}): Promise<number> {
  const waiting = urls.toReversed();
  const start = performance.now();
  await (await fetch(info, { cache: 'no-store' })).json();
  const lane = async () => {
    for (let url = waiting.pop(); url; url = waiting.pop()) {
      const response = await fetch(url, { cache: 'no-store' });
      const bitmap = await createImageBitmap(await response.blob());
      bitmap.close();
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return performance.now() - start;
}

/** What is used of geotiff.js, which the page has loaded as a script. */
interface GeoTiff {
  fromUrl(url: string): Promise<{ getImage(index: number): Promise<GeoTiffImage> }>;
  readonly Pool: new () => { destroy(): void };
}
interface GeoTiffImage {
  getWidth(): number;
  getHeight(): number;
  getTileWidth(): number;
  getTileHeight(): number;
  readRGB(options: { readonly window: readonly number[]; readonly pool: unknown }): Promise<unknown>;
}
declare const GeoTIFF: GeoTiff;

/** Milliseconds from opening a TIFF to its last tile, decoded by geotiff.js and its workers. */
export async function tilesOfTiff({
  url,
  tiles,
  parallel,
}: {
  readonly url: string;
  readonly tiles: readonly { readonly level: number; readonly column: number; readonly row: number }[];
  readonly parallel: number;
}): Promise<number> {
  const waiting = tiles.toReversed();
  const pool = new GeoTIFF.Pool();
  const start = performance.now();
  const tiff = await GeoTIFF.fromUrl(url);
  const lane = async () => {
    for (let tile = waiting.pop(); tile; tile = waiting.pop()) {
      const image = await tiff.getImage(tile.level);
      const [left, top] = [tile.column * image.getTileWidth(), tile.row * image.getTileHeight()];
      const right = Math.min(left + image.getTileWidth(), image.getWidth());
      const bottom = Math.min(top + image.getTileHeight(), image.getHeight());
      await image.readRGB({ window: [left, top, right, bottom], pool });
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  const milliseconds = performance.now() - start;
  pool.destroy();
  return milliseconds;
}
