import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSHandle } from 'playwright';
import { type Figure, single } from '../bench/figures.ts';
import { Random } from '../kernel/random.ts';
import { readWorks, type StoredImage } from './images.ts';
import { reached, stalled, startPin } from './in-page.ts';
import { type Kiosk, startKiosk } from './kiosk.ts';
import type { Download, Library } from './library.ts';
import { countWhole, exportPack } from './pack-content.ts';
import { type CountedStore, startCountedStore } from './store.ts';

const KILLS = Number(process.env.POTTO_OFFLINE_KILLS ?? 50);
const CUTS = Number(process.env.POTTO_OFFLINE_CUTS ?? 20);
const SEED = Number(process.env.POTTO_OFFLINE_SEED ?? Date.now() % 2 ** 31);
/** Part of the bytes that have come when the last interruption has been: what follows is left to come in peace. */
const LAST_AT = 0.95;
/** Milliseconds between a write and an interruption, at most. */
const LATEST = 40;
const FOLDER = 'room';

declare const potto: Library;

/** What happens to a download. */
type Interruption = 'kill' | 'store stopped' | 'network gone';

/** A book and a large image are pinned while the worker is killed and the network goes, again and again. */
export async function interruptedFigures(): Promise<readonly Figure[]> {
  const { book, wide } = await readWorks();
  const images = [...book, wide];
  const store = await startCountedStore(images);
  // The driver takes the network from those workers alone that it watches.
  const kiosk = await startKiosk({ folders: { [FOLDER]: `{ sources: '${store.sources}' }` }, watchesWorkers: true });
  const folder = await mkdtemp(join(tmpdir(), 'potto-packs-'));
  try {
    const page = await kiosk.visit(FOLDER);
    const download = await page.evaluateHandle(
      startPin,
      images.map(({ identifier }) => identifier),
    );
    const { happened, fetched } = await interrupt({ kiosk, store, download, images });
    const { damaged, pack } = await download.evaluate(async ({ done }) => potto.verify((await done).id));
    const file = join(folder, 'pack');
    await exportPack(page, pack.id, file);
    return [
      single('seed of the interruptions', SEED, ''),
      single('pinned', pack.bytes / 1e6, 'MB'),
      single('times that the worker was killed', happened.filter((one) => one === 'kill').length, '', {
        atLeast: KILLS,
      }),
      single('times that the network was cut', happened.filter((one) => one !== 'kill').length, '', { atLeast: CUTS }),
      single('missing of the pack in the end', pack.bytes - pack.held, '', { atMost: 0 }),
      single('blocks that are damaged or lost', damaged, '', { atMost: 0 }),
      single('images with exactly the bytes of the store', await countWhole(file, images), '', {
        atLeast: images.length,
      }),
      single('fetched twice', (100 * (fetched - pack.bytes)) / pack.bytes, '%', { atMost: 2 }),
    ];
  } finally {
    await kiosk.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Subject {
  readonly kiosk: Kiosk;
  readonly store: CountedStore;
  readonly download: JSHandle<Download>;
  readonly images: readonly StoredImage[];
}

/** Interrupts a download at moments spread over all of it. What happened, and how many bytes the store has sent in the end. */
async function interrupt({ kiosk, store, download, images }: Subject) {
  const random = new Random(SEED);
  const all = images.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const planned = interruptions(random);
  const happened: Interruption[] = [];
  let kept = 0;
  for (const [index, one] of planned.entries()) {
    const bytes = Math.max(kept + 1, (LAST_AT * all * (index + random.real())) / planned.length);
    const isRunning = await download.evaluate(reached, { bytes, milliseconds: random.whole(0, LATEST) });
    if (!isRunning) break;
    await happen(one, { kiosk, store, download });
    happened.push(one);
    kept = await download.evaluate(({ progress }) => progress.bytesDone);
  }
  await download.evaluate(({ done }) => done);
  return { happened, fetched: store.bytes };
}

/** In random order. */
function interruptions(random: Random): readonly Interruption[] {
  const kills = Array.from({ length: KILLS }, (): Interruption => 'kill');
  const cuts = Array.from(
    { length: CUTS },
    (_, cut): Interruption => (cut % 2 === 0 ? 'store stopped' : 'network gone'),
  );
  return [...kills, ...cuts]
    .map((one) => ({ one, place: random.real() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

async function happen(one: Interruption, { kiosk, store, download }: Omit<Subject, 'images'>): Promise<void> {
  switch (one) {
    case 'kill':
      return kiosk.stopWorkers();
    case 'store stopped':
      await store.cut();
      await download.evaluate(stalled);
      return store.mend();
    case 'network gone':
      await kiosk.context.setOffline(true);
      await download.evaluate(stalled);
      return kiosk.context.setOffline(false);
  }
}
