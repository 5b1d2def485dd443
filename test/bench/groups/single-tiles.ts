import { type Bench, potto, timeOf } from '../browser.ts';
import { compared } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { bytesOf } from '../in-page.ts';
import { interleave, median } from '../statistics.ts';
import { interiorTiles } from '../tiles.ts';

/** One tile after the other: what the way through the worker adds to the bytes' own way. */
export const singleTiles: Group = {
  name: 'One tile after the other, 512²',
  async measure({ browser: { near }, photo, nextCopy }) {
    const tiles = interiorTiles(photo.image, 0);
    const ranges: string[] = [];
    for (const { level, column, row } of tiles) {
      const { offset, length } = await photo.tileRange(level, column, row);
      ranges.push(`bytes=${offset}-${offset + length - 1}`);
    }
    const id = copyOf(PHOTO, nextCopy());
    const url = (round: number) => potto(near, `${id}/${tiles[round]?.path}`);
    // A tile of another level opens the image and warms both connections.
    const [first] = interiorTiles(photo.image, 1);
    await timeOf(near.page, { url: potto(near, `${id}/${first?.path}`) });
    await timeOf(near.plain, { url: `${near.bucket}${id}.tif`, range: 'bytes=0-65535' });

    const cold = await interleave(tiles.length, {
      passthrough: (round) => timeOf(near.page, { url: url(round) }),
      range: (round) => timeOf(near.plain, { url: `${near.bucket}${id}.tif`, range: ranges[round] ?? '' }),
    });
    const copies = await publish(
      near,
      tiles.map((_, i) => url(i)),
    );
    const cached = await interleave(tiles.length, {
      hit: (round) => timeOf(near.page, { url: url(round) }),
      plain: (round) => timeOf(near.plain, { url: copies[round] ?? '' }),
    });
    return [
      compared({
        name: 'interior tile by passthrough',
        potto: median(cold.passthrough),
        peer: median(cold.range),
        against: 'the page fetches the range itself',
        unit: 'ms',
        target: { atMost: 2 },
      }),
      compared({
        name: 'tile from the cache',
        potto: median(cached.hit),
        peer: median(cached.plain),
        against: 'plain fetch of the same bytes',
        unit: 'ms',
        target: { atMost: 1.2 },
      }),
    ];
  },
};

/** Puts the same bytes where a plain server answers them. */
async function publish({ page, plain }: Bench, urls: readonly string[]): Promise<readonly string[]> {
  const copies: string[] = [];
  for (const [i, url] of urls.entries()) {
    const { bytes } = await page.evaluate(bytesOf, url);
    const copy = new URL(`${i}.jpg`, plain.url()).href;
    await fetch(copy, { method: 'PUT', body: new Uint8Array(bytes) });
    copies.push(copy);
  }
  return copies;
}
