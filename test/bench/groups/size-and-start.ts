import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { potto, timeOf } from '../browser.ts';
import { compared, type Figure, single } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import { timedFirstByte } from '../in-page.ts';
import { interleave, median } from '../statistics.ts';
import { interiorTiles } from '../tiles.ts';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const ROUNDS = 15;

/** What is shipped, and what waking it costs. */
export const sizeAndStart: Group = {
  name: 'Size, and start of a worker that was stopped',
  async measure({ browser, photo, nextCopy }) {
    const { near } = browser;
    const id = copyOf(PHOTO, nextCopy());
    const tiles = interiorTiles(photo.structure, 0);
    const url = (round: number) => potto(near, `${id}/${tiles[round]?.path}`);
    // Opens the image, so that its index is kept.
    await timeOf(near.page, { url: url(ROUNDS) });
    const times = await interleave(ROUNDS, {
      async passthrough(round) {
        await browser.stopWorkers();
        return timeOf(near.page, { url: url(round) });
      },
      async cached() {
        await browser.stopWorkers();
        return timeOf(near.page, { url: url(ROUNDS) });
      },
      async refusal() {
        await browser.stopWorkers();
        return near.page.evaluate(timedFirstByte, potto(near, `${id}/unknown`));
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
  const worker = await readFile(`${dist}potto-sw.js`);
  const figures = [
    single('worker script, minified', worker.length / 1000, 'KB', { atMost: 150 }),
    single('the same, gzipped', gzipSync(worker).length / 1000, 'KB'),
  ];
  for (const name of (await readdir(dist)).filter((one) => one.endsWith('.wasm'))) {
    figures.push(single(name, (await stat(dist + name)).size / 1000, 'KB'));
  }
  return figures;
}
