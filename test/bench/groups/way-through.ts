import { batchOf, potto, timeOf } from '../browser.ts';
import { compared, type Figure } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { interleave, median } from '../statistics.ts';
import { interiorTiles } from '../tiles.ts';

/** The way through the worker, part by part: each row holds what the row above it does, and something more. */
export const wayThrough: Group = {
  name: 'Where the time of a passthrough tile goes',
  async measure({ browser: { near }, photo, nextCopy }) {
    const id = copyOf(PHOTO, nextCopy());
    const tiles = interiorTiles(photo.image, 0);
    const url = (round: number) => potto(near, `${id}/${tiles[round]?.path}`);
    const [other] = interiorTiles(photo.image, 1);
    const kept = potto(near, `${id}/${other?.path}`);
    const info = potto(near, `${id}/info.json`);
    await timeOf(near.page, { url: kept });
    const { offset, length } = await photo.tileRange(0, 0, 0);
    const range = `bytes=${offset}-${offset + length - 1}`;
    const reads: number[] = [];
    const times = await interleave(tiles.length, {
      plain: () => timeOf(near.plain, { url: `${near.bucket}${id}.tif`, range }),
      beside: () => timeOf(near.page, { url: `${near.bucket}${id}.tif`, range }),
      constant: () => timeOf(near.constant, { url: '/constant/answer' }),
      info: () => timeOf(near.page, { url: info }),
      hit: () => timeOf(near.page, { url: kept }),
      async passthrough(round) {
        const { exchanges } = await batchOf(near.page, [{ url: url(round) }], 1);
        const read = /read;dur=([\d.]+)/.exec(exchanges[0]?.serverTiming ?? '')?.[1];
        // Most tiles of a row come along with a neighbour.
        if (read !== undefined) reads.push(Number(read));
        return exchanges[0]?.milliseconds ?? Number.NaN;
      },
    });
    const peer = median(times.plain);
    const row = (name: string, values: readonly number[]): Figure =>
      compared({ name, potto: median(values), peer, against: 'range fetched without a worker', unit: 'ms' });
    return [
      row('the range, fetched by a page with a worker that lets it pass', times.beside),
      row('a constant from the smallest worker', times.constant),
      row('info.json of an open image', times.info),
      row('a tile from the cache', times.hit),
      row('a tile passed through', times.passthrough),
      ...(reads.length > 0 ? [row('of this, waiting for the range in the worker, where it was not there', reads)] : []),
    ];
  },
};
