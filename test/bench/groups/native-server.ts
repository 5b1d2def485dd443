import { type Bench, batchOf, potto, timeOf } from '../browser.ts';
import { compared, type Figure, skipped } from '../figures.ts';
import { copyOf, PHOTO, type Picture, SMALL_TILES } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { FAR } from '../shaper.ts';
import { interleave, median, sum } from '../statistics.ts';
import { interiorTiles, type Tile, viewTiles, zoomSession } from '../tiles.ts';

const AGAINST = 'IIPImage';
const ROUNDS = 7;
export const VIEW_TILES = 24;
export const SESSION_TILES = 80;
export const SESSION_PARALLEL = 6;

/** Against a native server in C++, asked by the same browser. */
export const nativeServer: Group = {
  name: 'Against IIPImage',
  async measure(equipment) {
    const { near, far } = equipment.browser;
    if (near.peer === undefined) return [skipped('IIPImage', equipment.peerAbsent ?? 'not installed')];
    const networks = [
      { bench: near, network: 'loopback', targets: { view: 1.2, cold: 1.2, warm: 0.9 }, bandwidth: undefined },
      {
        bench: far,
        network: '40 ms, 20 Mbit/s',
        targets: { view: 0.7, cold: 0.6, warm: 0.15 },
        bandwidth: FAR.bandwidth,
      },
    ];
    const figures = [
      await sequential(equipment, PHOTO, equipment.photo, { name: 'interior tile 512²', atMost: 0.8 }),
      await sequential(equipment, SMALL_TILES, equipment.smallTiles, { name: 'interior tile 256²', atMost: 1 }),
    ];
    for (const { bench, network, targets, bandwidth } of networks) {
      figures.push(...(await atOnce(equipment, bench, { network, bandwidth }, targets.view)));
      figures.push(...(await session(equipment, bench, { network, bandwidth }, targets)));
    }
    return figures;
  },
};

interface Line {
  readonly network: string;
  /** Bits a second; undefined where they don't matter. */
  readonly bandwidth: number | undefined;
}

/** What nobody can be faster than: the answers' bytes, sent without a pause. */
function floor(name: string, bytes: number, peer: number, { network, bandwidth }: Line): readonly Figure[] {
  if (bandwidth === undefined) return [];
  const potto = (1000 * 8 * bytes) / bandwidth;
  return [compared({ name: `${name}, their bytes alone, ${network}`, potto, peer, against: AGAINST, unit: 'ms' })];
}

/** Addresses of the same tiles at both. */
function addresses(bench: Bench, id: string, tiles: readonly Tile[]) {
  return {
    potto: tiles.map(({ path }) => ({ url: potto(bench, `${id}/${path}`) })),
    peer: tiles.map(({ path }) => ({ url: `${bench.peer}${id}.tif/${path}` })),
  };
}

/** The description is read first, as a viewer does. */
async function open(bench: Bench, id: string) {
  await timeOf(bench.page, { url: potto(bench, `${id}/info.json`) });
  await timeOf(bench.plain, { url: `${bench.peer}${id}.tif/info.json` });
}

async function sequential(
  { browser: { near }, nextCopy }: Equipment,
  image: string,
  photo: Picture,
  { name, atMost }: { readonly name: string; readonly atMost: number },
): Promise<Figure> {
  const id = copyOf(image, nextCopy());
  const tiles = interiorTiles(photo.image, 0);
  const wanted = addresses(near, id, tiles);
  await open(near, id);
  const times = await interleave(tiles.length, {
    potto: (round) => timeOf(near.page, wanted.potto[round] ?? { url: '' }),
    peer: (round) => timeOf(near.plain, wanted.peer[round] ?? { url: '' }),
  });
  return compared({
    name: `${name}, one after the other, loopback`,
    potto: median(times.potto),
    peer: median(times.peer),
    against: AGAINST,
    unit: 'ms',
    target: { atMost },
  });
}

/** All tiles of one view, asked for in the same moment. */
async function atOnce(
  { photo: { image }, nextCopy }: Equipment,
  bench: Bench,
  line: Line,
  atMost: number,
): Promise<readonly Figure[]> {
  const tiles = viewTiles(image, VIEW_TILES);
  const ids = Array.from({ length: ROUNDS }, () => copyOf(PHOTO, nextCopy()));
  for (const id of ids) await open(bench, id);
  let bytes = 0;
  const run = async (side: 'potto' | 'peer', round: number) => {
    const wanted = addresses(bench, ids[round] ?? '', tiles)[side];
    const { milliseconds, exchanges } = await batchOf(
      side === 'potto' ? bench.page : bench.plain,
      wanted,
      tiles.length,
    );
    bytes = sum(exchanges.map((one) => one.bytes));
    return milliseconds;
  };
  const times = await interleave(ROUNDS, {
    potto: (round) => run('potto', round),
    peer: (round) => run('peer', round),
  });
  const name = `${tiles.length} tiles of a view at once, cold`;
  return [
    compared({
      name: `${name}, ${line.network}`,
      potto: median(times.potto),
      peer: median(times.peer),
      against: AGAINST,
      unit: 'ms',
      target: { atMost },
    }),
    ...floor(name, bytes, median(times.peer), line),
  ];
}

/** A viewer's session, from the description to the last tile, and the same once more. */
async function session(
  { photo: { image }, nextCopy }: Equipment,
  bench: Bench,
  line: Line,
  targets: { readonly cold: number; readonly warm: number },
): Promise<readonly Figure[]> {
  const tiles = zoomSession(image, SESSION_TILES);
  const ids = Array.from({ length: ROUNDS }, () => copyOf(PHOTO, nextCopy()));
  const bytes = { potto: 0, peer: 0 };
  const run = async (side: 'potto' | 'peer', round: number) => {
    const id = ids[round] ?? '';
    const frame = side === 'potto' ? bench.page : bench.plain;
    const info = side === 'potto' ? potto(bench, `${id}/info.json`) : `${bench.peer}${id}.tif/info.json`;
    const opening = await timeOf(frame, { url: info });
    const { milliseconds, exchanges } = await batchOf(frame, addresses(bench, id, tiles)[side], SESSION_PARALLEL);
    bytes[side] = sum(exchanges.map((one) => one.bytes));
    return opening + milliseconds;
  };
  const both = { potto: (round: number) => run('potto', round), peer: (round: number) => run('peer', round) };
  const cold = await interleave(ROUNDS, both);
  const warm = await interleave(ROUNDS, both);
  const name = `zoom session of ${tiles.length} tiles`;
  const row = (state: 'cold' | 'warm', times: typeof cold) =>
    compared({
      name: `${name}, ${state}, ${line.network}`,
      potto: median(times.potto),
      peer: median(times.peer),
      against: AGAINST,
      unit: 'ms',
      target: { atMost: targets[state] },
    });
  return [
    row('cold', cold),
    ...floor(`${name}, cold`, bytes.potto, median(cold.peer), line),
    row('warm', warm),
    compared({
      name: `${name}, bytes shown, ${line.network}`,
      potto: bytes.potto / 1000,
      peer: bytes.peer / 1000,
      against: AGAINST,
      unit: 'KB',
    }),
  ];
}
