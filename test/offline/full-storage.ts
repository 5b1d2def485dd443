import type { Page } from 'playwright';
import { type Figure, single } from '../bench/figures.ts';
import { noiseImages, readWorks } from './images.ts';
import { damagedInAll, type Ending, pinOrResume, pinWhole } from './in-page.ts';
import { type Kiosk, startKiosk } from './kiosk.ts';
import type { Library } from './library.ts';
import { type CountedStore, startCountedStore } from './store.ts';

const ATTEMPTS = Number(process.env.POTTO_OFFLINE_FULL ?? 10);
/** Bytes that the browser gives, without telling. */
const QUOTA = 30_000_000;
/** Bytes that packs are configured to have, which is told. */
const BUDGET = 5_000_000;
/** Bytes that the browser gives in the end. */
const ENOUGH = 2_000_000_000;
/** Bytes that come of an attempt before the browser takes the room away. */
const MORE = 2_000_000;
/** Milliseconds that they may take. */
const PATIENCE = 120_000;
const [ROOM, SMALL] = ['room', 'small'];

declare const potto: Library;

/** A book is pinned, and then, again and again, more than there is room for. */
export async function fullStorageFigures(): Promise<readonly Figure[]> {
  const { book, wide } = await readWorks();
  const more = [wide, ...(await noiseImages(3))];
  const store = await startCountedStore([...book, ...more]);
  const kiosk = await startKiosk({
    folders: {
      [ROOM]: `{ sources: '${store.sources}' }`,
      [SMALL]: `{ sources: '${store.sources}', packBudget: ${BUDGET} }`,
    },
  });
  try {
    const needed = more.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const names = more.map(({ identifier }) => identifier);
    const small = await kiosk.visit(SMALL);
    const configured = await small.evaluate(pinOrResume, { target: names });
    const beforehand = store.bytes;
    const page = await kiosk.visit(ROOM);
    const first = await page.evaluate(
      pinWhole,
      book.map(({ identifier }) => identifier),
    );
    const fetchedBefore = store.bytes;
    const full = await fill({ kiosk, page, store, names, earlier: first.id });
    await kiosk.limitStorage(ENOUGH);
    const { state } = await page.evaluate(pinOrResume, { target: names });
    const fetched = store.bytes - fetchedBefore;
    const damaged = await page.evaluate(damagedInAll);
    return [
      single('more than is configured: refused with both numbers', Number(isRefusal(configured, needed, BUDGET)), '', {
        atLeast: 1,
      }),
      single('bytes fetched until then', beforehand, '', { atMost: more.length }),
      single('more than the browser has: attempts', ATTEMPTS, ''),
      single('refused before the download, with both numbers', full.refused, '', { atLeast: ATTEMPTS / 2 }),
      single('bytes of images fetched until then', full.fetchedInVain, '', { atMost: 0 }),
      single('ended by 507, as the storage grew less meanwhile', full.ended, '', { atLeast: ATTEMPTS / 2 }),
      single('blocks of the earlier pack that were damaged or lost', full.damaged, '', { atMost: 0 }),
      single('complete once there was room', Number(state === 'complete'), '', { atLeast: 1 }),
      single('blocks that are damaged or lost in the end', damaged, '', { atMost: 0 }),
      single('fetched twice', (100 * (fetched - needed)) / needed, '%', { atMost: 2 }),
    ];
  } finally {
    await kiosk.close();
    await store.close();
  }
}

interface Subject {
  readonly kiosk: Kiosk;
  readonly page: Page;
  readonly store: CountedStore;
  readonly names: readonly string[];
  /** The pack that is there already. */
  readonly earlier: string;
}

/** Every other attempt begins while there is room, of which the browser takes most away in the middle. */
async function fill({ kiosk, page, store, names, earlier }: Subject) {
  const found = { refused: 0, fetchedInVain: 0, ended: 0, damaged: 0 };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isKnown = attempt % 2 === 0;
    await kiosk.limitStorage(isKnown ? QUOTA : ENOUGH);
    const fetched = store.bytes;
    const going = page.evaluate(pinOrResume, { target: names, marks: MORE });
    if (!isKnown) {
      await page.waitForFunction('window.marked', undefined, { timeout: PATIENCE });
      await kiosk.limitStorage(QUOTA);
    }
    const ending = await going;
    if (isKnown) {
      found.refused += Number(isRefusal(ending));
      // The size of an image is asked for with its first byte.
      found.fetchedInVain += Math.max(0, store.bytes - fetched - names.length);
    } else found.ended += Number(ending.state === 'failed' && ending.status === 507);
    found.damaged += (await page.evaluate((id) => potto.verify(id), earlier)).damaged;
  }
  return found;
}

/** Whether it was said what is needed and what is left; where they are known, these. */
function isRefusal({ status, said }: Ending, needed?: number, left?: number): boolean {
  const [, need, rest] = /needs (\d+) bytes more, and there are (\d+) left/.exec(said) ?? [];
  if (status !== 507 || need === undefined || rest === undefined) return false;
  return (needed ?? Number(need)) === Number(need) && (left ?? Number(rest)) === Number(rest);
}
