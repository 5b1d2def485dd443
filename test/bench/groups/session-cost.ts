import { batchOf, potto, timeOf } from '../browser.ts';
import { type Figure, single } from '../figures.ts';
import { copyOf, PHOTO } from '../fixtures.ts';
import type { Group } from '../group.ts';
import type { Exchange } from '../in-page.ts';
import { median, sum } from '../statistics.ts';
import { zoomSession } from '../tiles.ts';

const ROUNDS = 3;
const TILES = 80;
const PARALLEL = 6;
/** What `Server-Timing` tells: waiting for bytes, and work on the worker's one thread. */
const WORK = ['read', 'decode', 'render', 'encode'] as const;

/** What the worker is busy with during a cold session, as its answers say. */
export const sessionCost: Group = {
  name: 'Where the time of a cold session goes, loopback',
  async measure({ browser, photo, nextCopy }) {
    const { near } = browser;
    const tiles = zoomSession(photo.structure, TILES);
    const totals: number[] = [];
    const openings: number[] = [];
    const requests: number[] = [];
    const exchanges: Exchange[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const id = copyOf(PHOTO, nextCopy());
      openings.push(await timeOf(near.page, { url: potto(near, `${id}/info.json`) }));
      const wanted = tiles.map(({ path }) => ({ url: potto(near, `${id}/${path}`) }));
      const result = await batchOf(near.page, wanted, PARALLEL);
      totals.push(result.milliseconds);
      exchanges.push(...result.exchanges);
      requests.push((await browser.storeLog()).filter(({ key }) => key === `${id}.tif`).length);
    }
    const rendered = exchanges.filter(({ serverTiming }) => serverTiming.includes('rendered'));
    const passed = exchanges.filter(({ serverTiming }) => serverTiming.includes('passthrough'));
    const figures: Figure[] = [
      single('info.json', median(openings), 'ms'),
      single(`${tiles.length} tiles, ${PARALLEL} in parallel`, median(totals), 'ms'),
      single('requests to the bucket', median(requests), ''),
      single('passed through', passed.length / ROUNDS, ''),
      single('rendered', rendered.length / ROUNDS, ''),
      single('a tile passed through, median', median(passed.map(({ milliseconds }) => milliseconds)), 'ms'),
      single('a tile rendered, median', median(rendered.map(({ milliseconds }) => milliseconds)), 'ms'),
    ];
    for (const name of WORK) {
      const spent = (of: readonly Exchange[]) => sum(of.map((one) => duration(one, name))) / ROUNDS;
      figures.push(single(`${name}, all tiles rendered together`, spent(rendered), 'ms'));
    }
    figures.push(
      single('read, all tiles passed through together', sum(passed.map((one) => duration(one, 'read'))) / ROUNDS, 'ms'),
    );
    return figures;
  },
};

function duration({ serverTiming }: Exchange, name: string): number {
  return Number(new RegExp(`\\b${name};dur=([\\d.]+)`).exec(serverTiming)?.[1] ?? 0);
}
