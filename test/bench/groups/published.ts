import sharp from 'sharp';
import type { TiledImage } from '../../../src/image/image.ts';
import { type Bench, batchOf, potto, timeOf } from '../browser.ts';
import { compared, type Figure, single, skipped } from '../figures.ts';
import { copyOf, LOSSLESS, PHOTO, PUBLISH_QUALITY, PUBLISHED, PUBLISHED_WEBP } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { bytesOf } from '../in-page.ts';
import { interleave, median, sum } from '../statistics.ts';
import { type Tile, viewTiles, zoomSession } from '../tiles.ts';
import { SESSION_PARALLEL, SESSION_TILES, VIEW_TILES } from './native-server.ts';

const ROUNDS = 7;
const AGAINST = 'IIPImage';

/** Files of the same pixels, and what a viewer asks of them; the peer has its ordinary one. */
const CONTESTANTS = {
  jpeg: { source: PUBLISHED, format: 'jpg', name: 'publish' },
  webp: { source: PUBLISHED_WEBP, format: 'webp', name: `publish --webp --quality ${PUBLISH_QUALITY.webp}` },
  peer: { source: PHOTO, format: 'jpg', name: AGAINST },
} as const;
type Contestant = keyof typeof CONTESTANTS;
const OURS = ['jpeg', 'webp'] as const;

/** What a file gains that was written for readers over a network, where a native server keeps the one it likes. */
export const published: Group = {
  name: 'Files of `potto publish` against IIPImage, 40 ms, 20 Mbit/s',
  async measure(equipment) {
    const { far } = equipment.browser;
    if (far.peer === undefined) return [skipped('IIPImage', equipment.peerAbsent ?? 'not installed')];
    const { image } = equipment.photo;
    const view = viewTiles(image, VIEW_TILES);
    const session = zoomSession(image, SESSION_TILES);
    const viewName = `${view.length} tiles of a view at once, cold`;
    const sessionName = `zoom session of ${session.length} tiles, cold`;
    return [
      ...(await times(equipment, viewName, view, { parallel: view.length, withOpening: false })),
      ...(await times(equipment, sessionName, session, { parallel: SESSION_PARALLEL, withOpening: true })),
      ...(await likenesses(equipment, image, session)),
    ];
  },
};

interface Asking {
  readonly parallel: number;
  /** Whether the description counts, or was read before. */
  readonly withOpening: boolean;
}

async function times(
  { browser: { far }, nextCopy }: Equipment,
  name: string,
  tiles: readonly Tile[],
  { parallel, withOpening }: Asking,
): Promise<readonly Figure[]> {
  const copies = Array.from({ length: ROUNDS }, nextCopy);
  const bytes: Record<Contestant, number> = { jpeg: 0, webp: 0, peer: 0 };
  const ask = (who: Contestant) => async (round: number) => {
    const id = copyOf(CONTESTANTS[who].source, copies[round] ?? 0);
    const frame = who === 'peer' ? far.plain : far.page;
    const opening = await timeOf(frame, { url: addressOf(far, who, id, 'info.json') });
    const wanted = tiles.map(({ path }) => ({ url: addressOf(far, who, id, pathOf(who, path)) }));
    const { milliseconds, exchanges } = await batchOf(frame, wanted, parallel);
    bytes[who] = sum(exchanges.map((one) => one.bytes));
    return milliseconds + (withOpening ? opening : 0);
  };
  const taken = await interleave(ROUNDS, { jpeg: ask('jpeg'), webp: ask('webp'), peer: ask('peer') });
  const row = (who: (typeof OURS)[number], what: string, unit: 'ms' | 'KB', ours: number, theirs: number) =>
    compared({ name: `${CONTESTANTS[who].name}: ${what}`, potto: ours, peer: theirs, against: AGAINST, unit });
  return OURS.flatMap((who) => [
    row(who, name, 'ms', median(taken[who]), median(taken.peer)),
    row(who, 'its bytes', 'KB', bytes[who] / 1000, bytes.peer / 1000),
  ]);
}

/** What is shown, against the levels as they were before anybody compressed them. */
async function likenesses(
  { browser: { near }, fixtures }: Equipment,
  image: TiledImage,
  tiles: readonly Tile[],
): Promise<readonly Figure[]> {
  const whole = tiles.filter(({ interior }) => interior);
  const errorOf = async (who: Contestant) => {
    const { source } = CONTESTANTS[who];
    const frame = who === 'peer' ? near.plain : near.page;
    let squares = 0;
    let samples = 0;
    for (const tile of whole) {
      const answer = await frame.evaluate(bytesOf, addressOf(near, who, source, pathOf(who, tile.path)));
      const shown = await sharp(new Uint8Array(answer.bytes)).removeAlpha().raw().toBuffer();
      const original = await originalOf(fixtures.files[LOSSLESS], image, tile);
      if (shown.length !== original.length) throw new Error(`${tile.path} has ${shown.length} samples`);
      squares += shown.reduce((total, value, i) => total + (value - (original[i] ?? 0)) ** 2, 0);
      samples += shown.length;
    }
    return 10 * Math.log10(255 ** 2 / (squares / samples));
  };
  const theirs = await errorOf('peer');
  const rounded = Math.round(100 * theirs) / 100;
  const figures: Figure[] = [];
  for (const who of OURS) {
    const name = `${CONTESTANTS[who].name}: likeness of its tiles to the original, at least that of IIPImage's`;
    figures.push(single(name, await errorOf(who), 'dB', { atLeast: rounded }));
  }
  return figures;
}

async function originalOf(file: string | undefined, { levels }: TiledImage, { level, column, row }: Tile) {
  const { tileWidth = 0, tileHeight = 0 } = levels[level] ?? {};
  const area = { left: column * tileWidth, top: row * tileHeight, width: tileWidth, height: tileHeight };
  return sharp(file, { page: level }).extract(area).raw().toBuffer();
}

function addressOf(bench: Bench, who: Contestant, id: string, path: string): string {
  return who === 'peer' ? `${bench.peer}${id}.tif/${path}` : potto(bench, `${id}/${path}`);
}

function pathOf(who: Contestant, path: string): string {
  return path.replace(/jpg$/, CONTESTANTS[who].format);
}
