import { batchOf, potto, timeOf } from '../browser.ts';
import { type Figure, single } from '../figures.ts';
import { copyOf, IN_ORDER, PHOTO } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
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
  async measure(equipment) {
    const sessions = await coldSessions(equipment, PHOTO);
    const ordered = await coldSessions(equipment, IN_ORDER);
    const exchanges = sessions.flatMap((one) => one.exchanges);
    const rendered = exchanges.filter(({ serverTiming }) => serverTiming.includes('rendered'));
    const passed = exchanges.filter(({ serverTiming }) => serverTiming.includes('passthrough'));
    const figures: Figure[] = [
      single('info.json', median(sessions.map(({ opening }) => opening)), 'ms'),
      single(`${TILES} tiles, ${PARALLEL} in parallel`, median(sessions.map(({ total }) => total)), 'ms'),
      single('the same, tiles stored in order', median(ordered.map(({ total }) => total)), 'ms'),
      single('requests to the bucket per tile shown', requestsPerTile(sessions), '', { atMost: 0.5 }),
      single('the same, tiles stored in order', requestsPerTile(ordered), '', { atMost: 0.5 }),
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

interface ColdSession {
  /** Milliseconds of `info.json`. */
  readonly opening: number;
  /** Milliseconds of all tiles. */
  readonly total: number;
  readonly exchanges: readonly Exchange[];
  /** To the bucket. */
  readonly requests: number;
}

async function coldSessions({ browser, photo, nextCopy }: Equipment, image: string): Promise<readonly ColdSession[]> {
  const { near } = browser;
  const tiles = zoomSession(photo.image, TILES);
  const sessions: ColdSession[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const id = copyOf(image, nextCopy());
    const opening = await timeOf(near.page, { url: potto(near, `${id}/info.json`) });
    const wanted = tiles.map(({ path }) => ({ url: potto(near, `${id}/${path}`) }));
    const { milliseconds, exchanges } = await batchOf(near.page, wanted, PARALLEL);
    const requests = (await browser.storeLog()).filter(({ key }) => key === `${id}.tif`).length;
    sessions.push({ opening, total: milliseconds, exchanges, requests });
  }
  return sessions;
}

function requestsPerTile(sessions: readonly ColdSession[]): number {
  return median(sessions.map(({ requests }) => requests)) / TILES;
}

function duration({ serverTiming }: Exchange, name: string): number {
  return Number(new RegExp(`\\b${name};dur=([\\d.]+)`).exec(serverTiming)?.[1] ?? 0);
}
