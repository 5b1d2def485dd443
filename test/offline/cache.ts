import type { Page } from 'playwright';
import sharp from 'sharp';
import type { CacheStats } from '../../src/protocol.ts';
import { type Figure, single } from '../bench/figures.ts';
import { interleave, median } from '../bench/statistics.ts';
import { askAll, timeHits } from './in-page.ts';
import { type Kiosk, startKiosk } from './kiosk.ts';
import { watchStalls } from './stalls.ts';

/** Answers that are written; fewer for a quick look. */
const ANSWERS = Number(process.env.POTTO_OFFLINE_ANSWERS ?? 100_000);
const BUDGET = 50_000_000;
/** Answers between two looks at the storage. */
const BATCH = 1000;
const PARALLEL = 8;

/** Hits that are timed in each round, and rounds. */
const HITS = 40;
const ROUNDS = 8;
/** Answers of the cache that the full one is compared with: what is timed, and no more. */
const FEW = HITS * ROUNDS;

/** Pixels of the image, and of each answer, which shows them as they are. */
const SIDE = 2048;
const PIECE = 80;
const STEP = 6;
const PER_ROW = Math.floor((SIDE - PIECE) / STEP);

/** Milliseconds between two looks, and how many of them must find no change. */
const BETWEEN_LOOKS = 200;
const SAME = 3;

interface Storage extends CacheStats {
  /** Of the site, as the browser tells: the index, the wasm and both caches too. */
  readonly usage: number;
}

/** A budget of 50 MB through which twice as much, or more, is written. */
export async function cacheFigures(): Promise<readonly Figure[]> {
  const kiosk = await startKiosk({
    folders: {
      full: `{ sources: '../{id}.jpg', cache: { bytes: ${BUDGET} } }`,
      few: `{ sources: '../{id}.jpg' }`,
    },
    files: { 'photo.jpg': await photo() },
  });
  try {
    return await measure(kiosk);
  } finally {
    await kiosk.close();
  }
}

async function measure(kiosk: Kiosk): Promise<readonly Figure[]> {
  const few = await kiosk.visit('few');
  await few.evaluate(askAll, { urls: answers(0, FEW), parallel: PARALLEL });
  await written(few);
  const page = await kiosk.visit('full');
  const before = await readStorage(page);
  const stalls = watchStalls();
  let [mostBytes, mostUsage, leastBytes] = [0, 0, Number.POSITIVE_INFINITY];
  for (let first = 0; first < ANSWERS; first += BATCH) {
    await page.evaluate(askAll, { urls: answers(first, BATCH), parallel: PARALLEL });
    const { bytes, usage } = await written(page);
    mostBytes = Math.max(mostBytes, bytes);
    mostUsage = Math.max(mostUsage, usage - before.usage);
    // Once it was full.
    if (mostBytes > 0.95 * BUDGET) leastBytes = Math.min(leastBytes, bytes);
  }
  const { entries, eviction } = await written(page);
  const longestStall = await stalls.end();
  await kiosk.stopWorkers();
  const share = (slices: number) => (100 * slices) / Math.max(1, eviction.slices);
  const times = await interleave(ROUNDS, {
    few: async (round) => median(await few.evaluate(timeHits, answers(round * HITS, HITS))),
    full: async (round) => median(await page.evaluate(timeHits, answers(ANSWERS - (round + 1) * HITS, HITS))),
  });
  return [
    single('answers written', ANSWERS, ''),
    single('answers kept in the end', entries, ''),
    single('most that the ledger accounts for, of the budget', percent(mostBytes), '%', { atMost: 105 }),
    single('least, once it was full', percent(leastBytes), '%', { atLeast: 75 }),
    single('most that the browser tells, of the budget', percent(mostUsage), '%', { atMost: 105 }),
    single('slices of eviction', eviction.slices, ''),
    single('longest slice of eviction, without waits of its thread for a turn', eviction.ownLongest, 'ms', {
      atMost: 50,
    }),
    single('slices longer than 50 ms, without them', share(eviction.ownSlow), '%'),
    single('longest slice, with them', eviction.longest, 'ms', { atMost: 50 }),
    single('slices longer than 50 ms, with them', share(eviction.slow), '%', { atMost: 1 }),
    single('longest that this machine kept an idle thread waiting meanwhile', longestStall, 'ms'),
    single(`a hit after ${FEW} answers`, median(times.few), 'ms'),
    single('a hit in the full cache', median(times.full), 'ms'),
    single('of a hit after few', median(times.full) / median(times.few), '', { atMost: 1.15 }),
  ];
}

const percent = (bytes: number) => (100 * bytes) / BUDGET;

/** All different, of some KB each. */
function answers(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const place = from + i;
    const [x, y] = [(place % PER_ROW) * STEP, (Math.floor(place / PER_ROW) % PER_ROW) * STEP];
    return `iiif/3/photo/${x},${y},${PIECE},${PIECE}/${PIECE},${PIECE}/0/default.jpg`;
  });
}

function readStorage(page: Page): Promise<Storage> {
  return page.evaluate<Storage>(
    'Promise.all([potto.cacheStats(), navigator.storage.estimate()]).then(([stats, { usage }]) => ({ ...stats, usage }))',
  );
}

/** Until nothing waits to be written any more: what is kept has stayed the same for a while. */
async function written(page: Page): Promise<Storage> {
  let [before, same] = [-1, 0];
  for (;;) {
    const storage = await readStorage(page);
    same = storage.bytes === before ? same + 1 : 0;
    if (same === SAME) return storage;
    before = storage.bytes;
    await page.waitForTimeout(BETWEEN_LOOKS);
  }
}

/** Grainy, so that its pieces have some KB; shorter than what is read as a whole. */
async function photo(): Promise<Uint8Array> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: 'grey', noise } })
    .jpeg({ quality: 40 })
    .toBuffer();
}
