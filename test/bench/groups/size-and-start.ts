import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { isLaterScript } from '../../../src/host/built-files.ts';
import { batchOf, potto, timeOf } from '../browser.ts';
import { compared, type Figure, single } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { timedFirstByte, untilKept } from '../in-page.ts';
import { interleave, median } from '../statistics.ts';
import { interiorTiles } from '../tiles.ts';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const ROUNDS = 15;

/** What is shipped, and what waking it costs. */
export const sizeAndStart: Group = {
  name: 'Size, and start of a worker that was stopped',
  async measure({ browser, photo, nextCopy }) {
    const { near } = browser;
    // Its own cache, which holds nothing of other groups.
    const own = await browser.install('start');
    const id = copyOf(PHOTO, nextCopy());
    const tiles = interiorTiles(photo.image, 0);
    const url = (round: number) => potto(own, `${id}/${tiles[round]?.path}`);
    const { offset, length } = await photo.tileRange(0, 0, 0);
    const range = new URLSearchParams({
      url: `${near.bucket}${id}.tif`,
      range: `bytes=${offset}-${offset + length - 1}`,
    });
    // Opens the image, so that its index is kept, and the tile.
    await timeOf(own.page, { url: url(ROUNDS) });
    await own.page.evaluate(untilKept, id);
    const times = await interleave(ROUNDS, {
      async passthrough(round) {
        await browser.stopWorkers();
        return timeOf(own.page, { url: url(round) });
      },
      async cached() {
        await browser.stopWorkers();
        const { exchanges } = await batchOf(own.page, [{ url: url(ROUNDS) }], 1);
        if (exchanges[0]?.serverTiming !== 'hit') throw new Error('The tile was not kept');
        return exchanges[0].milliseconds;
      },
      async refusal() {
        await browser.stopWorkers();
        return own.page.evaluate(timedFirstByte, potto(own, `${id}/unknown`));
      },
      async range() {
        await browser.stopWorkers();
        return timeOf(near.constant, { url: `/constant/range?${range}` });
      },
      async constant() {
        await browser.stopWorkers();
        return near.constant.evaluate(timedFirstByte, '/constant/answer');
      },
    });
    const constant = median(times.constant);
    const against = 'a constant, from the smallest worker';
    return [
      ...(await sizes()),
      compared({
        name: 'first passthrough tile after a stop',
        potto: median(times.passthrough),
        peer: constant,
        against,
        unit: 'ms',
        target: { atMost: 1.5 },
      }),
      compared({
        name: 'the same range through the smallest worker',
        potto: median(times.range),
        peer: constant,
        against,
        unit: 'ms',
      }),
      compared({
        name: 'tile from the cache after a stop',
        potto: median(times.cached),
        peer: constant,
        against,
        unit: 'ms',
      }),
      compared({
        name: "the worker's own refusal after a stop",
        potto: median(times.refusal),
        peer: constant,
        against,
        unit: 'ms',
      }),
    ];
  },
};

async function sizes(): Promise<readonly Figure[]> {
  const files = await readdir(dist);
  const kilobytes = async (name: string) => (await stat(dist + name)).size / 1000;
  const gzipped = async (name: string) => gzipSync(await readFile(dist + name)).length / 1000;
  const figures = [
    single('worker script, minified', await kilobytes('potto-sw.js'), 'KB', { atMost: 150 }),
    single('the same, gzipped', await gzipped('potto-sw.js'), 'KB'),
  ];
  for (const name of files.filter(isLaterScript)) {
    figures.push(single('the script it loads when it first needs it', await kilobytes(name), 'KB'));
    figures.push(single('the same, gzipped', await gzipped(name), 'KB'));
  }
  for (const name of files.filter((one) => one.endsWith('.wasm'))) {
    figures.push(single(name, await kilobytes(name), 'KB'));
  }
  return figures;
}
