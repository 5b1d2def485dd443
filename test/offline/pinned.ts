import type { Page } from 'playwright';
import type { PackStatus } from '../../src/packs/desk.ts';
import { type Figure, single } from '../bench/figures.ts';
import { Random } from '../kernel/random.ts';
import { readWorks } from './images.ts';
import { type Answer, answersTo, pinWhole, readInfos } from './in-page.ts';
import { type Kiosk, startKiosk } from './kiosk.ts';
import type { Library } from './library.ts';
import { manifestOf } from './manifest.ts';
import { allTiles, type ImageInfo, randomRequest } from './questions.ts';
import { type CountedStore, startCountedStore } from './store.ts';

/** Tiles of each image that are asked for, every so many; 1 for all. */
const EVERY = Number(process.env.POTTO_OFFLINE_EVERY_TILE ?? 1);
/** Random requests of each image. */
const RANDOM = 20;
const SEED = Number(process.env.POTTO_OFFLINE_SEED ?? Date.now() % 2 ** 31);
/** Times that what was answered by a stand-in is asked for again. */
const ROUNDS = 20;
/** Requests between two words to the page. */
const BATCH = 200;
const FOLDER = 'room';
const MANIFEST = 'book/manifest.json';

declare const potto: Library;

/** A book and a large image are pinned, the store is stopped, and the browser is started again. */
export async function pinnedFigures(): Promise<readonly Figure[]> {
  const { book, wide } = await readWorks();
  const store = await startCountedStore([...book, wide]);
  const kiosk = await startKiosk({ folders: { [FOLDER]: `{ sources: '${store.sources}' }` }, watchesWorkers: true });
  try {
    const identifiers = [...book, wide].map(({ identifier }) => identifier);
    return await measure(kiosk, store, identifiers);
  } finally {
    await kiosk.close();
    await store.close();
  }
}

async function measure(kiosk: Kiosk, store: CountedStore, identifiers: readonly string[]): Promise<readonly Figure[]> {
  const seenOnline = watch(kiosk, store);
  const page = await kiosk.visit(FOLDER);
  const infos = await page.evaluate(
    readInfos,
    identifiers.map((identifier) => serviceOf(identifier, 'info.json')),
  );
  const random = new Random(SEED);
  const tiles = identifiers.flatMap((identifier, index) => {
    const all = allTiles(infoAt(infos, index)).filter((_, tile) => tile % EVERY === 0);
    return all.map((path) => serviceOf(identifier, path));
  });
  const made = identifiers.flatMap((identifier, index) => {
    return Array.from({ length: RANDOM }, () => serviceOf(identifier, randomRequest(infoAt(infos, index), random)));
  });
  const asked = [...identifiers.map((identifier) => serviceOf(identifier, 'info.json')), ...tiles, ...made];
  const online = await whole(page, asked);

  const manifest = `${kiosk.site.url}${MANIFEST}`;
  const pages = identifiers.slice(0, -1).map((identifier, index) => {
    return { ...infoAt(infos, index), service: `${kiosk.site.url}${FOLDER}/${serviceOf(identifier, '').slice(0, -1)}` };
  });
  const text = manifestOf(manifest, pages);
  kiosk.site.set(MANIFEST, text);
  const packs = [await page.evaluate(pinWhole, manifest), await page.evaluate(pinWhole, identifiers.slice(-1))];
  await page.evaluate(() => potto.purge());
  await store.cut();

  await kiosk.restart();
  const traffic = watch(kiosk, store);
  const again = await kiosk.visit(FOLDER);
  const offline = await answers(again, asked);
  const kept = await again.evaluate(() => potto.packs());
  const same = asked.filter((_, index) => online[index]?.digest === offline[index]?.digest);
  const different = asked.flatMap((url, index) => {
    return same.includes(url) ? [] : [`${url}: ${online[index]?.timing} → ${offline[index]?.timing}`];
  });
  if (different.length > 0) console.error(`Answered differently:\n${different.slice(0, 20).join('\n')}`);
  return [
    single('seed of the random requests', SEED, ''),
    single(
      'images pinned, a book by its manifest',
      packs.reduce((sum, { works }) => sum + works.length, 0),
      '',
    ),
    single('pinned', packs.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6, 'MB'),
    single('tiles of all levels', tiles.length, ''),
    single('random regions, sizes, rotations, qualities and formats', made.length, ''),
    single(
      'answered by 200 online',
      share(online, ({ status }) => status === 200),
      '%',
      { atLeast: 100 },
    ),
    single(
      'answered by 200 without the store',
      share(offline, ({ status }) => status === 200),
      '%',
      { atLeast: 100 },
    ),
    single('byte-identical to those online', (100 * same.length) / asked.length, '%', { atLeast: 100 }),
    single(
      'of them from the derivative cache',
      share(offline, ({ timing }) => timing.includes('hit')),
      '%',
      {
        atMost: 0,
      },
    ),
    single('requests for the store that the browser made: online', seenOnline.toStore, '', { atLeast: 1 }),
    single('after it was stopped', traffic.toStore, '', { atMost: 0 }),
    single('failed requests of the browser', traffic.failed, '', { atMost: 0 }),
    single(
      'packs that are complete, with their manifest',
      kept.filter((pack) => isWhole(pack, manifest, text)).length,
      '',
      {
        atLeast: packs.length,
      },
    ),
  ];
}

const serviceOf = (identifier: string, path: string) => `iiif/3/${identifier}/${path}`;

function infoAt(infos: readonly ImageInfo[], index: number): ImageInfo {
  const info = infos[index];
  if (!info) throw new Error(`There is no image ${index}`);
  return info;
}

async function answers(page: Page, urls: readonly string[]): Promise<readonly Answer[]> {
  const all: Answer[] = [];
  for (let first = 0; first < urls.length; first += BATCH) {
    all.push(...(await page.evaluate(answersTo, urls.slice(first, first + BATCH))));
  }
  return all;
}

/** A store that is slow on a busy machine counts as out of reach, and coarser tiles stand in: those are asked for again. */
async function whole(page: Page, urls: readonly string[]): Promise<readonly Answer[]> {
  const all = [...(await answers(page, urls))];
  const isStandIn = ({ timing }: Answer) => timing.includes('degraded');
  for (let round = 0; round < ROUNDS && all.some(isStandIn); round++) {
    for (const [index, answer] of all.entries()) {
      const url = urls[index];
      if (url !== undefined && isStandIn(answer)) all.splice(index, 1, ...(await answers(page, [url])));
    }
  }
  return all;
}

/** Counts what the pages and the workers ask of the store from now on, and what fails. */
function watch(kiosk: Kiosk, store: CountedStore) {
  const traffic = { toStore: 0, failed: 0 };
  kiosk.context.on('request', (request) => {
    if (request.url().startsWith(store.url)) traffic.toStore += 1;
  });
  kiosk.context.on('requestfailed', () => {
    traffic.failed += 1;
  });
  return traffic;
}

function share(all: readonly Answer[], isMeant: (answer: Answer) => boolean): number {
  return (100 * all.filter(isMeant).length) / all.length;
}

function isWhole({ id, isComplete, documents }: PackStatus, manifest: string, text: string): boolean {
  return isComplete && (id !== manifest || documents.some((document) => document.text === text));
}
