import { potto } from '../browser.ts';
import { compared, type Figure } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { tilesOfTiff, tilesOfWorker } from '../in-page-pixels.ts';
import { interleave, median } from '../statistics.ts';
import { zoomSession } from '../tiles.ts';

const ROUNDS = 5;
const TILES = 80;
const PARALLEL = 6;

/** Against libraries by which a page reads a TIFF itself, from the same bucket, over loopback. */
export const tileSources: Group = {
  name: 'Against TIFF readers in the page, cold, loopback',
  async measure(equipment) {
    return [...(await viewers(equipment)), await readers(equipment)];
  },
};

interface Session {
  readonly milliseconds: number;
  readonly tiles: number;
}

/** The same session in the same viewer, its tiles from the worker or from a tile source that reads the TIFF. */
async function viewers({ browser: { near, context }, nextCopy }: Equipment): Promise<readonly Figure[]> {
  const ids = Array.from({ length: ROUNDS }, () => copyOf(PHOTO, nextCopy()));
  const tiles = { potto: 0, peer: 0 };
  const session = async (side: keyof typeof tiles, address: string, image: object) => {
    const page = await context.newPage();
    await page.goto(address);
    const result: Session = await page.evaluate(`session(${JSON.stringify(image)})`);
    await page.close();
    tiles[side] = result.tiles;
    return result.milliseconds;
  };
  const times = await interleave(ROUNDS, {
    potto: (round) => session('potto', `${near.site}zoom.html`, { info: potto(near, `${ids[round]}/info.json`) }),
    // Of the same page, where no worker is in its way.
    peer: (round) =>
      session('peer', new URL('zoom.html', near.plain.url()).href, { tiff: `${near.bucket}${ids[round]}.tif` }),
  });
  return [
    compared({
      name: 'zoom session in OpenSeadragon',
      potto: median(times.potto),
      peer: median(times.peer),
      against: 'geotiff-tilesource',
      unit: 'ms',
      target: { atMost: 0.4 },
    }),
    compared({ name: 'tiles loaded in it', ...tiles, against: 'geotiff-tilesource', unit: '' }),
  ];
}

/** The tiles of a session as pixels, asked for as often at once as browsers allow. */
async function readers({ browser: { near, context }, photo, nextCopy }: Equipment): Promise<Figure> {
  const ids = Array.from({ length: ROUNDS }, () => copyOf(PHOTO, nextCopy()));
  const tiles = zoomSession(photo.image, TILES);
  const reader = await context.newPage();
  await reader.goto(near.plain.url());
  await reader.addScriptTag({ url: 'geotiff.js' });
  const times = await interleave(ROUNDS, {
    potto: (round) =>
      near.page.evaluate(tilesOfWorker, {
        info: potto(near, `${ids[round]}/info.json`),
        urls: tiles.map(({ path }) => potto(near, `${ids[round]}/${path}`)),
        parallel: PARALLEL,
      }),
    peer: (round) =>
      reader.evaluate(tilesOfTiff, { url: `${near.bucket}${ids[round]}.tif`, tiles, parallel: PARALLEL }),
  });
  await reader.close();
  return compared({
    name: `${tiles.length} tiles of a session as pixels, ${PARALLEL} in parallel`,
    potto: median(times.potto),
    peer: median(times.peer),
    against: 'geotiff.js',
    unit: 'ms',
  });
}
